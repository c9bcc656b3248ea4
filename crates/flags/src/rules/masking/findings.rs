//! The findings and explanations of areas and schools, in numbers and words.

use super::evidence;
use super::rows::Rows;
use crate::joint::{AreaKey, AreaVerdict, DisplacedPupils, Evidence, Judgement, School, SchoolVerdict};
use crate::rules::rule_id::RuleId;
use crate::{Displaced, Explanation, ExplanationRow, Finding, Level};
use senlens_compare::{Atlas, Inputs, Key};
use senlens_model::{Coverage, PhaseCut, ProvisionCut, Scope};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The rule.
const MASKING: RuleId = RuleId::Masking;

/// Rows of `flags` and of `explanations`.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) findings: Vec<Finding>,
    pub(super) explanations: Vec<ExplanationRow>,
}

/// Adds the findings and explanations of every area and school.
pub(super) fn add(places: &Rows<'_>, schools: &[School], judgement: &Judgement, rows: &mut Found) {
    let own = places.inputs.area.la_code;
    let verdicts: BTreeMap<AreaKey, &AreaVerdict> = judgement
        .areas
        .iter()
        .map(|verdict| (verdict.area, verdict))
        .collect();
    for (area, place, why_not) in places.areas() {
        let key = places.key(Arc::clone(place), Coverage::StateFunded, PhaseCut::Total);
        if let Some(why_not) = why_not {
            rows.findings
                .push(not_judged(key, Level::NotApplicable, &why_not));
            continue;
        }
        match verdicts.get(&area) {
            Some(verdict) => {
                rows.explanations
                    .extend(ExplanationRow::of_place(&key, MASKING, verdict.probabilities));
                let inside = schools.iter().filter(|school| area.holds(school));
                let known = evidence::sum(inside.map(|school| &school.evidence[..]));
                rows.findings.push(area_finding(key, verdict, &known));
            }
            None => rows.findings.push(not_judged(
                key,
                Level::TooFew,
                "no mainstream school large enough to judge",
            )),
        }
    }
    for ((each, school), verdict) in places.atlas.schools.iter().zip(schools).zip(&judgement.schools) {
        if places.inputs.scope == Scope::Area && each.school.la_code != own {
            continue;
        }
        let key = places.school_key(each);
        if matches!(verdict.level, Level::NotApplicable | Level::TooFew) {
            let why = if verdict.level == Level::TooFew {
                "too few pupils to judge"
            } else {
                "its intake is its purpose, or its pupils' needs are not stated"
            };
            rows.findings.push(not_judged(key, verdict.level, why));
            continue;
        }
        rows.explanations
            .extend(ExplanationRow::of_place(&key, MASKING, verdict.probabilities));
        rows.findings.push(school_finding(key, verdict, &school.evidence));
    }
}

/// Adds a row for every place where the inputs do not carry what the model needs.
pub(super) fn cannot_say(
    inputs: &Inputs<'_>,
    atlas: &Atlas<'_>,
    provision: ProvisionCut,
    has_codes: bool,
    rows: &mut Found,
) {
    let own = inputs.area.la_code;
    let nothing = BTreeMap::new();
    let places = Rows {
        inputs,
        atlas,
        provision,
        districts: &nothing,
    };
    let why = if has_codes {
        "the input has no counts by type of need for its schools at this provision"
    } else {
        "the list of needs of this census lacks the types that the model is about"
    };
    let areas = atlas
        .authorities
        .get(&own)
        .into_iter()
        .chain(&atlas.parts)
        .chain(atlas.districts.values());
    for area in areas {
        let key = places.key(Arc::clone(&area.place), Coverage::StateFunded, PhaseCut::Total);
        rows.findings.push(not_judged(key, Level::NotApplicable, why));
    }
    for each in &atlas.schools {
        if inputs.scope == Scope::All || each.school.la_code == own {
            rows.findings
                .push(not_judged(places.school_key(each), Level::NotApplicable, why));
        }
    }
}

fn not_judged(key: Key, level: Level, why: &str) -> Finding {
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

pub(super) fn displaced(pupils: &DisplacedPupils) -> Displaced {
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

/// `12% (9% to 16%)`: with as many digits as it takes to print different limits.
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
    fn a_share_prints_with_enough_digits_for_different_limits() {
        assert_eq!(share_in_words([0.12, 0.09, 0.16]), "12% (9% to 16%)");
        assert_eq!(share_in_words([0.11, 0.108, 0.112]), "11.0% (10.8% to 11.2%)");
        assert_eq!(share_in_words([0.0012, 0.0008, 0.0017]), "0.1% (0.1% to 0.2%)");
    }
}
