//! The verdict of the joint model of masking, as rows; METHOD.md has the method.
//!
//! Needs counts by type of need and the roll for every school. Does not cover: special schools, alternative provision,
//! nurseries and independent schools, whose intake is selected; a school of fewer than twenty pupils; masking at every
//! school of an authority, which no comparison within it shows (the comparison of the authority with England does).

mod audit;
mod case_mix;
mod change;
mod evidence;
mod findings;
mod rows;
mod schools;
mod sensitivity;

pub use audit::{AUDIT_MARGIN, AuditPlanRow, CorrectedRow};
pub use change::{Action, ChangeRow};
pub use sensitivity::SensitivityFinding;

use crate::joint::{
    ByProvision, Counted, EVIDENCE_KINDS, Effort, EvidenceRates, Judgement, School, Settings, judge,
};
use crate::rules::page::{Codes, Reads, Requires, RulePage};
use crate::rules::pupil_evidence::PupilEvidence;
use crate::rules::rule_id::RuleId;
use crate::{ExplanationRow, Finding};
use findings::Found;
use rayon::prelude::*;
use rows::Rows;
use schools::{district_numbers, model_school};
use senlens_compare::{Atlas, Comparison, Inputs};
use senlens_model::{AreaCode, Dimension, Need, NeedCut, ProvisionCut};
use std::collections::BTreeMap;

/// Rows of `flags`, of `explanations` and of what stands beside the verdict.
#[derive(Debug, Clone, Default)]
pub struct Masking {
    /// One row a place and provision.
    pub findings: Vec<Finding>,
    /// One row a place, provision and explanation.
    pub explanations: Vec<ExplanationRow>,
    /// One row a part or authority and variation of its verdict.
    pub sensitivity: Vec<SensitivityFinding>,
    /// Which records to look at.
    pub audit_plan: Vec<AuditPlanRow>,
    /// What an audit makes of the recorded needs.
    pub corrected: Vec<CorrectedRow>,
    /// One row a part or authority and earlier census.
    pub changes: Vec<ChangeRow>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// What the model is told beside the counts.
#[derive(Debug, Clone)]
pub struct MaskingOptions<'a> {
    /// What is known of pupils beyond their counts, and which of it the model uses.
    pub evidence: PupilEvidence<'a>,
    /// Half-width wanted of the 95% interval of the audit's miscoding rate.
    pub audit_margin: f64,
    /// A date on which something was done about identification.
    pub action: Option<Action>,
}

impl Default for MaskingOptions<'_> {
    fn default() -> Self {
        Self {
            evidence: PupilEvidence::default(),
            audit_margin: AUDIT_MARGIN,
            action: None,
        }
    }
}

/// The page of the rule; METHOD.md beside it has the formulae.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::Masking,
    indicator: "",
    title: "The joint model of masking",
    looks_for: "communication (SLCN) or mental health (SEMH) needs recorded as MLD, weighed against ordinary variation, more of \
                everything, a specialist intake, a surge of another need, and missing codes.",
    method: "Counts of all needs at every school, given its authority, district and phase, under each explanation; evidence of \
             pupils and audits in the same posterior. A school is red in the set held to 5% false discoveries, an area from a \
             probability of 0.95; amber from 0.5. The table `explanations` has each probability; what the place most likely is \
             if it is not ordinary variation (`called`), and how likely then (`given_departure`).",
    sources: "METHOD.md of crates/flags, with every formula and assumption, and the study that measures it.",
    does_not_cover: "special schools, alternative provision, nurseries and independent schools; schools of fewer than twenty pupils; \
             masking that all schools of an authority share.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld],
        any: &[Need::Slcn, Need::Semh],
    },
    // The needs that schools' rows carry; the others together are what is left of the number with SEN.
    reads: Reads::Needs(&[
        NeedCut::Of(Need::Mld),
        NeedCut::Of(Need::Slcn),
        NeedCut::Of(Need::Semh),
        NeedCut::Of(Need::Asd),
        NeedCut::Of(Need::Spld),
        NeedCut::Of(Need::Nsa),
        NeedCut::Total,
    ]),
    runs_on: "the Department's school-level files and pupil records.",
};

/// SEN support and plans together, then each: the order in which they are judged.
const CUTS: [(ProvisionCut, Counted); 3] = [
    (ProvisionCut::Total, Counted::Total),
    (ProvisionCut::SenSupport, Counted::Support),
    (ProvisionCut::Plan, Counted::Plans),
];

/// Judges every school and area in the inputs' scope with the joint model, or says that the inputs do not allow it.
pub fn masking(inputs: &Inputs<'_>, comparison: &Comparison<'_>, options: &MaskingOptions<'_>) -> Masking {
    let atlas = &comparison.atlas;
    let districts = district_numbers(atlas);
    let mut found = Found::default();
    let known = atlas.schools_known;
    let has_codes = PAGE.codes.lacking(inputs.year).is_empty();
    // The three are judged in parallel; the rows are in their order.
    let judgements: Vec<Option<(Vec<School>, Judgement)>> = CUTS
        .par_iter()
        .map(|(provision, counted)| {
            let stated = known.needs[*provision] && known.roll && has_codes;
            stated.then(|| {
                let schools = model_schools(inputs, atlas, &districts, &options.evidence, *provision);
                let judgement = judge(&schools, &settings(*counted, &options.evidence));
                (schools, judgement)
            })
        })
        .collect();
    for ((provision, _), judged) in CUTS.into_iter().zip(&judgements) {
        let Some((schools, judgement)) = judged else {
            findings::cannot_say(inputs, atlas, provision, has_codes, &mut found);
            continue;
        };
        let places = Rows {
            inputs,
            atlas,
            provision,
            districts: &districts,
        };
        findings::add(&places, schools, judgement, &mut found);
    }
    let mut rows = Masking {
        findings: found.findings,
        explanations: found.explanations,
        ..Masking::default()
    };
    let [Some((schools, verdict)), support, plans] = &judgements[..] else {
        return rows;
    };
    let rows_of = Rows {
        inputs,
        atlas,
        provision: ProvisionCut::Total,
        districts: &districts,
    };
    let by_provision = ByProvision {
        support: support.as_ref().map(|(_, judgement)| judgement),
        plans: plans.as_ref().map(|(_, judgement)| judgement),
    };
    let settings = settings(Counted::Total, &options.evidence);
    rows.sensitivity = sensitivity::rows(&rows_of, schools, &settings, verdict, by_provision);
    if support.is_some() && plans.is_some() {
        rows.audit_plan = audit::plan::plan(&rows_of, schools, verdict, options.audit_margin);
        audit_results(&rows_of, schools, verdict, options, &mut rows);
    }
    changes(&rows_of, schools, verdict, options, &settings, &mut rows);
    rows
}

/// The atlas's schools as the model takes them, with what is known of their pupils.
fn model_schools(
    inputs: &Inputs<'_>,
    atlas: &Atlas<'_>,
    districts: &BTreeMap<AreaCode, u32>,
    known: &PupilEvidence<'_>,
    provision: ProvisionCut,
) -> Vec<School> {
    let mut evidence = evidence::of_schools(inputs, known, provision);
    let expected = case_mix::expected(inputs, provision);
    atlas
        .schools
        .iter()
        .enumerate()
        .map(|(index, each)| School {
            evidence: evidence.remove(&each.school.urn).unwrap_or_default(),
            expected: expected.get(&each.school.urn).copied(),
            ..model_school(index, each, atlas, districts)
        })
        .collect()
}

/// The verdict is on both provisions together; SEN support alone and plans alone are judged beside it, at less effort.
fn settings(counted: Counted, known: &PupilEvidence<'_>) -> Settings {
    let mut evidence: [Option<EvidenceRates>; EVIDENCE_KINDS] = EvidenceRates::ASSUMED.map(Some);
    for (rates, used) in evidence.iter_mut().zip(known.kinds) {
        *rates = rates.filter(|_| used);
    }
    Settings {
        counted,
        evidence,
        effort: if counted == Counted::Total {
            Effort::Full
        } else {
            Effort::Quick
        },
        ..Settings::default()
    }
}

/// Corrected numbers, where an audit was given.
fn audit_results(
    rows_of: &Rows<'_>,
    schools: &[School],
    verdict: &Judgement,
    options: &MaskingOptions<'_>,
    rows: &mut Masking,
) {
    if options.evidence.audited.is_empty() {
        return;
    }
    match audit::results::correct(rows_of, schools, verdict, options.evidence.audited) {
        Ok((corrected, unused)) => {
            rows.corrected = corrected;
            if unused.elsewhere > 0 {
                rows.notes.push(format!(
                    "Audit results: {} of {} lines are of schools that this run does not judge, and were left out.",
                    unused.elsewhere,
                    options.evidence.audited.len()
                ));
            }
            if unused.more_than_held > 0 {
                rows.notes.push(format!(
                    "Audit results: {} of {} lines look at more records than this run counts, and were left out.",
                    unused.more_than_held,
                    options.evidence.audited.len()
                ));
            }
        }
        Err(error) => rows.notes.push(format!("Audit results were left out: {error}.")),
    }
}

/// Changes since every earlier census the inputs hold.
fn changes(
    rows_of: &Rows<'_>,
    schools: &[School],
    verdict: &Judgement,
    options: &MaskingOptions<'_>,
    settings: &Settings,
    rows: &mut Masking,
) {
    let inputs = rows_of.inputs;
    let earlier: Vec<_> = inputs
        .schools
        .map(senlens_model::Cells::years)
        .unwrap_or_default()
        .into_iter()
        .filter(|year| *year < inputs.year)
        .collect();
    if let Some(action) = &options.action
        && !earlier.contains(&action.before)
    {
        rows.notes.push(format!(
            "No change since the action of {} can be told: the inputs hold no schools for {}, the last census before it, \
             beside those of {}.",
            action.date,
            action.before.in_words(),
            inputs.year.in_words()
        ));
    }
    let now = change::Census {
        atlas: rows_of.atlas,
        schools,
        judgement: verdict,
    };
    for year in earlier {
        if let Some(found) = change::stopped_by(inputs, year) {
            rows.notes.push(format!(
                "No change since {} is told: {} and {} lie on two sides of a break in what was counted, in {}: {}.",
                year.in_words(),
                year.in_words(),
                inputs.year.in_words(),
                found.first_year.in_words(),
                found.why
            ));
            continue;
        }
        rows.notes.extend(change::limits(inputs, year));
        let then = Inputs { year, ..*inputs };
        let Ok(atlas) = Atlas::new(&then) else {
            rows.notes.push(format!(
                "No change since {} can be told: the inputs of that year do not hold the authority.",
                year.in_words()
            ));
            continue;
        };
        if !(atlas.schools_known.needs[ProvisionCut::Total] && atlas.schools_known.roll) {
            continue;
        }
        // An audit is of today's records.
        let known = PupilEvidence {
            audited: &[],
            ..options.evidence
        };
        let schools = model_schools(&then, &atlas, rows_of.districts, &known, ProvisionCut::Total);
        let judgement = change::judge_earlier(&schools, settings);
        let before = change::Census {
            atlas: &atlas,
            schools: &schools,
            judgement: &judgement,
        };
        rows.changes.extend(change::rows(
            rows_of,
            &now,
            (year, &before),
            options.action.as_ref(),
        ));
    }
}
