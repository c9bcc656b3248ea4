//! The verdict of the joint model of masking, as rows: METHOD.md tells how it is reached.
//!
//! Needs counts by type of need and the roll for every school. Passed over in silence: special schools, alternative
//! provision, nurseries and independent schools, whose intake is their purpose; a school of fewer than twenty pupils;
//! masking that every school of an authority shares, which no comparison within it can see (the comparison of the
//! authority with England can).

mod audit;
mod case_mix;
mod change;
mod evidence;
mod schools;
mod sensitivity;

pub use audit::{AUDIT_MARGIN, AuditPlanRow, CorrectedRow};
pub use change::{Action, ChangeRow};
pub use evidence::PupilEvidence;
pub(super) use evidence::{is_hidden, recorded};
pub use sensitivity::SensitivityFinding;

use crate::joint::{
    Apart, AreaKey, AreaVerdict, Counted, DisplacedPupils, EVIDENCE_KINDS, Effort, Evidence, EvidenceRates,
    Judgement, School, SchoolVerdict, Settings, judge,
};
use crate::rules::page::{Requires, RulePage};
use crate::{Displaced, Explanation, ExplanationRow, Finding, Level};
use rayon::prelude::*;
use schools::{district_numbers, model_school};
use senlens_compare::{Atlas, Comparison, Inputs, Key, SchoolCounts, Scope};
use senlens_model::{AreaCode, Coverage, Dimension, GeographicLevel, PhaseCut, Place, ProvisionCut};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rule's name, as in tables.
pub const MASKING: &str = "masking";

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
    /// What is known of pupils beyond their counts, and which of it may speak.
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
    name: MASKING,
    indicator: "",
    title: "The joint model of masking",
    looks_for: "communication (SLCN) or mental health (SEMH) needs recorded as MLD, weighed against ordinary variation, more of \
                everything, a specialist intake, a surge of another need, and missing codes.",
    method: "Counts of all needs at every school, given its authority, district and phase, under each explanation; evidence of \
             pupils and audits in the same posterior. A school is red in the set held to 5% false discoveries, an area from a \
             probability of 0.95; amber from 0.5. The table `explanations` has each probability; what the place most likely is \
             if it is not ordinary variation (`called`), and how likely then (`given_departure`).",
    sources: "METHOD.md of crates/flags, with every formula and assumption, and the study that measures it.",
    silent: "special schools, alternative provision, nurseries and independent schools; schools of fewer than twenty pupils; \
             masking that all schools of an authority share.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
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
    let mut rows = Masking::default();
    let known = atlas.schools_known;
    // The three are judged side by side, and told in their order.
    let judgements: Vec<Option<(Vec<School>, Judgement)>> = CUTS
        .par_iter()
        .map(|(provision, counted)| {
            let stated = known.needs[*provision as usize] && known.roll;
            stated.then(|| {
                let schools = model_schools(inputs, atlas, &districts, &options.evidence, *provision);
                let judgement = judge(&schools, &settings(*counted, &options.evidence));
                (schools, judgement)
            })
        })
        .collect();
    for ((provision, _), judged) in CUTS.into_iter().zip(&judgements) {
        let Some((schools, judgement)) = judged else {
            cannot_say(inputs, atlas, provision, &mut rows);
            continue;
        };
        Rows {
            inputs,
            atlas,
            provision,
            districts: &districts,
        }
        .add(schools, judgement, &mut rows);
    }
    let [Some((schools, verdict)), support, plans] = &judgements[..] else {
        return rows;
    };
    let rows_of = Rows {
        inputs,
        atlas,
        provision: ProvisionCut::Total,
        districts: &districts,
    };
    let apart = Apart {
        support: support.as_ref().map(|(_, judgement)| judgement),
        plans: plans.as_ref().map(|(_, judgement)| judgement),
    };
    let settings = settings(Counted::Total, &options.evidence);
    rows.sensitivity = sensitivity::rows(&rows_of, schools, &settings, verdict, apart);
    if support.is_some() && plans.is_some() {
        rows.audit_plan = audit::plan(&rows_of, schools, verdict, options.audit_margin);
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
            ..model_school(index, each, inputs, districts)
        })
        .collect()
}

/// The verdict is on both provisions together; each apart stands beside it, at less effort.
fn settings(counted: Counted, known: &PupilEvidence<'_>) -> Settings {
    let mut evidence: [Option<EvidenceRates>; EVIDENCE_KINDS] = EvidenceRates::ASSUMED.map(Some);
    for (rates, speaks) in evidence.iter_mut().zip(known.kinds) {
        *rates = rates.filter(|_| speaks);
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
    match audit::correct(rows_of, schools, verdict, options.evidence.audited) {
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
        let then = Inputs { year, ..*inputs };
        let Ok(atlas) = Atlas::new(&then) else {
            rows.notes.push(format!(
                "No change since {} can be told: the inputs of that year do not hold the authority.",
                year.in_words()
            ));
            continue;
        };
        if !(atlas.schools_known.needs[0] && atlas.schools_known.roll) {
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

/// A place that gets a row, where its verdict stands.
struct Rows<'a> {
    inputs: &'a Inputs<'a>,
    atlas: &'a Atlas<'a>,
    provision: ProvisionCut,
    districts: &'a BTreeMap<AreaCode, u32>,
}

impl Rows<'_> {
    fn key(&self, place: Arc<Place>, coverage: Coverage, phase: PhaseCut) -> Key {
        Key {
            time_period: self.inputs.year,
            coverage,
            place,
            phase,
            sen_provision: self.provision,
        }
    }

    /// The authority and its parts.
    fn authority_and_parts(&self) -> Vec<(AreaKey, &Arc<Place>)> {
        let own = self.inputs.area.la_code;
        let authority = self.atlas.authorities.get(&own).into_iter();
        let authority = authority.map(|area| (AreaKey::Authority(u32::from(own.get())), &area.place));
        let parts = self.atlas.parts.iter().enumerate();
        let parts =
            parts.map(|(at, part)| (AreaKey::Part(u32::try_from(at).expect("few parts")), &part.place));
        authority.chain(parts).collect()
    }

    fn add(&self, schools: &[School], judgement: &Judgement, rows: &mut Masking) {
        let own = self.inputs.area.la_code;
        let verdicts: BTreeMap<AreaKey, &AreaVerdict> = judgement
            .areas
            .iter()
            .map(|verdict| (verdict.area, verdict))
            .collect();
        let mut areas = self.authority_and_parts();
        for (code, district) in &self.atlas.districts {
            if let Some(number) = self.districts.get(code) {
                areas.push((AreaKey::District(*number), &district.place));
            }
        }
        for (area, place) in areas {
            let key = self.key(Arc::clone(place), Coverage::StateFunded, PhaseCut::Total);
            match verdicts.get(&area) {
                Some(verdict) => {
                    rows.explanations
                        .extend(ExplanationRow::of_place(&key, MASKING, verdict.probabilities));
                    let inside = schools.iter().filter(|school| area.holds(school));
                    let known = evidence::sum(inside.map(|school| &school.evidence[..]));
                    rows.findings.push(area_finding(key, verdict, &known));
                }
                None => rows.findings.push(silent(
                    key,
                    Level::TooFew,
                    "no mainstream school large enough to judge",
                )),
            }
        }
        for ((each, school), verdict) in self.atlas.schools.iter().zip(schools).zip(&judgement.schools) {
            if self.inputs.scope == Scope::Area && each.school.la_code != own {
                continue;
            }
            let key = self.school_key(each);
            if matches!(verdict.level, Level::NotApplicable | Level::TooFew) {
                let why = if verdict.level == Level::TooFew {
                    "too few pupils to judge"
                } else {
                    "its intake is its purpose, or its pupils' needs are not stated"
                };
                rows.findings.push(silent(key, verdict.level, why));
                continue;
            }
            rows.explanations
                .extend(ExplanationRow::of_place(&key, MASKING, verdict.probabilities));
            rows.findings.push(school_finding(key, verdict, &school.evidence));
        }
    }

    fn school_key(&self, each: &SchoolCounts<'_>) -> Key {
        let school = each.school;
        let state_funded = Coverage::StateFunded.counts(school.phase);
        let coverage = if state_funded {
            Coverage::StateFunded
        } else {
            Coverage::AllSchools
        };
        let place = Place {
            level: GeographicLevel::School,
            code: school.urn.to_string(),
            name: school.name.clone(),
        };
        self.key(Arc::new(place), coverage, PhaseCut::Of(school.phase))
    }
}

/// Rows for inputs that do not carry what the model needs.
fn cannot_say(inputs: &Inputs<'_>, atlas: &Atlas<'_>, provision: ProvisionCut, rows: &mut Masking) {
    let own = inputs.area.la_code;
    let nothing = BTreeMap::new();
    let rows_of = Rows {
        inputs,
        atlas,
        provision,
        districts: &nothing,
    };
    let why = "the input has no counts by type of need for its schools at this provision";
    let areas = atlas
        .authorities
        .get(&own)
        .into_iter()
        .chain(&atlas.parts)
        .chain(atlas.districts.values());
    for area in areas {
        let key = rows_of.key(Arc::clone(&area.place), Coverage::StateFunded, PhaseCut::Total);
        rows.findings.push(silent(key, Level::NotApplicable, why));
    }
    for each in &atlas.schools {
        if inputs.scope == Scope::All || each.school.la_code == own {
            rows.findings
                .push(silent(rows_of.school_key(each), Level::NotApplicable, why));
        }
    }
}

fn silent(key: Key, level: Level, why: &str) -> Finding {
    let wording = format!("{}: cannot be said; {why}.", key.place.name);
    Finding {
        key,
        rule: MASKING,
        level,
        score: None,
        probability: None,
        observed: None,
        expected: None,
        displaced: None,
        evidence: format!("{MASKING} 1: {why}"),
        wording,
    }
}

fn masking_probability(probabilities: &[f64]) -> f64 {
    Explanation::ALL
        .into_iter()
        .zip(probabilities)
        .find(|(each, _)| *each == Explanation::Masking)
        .map_or(0.0, |(_, p)| *p)
}

fn likeliest(probabilities: &[f64]) -> Explanation {
    let each = Explanation::ALL.into_iter().zip(probabilities);
    each.max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(Explanation::Ordinary, |(explanation, _)| explanation)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count, carried as a number"
)]
fn count(observed: f64) -> Option<u64> {
    (observed >= 0.0).then(|| observed.round() as u64)
}

fn displaced(pupils: &DisplacedPupils) -> Displaced {
    Displaced {
        pupils: pupils.mean,
        lower: pupils.lower,
        upper: pupils.upper,
    }
}

fn school_finding(key: Key, verdict: &SchoolVerdict, known: &[Evidence]) -> Finding {
    let probability = masking_probability(&verdict.probabilities);
    let moved = &verdict.displaced;
    let evidence = format!(
        "{MASKING} 1: {:.0} pupils with MLD, {:.1} expected of a school of its size, phase and authority; probability \
         of masking {}; displaced {:.1} ({:.1} to {:.1}), from SLCN {:.1} and SEMH {:.1}{}",
        verdict.observed,
        verdict.expected,
        chance_in_words(probability),
        moved.mean,
        moved.lower,
        moved.upper,
        moved.slcn,
        moved.semh,
        evidence::in_words(known)
    );
    let wording = wording(&key.place.name, verdict.level, &verdict.probabilities);
    Finding {
        rule: MASKING,
        level: verdict.level,
        score: Some(verdict.score),
        probability: Some(probability),
        observed: count(verdict.observed),
        expected: Some(verdict.expected),
        displaced: Some(displaced(moved)),
        evidence,
        wording,
        key,
    }
}

fn area_finding(key: Key, verdict: &AreaVerdict, known: &[Evidence]) -> Finding {
    let probability = masking_probability(&verdict.probabilities);
    let moved = &verdict.displaced;
    let share = verdict.masked_share;
    let evidence = format!(
        "{MASKING} 1: {} mainstream schools judged together; {:.0} pupils with MLD, {:.1} expected of such schools in \
         their authority; share of schools masking {}; displaced {:.1} ({:.1} to {:.1}), from \
         SLCN {:.1} and SEMH {:.1}; {:.0}% of it in the ten schools with most; probability of masking {}{}",
        verdict.schools,
        verdict.observed,
        verdict.expected,
        share_in_words([share.mean, share.lower, share.upper]),
        moved.mean,
        moved.lower,
        moved.upper,
        moved.slcn,
        moved.semh,
        100.0 * verdict.top_ten_share,
        chance_in_words(probability),
        evidence::in_words(known)
    );
    let wording = wording(&key.place.name, verdict.level, &verdict.probabilities);
    Finding {
        rule: MASKING,
        level: verdict.level,
        score: Some(verdict.score),
        probability: Some(probability),
        observed: count(verdict.observed),
        expected: Some(verdict.expected),
        displaced: Some(displaced(moved)),
        evidence,
        wording,
        key,
    }
}

/// A probability with three digits; none prints as certain.
fn chance_in_words(probability: f64) -> String {
    if probability < 0.000_5 {
        "under 0.001".to_owned()
    } else if probability > 0.999_5 {
        "over 0.999".to_owned()
    } else {
        format!("{probability:.3}")
    }
}

/// `12% (9% to 16%)`: with as many digits as tell the limits apart.
fn share_in_words(shares: [f64; 3]) -> String {
    let digits = (0..3)
        .find(|digits| {
            let printed = shares.map(|share| format!("{:.digits$}", 100.0 * share));
            printed[1] != printed[2] && printed[0] != "0"
        })
        .unwrap_or(3);
    let [mean, lower, upper] = shares.map(|share| format!("{:.digits$}%", 100.0 * share));
    format!("{mean} ({lower} to {upper})")
}

fn wording(name: &str, level: Level, probabilities: &[f64]) -> String {
    match level {
        Level::Red => format!("{name}: consistent with masking; sample audit recommended."),
        Level::Amber => format!("{name}: may be consistent with masking; worth a look before others."),
        Level::TooFew => format!("{name}: too few pupils to say."),
        Level::NotApplicable => format!("{name}: cannot be said."),
        Level::None => match likeliest(probabilities) {
            Explanation::Ordinary | Explanation::Masking => {
                format!("{name}: the counts are what ordinary variation between schools gives.")
            }
            Explanation::MoreOfEverything => {
                format!("{name}: more of every need is identified than expected, not MLD in place of others.")
            }
            Explanation::SpecialistIntake => format!("{name}: the counts are those of a specialist intake."),
            Explanation::OtherNeedSurge => {
                format!("{name}: a surge of another need, such as autism, squeezes the shares of the rest.")
            }
            Explanation::MissingCodes => {
                format!("{name}: too many pupils without an assessed or recorded need to say.")
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{chance_in_words, share_in_words};

    #[test]
    fn no_probability_prints_as_certain() {
        for (probability, told) in [
            (0.0, "under 0.001"),
            (0.0006, "0.001"),
            (0.5, "0.500"),
            (1.0, "over 0.999"),
        ] {
            assert_eq!(chance_in_words(probability), told);
        }
    }

    #[test]
    fn a_share_prints_with_the_digits_that_tell_its_limits_apart() {
        assert_eq!(share_in_words([0.12, 0.09, 0.16]), "12% (9% to 16%)");
        assert_eq!(share_in_words([0.11, 0.108, 0.112]), "11.0% (10.8% to 11.2%)");
        assert_eq!(share_in_words([0.0012, 0.0008, 0.0017]), "0.1% (0.1% to 0.2%)");
    }
}
