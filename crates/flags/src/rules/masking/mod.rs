//! The verdict of the joint model of masking, as rows: METHOD.md tells how it is reached.
//!
//! Needs counts by type of need and the roll for every school. Passed over in silence: special schools, alternative
//! provision, nurseries and independent schools, whose intake is their purpose; a school of fewer than twenty pupils;
//! masking that every school of an authority shares, which no comparison within it can see (the comparison of the
//! authority with England can).

mod schools;
mod sensitivity;

pub use sensitivity::SensitivityFinding;

use crate::joint::{
    AreaKey, AreaVerdict, Counted, DisplacedPupils, Effort, Judgement, School, SchoolVerdict, Settings, judge,
};
use crate::{Displaced, Explanation, ExplanationRow, Finding, Level};
use schools::{district_numbers, model_school};
use senlens_compare::{Atlas, Comparison, Inputs, Key, SchoolCounts, Scope};
use senlens_model::{AreaCode, Coverage, GeographicLevel, PhaseCut, Place, ProvisionCut};
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
}

/// SEN support and plans together, then each: the order in which they are judged.
const CUTS: [(ProvisionCut, Counted); 3] = [
    (ProvisionCut::Total, Counted::Total),
    (ProvisionCut::SenSupport, Counted::Support),
    (ProvisionCut::Plan, Counted::Plans),
];

/// Judges every school and area in the inputs' scope with the joint model, or says that the inputs do not allow it.
pub fn masking(inputs: &Inputs<'_>, comparison: &Comparison<'_>) -> Masking {
    let atlas = &comparison.atlas;
    let districts = district_numbers(atlas);
    let schools: Vec<School> = atlas
        .schools
        .iter()
        .enumerate()
        .map(|(index, each)| model_school(index, each, inputs, &districts))
        .collect();
    let mut rows = Masking::default();
    let known = atlas.schools_known;
    let judgements = CUTS.map(|(provision, counted)| {
        if !(known.needs[provision as usize] && known.roll) {
            cannot_say(inputs, atlas, provision, &mut rows);
            return None;
        }
        let judgement = judge(&schools, &settings(counted));
        Rows {
            inputs,
            atlas,
            provision,
            districts: &districts,
        }
        .add(&judgement, &mut rows);
        Some(judgement)
    });
    if let [Some(verdict), support, plans] = &judgements {
        let rows_of = Rows {
            inputs,
            atlas,
            provision: ProvisionCut::Total,
            districts: &districts,
        };
        let apart = crate::joint::Apart {
            support: support.as_ref(),
            plans: plans.as_ref(),
        };
        rows.sensitivity = sensitivity::rows(&rows_of, &schools, verdict, apart);
    }
    rows
}

/// The verdict is on both provisions together; each apart stands beside it, at less effort.
fn settings(counted: Counted) -> Settings {
    Settings {
        counted,
        effort: if counted == Counted::Total {
            Effort::Full
        } else {
            Effort::Quick
        },
        ..Settings::default()
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

    fn add(&self, judgement: &Judgement, rows: &mut Masking) {
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
                    explain(&key, &verdict.probabilities, rows);
                    rows.findings.push(area_finding(key, verdict));
                }
                None => rows.findings.push(silent(
                    key,
                    Level::TooFew,
                    "no mainstream school large enough to judge",
                )),
            }
        }
        for (each, verdict) in self.atlas.schools.iter().zip(&judgement.schools) {
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
            explain(&key, &verdict.probabilities, rows);
            rows.findings.push(school_finding(key, verdict));
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

fn explain(key: &Key, probabilities: &[f64], rows: &mut Masking) {
    for (explanation, probability) in Explanation::ALL.into_iter().zip(probabilities) {
        rows.explanations.push(ExplanationRow {
            key: key.clone(),
            rule: MASKING,
            explanation,
            probability: *probability,
        });
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

fn school_finding(key: Key, verdict: &SchoolVerdict) -> Finding {
    let probability = masking_probability(&verdict.probabilities);
    let moved = &verdict.displaced;
    let evidence = format!(
        "{MASKING} 1: {:.0} pupils with MLD, {:.1} expected of a school of its size, phase and authority; probability \
         of masking {probability:.3}; displaced {:.1} ({:.1} to {:.1}), from SLCN {:.1} and SEMH {:.1}",
        verdict.observed, verdict.expected, moved.mean, moved.lower, moved.upper, moved.slcn, moved.semh
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

fn area_finding(key: Key, verdict: &AreaVerdict) -> Finding {
    let probability = masking_probability(&verdict.probabilities);
    let moved = &verdict.displaced;
    let share = verdict.masked_share;
    let evidence = format!(
        "{MASKING} 1: {} mainstream schools judged together; {:.0} pupils with MLD, {:.1} expected of such schools in \
         their authority; share of schools masking {:.0}% ({:.0}% to {:.0}%); displaced {:.1} ({:.1} to {:.1}), from \
         SLCN {:.1} and SEMH {:.1}; {:.0}% of it in the ten schools with most; probability of masking {probability:.3}",
        verdict.schools,
        verdict.observed,
        verdict.expected,
        100.0 * share.mean,
        100.0 * share.lower,
        100.0 * share.upper,
        moved.mean,
        moved.lower,
        moved.upper,
        moved.slcn,
        moved.semh,
        100.0 * verdict.top_ten_share
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
