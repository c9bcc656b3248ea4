//! What the verdicts on the authority and its parts become when what they rest on is varied: rows of `sensitivity`.

use super::findings::displaced;
use super::rows::Rows;
use crate::joint::{
    ByProvision, Judgement, School, Sensitivity, SensitivityRow, Settings, Variation, sensitivities,
};
use crate::{Displaced, Level};
use senlens_compare::Key;
use senlens_model::{Coverage, PhaseCut};
use std::sync::Arc;

/// A verdict under one variation.
#[derive(Debug, Clone, PartialEq)]
pub struct SensitivityFinding {
    /// What the row is about.
    pub key: Key,
    /// What was varied.
    pub variation: Variation,
    /// Schools judged.
    pub schools: u64,
    /// Probability of masking.
    pub probability: f64,
    /// Level that follows.
    pub level: Level,
    /// Pupils displaced.
    pub displaced: Displaced,
    /// URN of the school left out, where one is.
    pub left_out: Option<String>,
    /// The sentence for a reader: on the first row of a place, what would have to be true for its verdict to change.
    pub wording: String,
}

/// The rows of the authority and its parts.
pub(super) fn rows(
    rows: &Rows<'_>,
    schools: &[School],
    settings: &Settings,
    verdict: &Judgement,
    by_provision: ByProvision<'_>,
) -> Vec<SensitivityFinding> {
    let places = rows.authority_and_parts();
    let areas: Vec<_> = places.iter().map(|(area, _)| *area).collect();
    let varied = sensitivities(schools, settings, verdict, by_provision, &areas);
    let mut found = Vec::new();
    for each in &varied {
        let Some((_, place)) = places.iter().find(|(area, _)| *area == each.area) else {
            continue;
        };
        let key = rows.key(Arc::clone(place), Coverage::StateFunded, PhaseCut::Total);
        for row in &each.rows {
            let left_out = row
                .left_out
                .and_then(|index| rows.atlas.schools.get(index as usize));
            found.push(SensitivityFinding {
                key: key.clone(),
                variation: row.variation,
                schools: row.schools as u64,
                probability: row.probability,
                level: row.level,
                displaced: displaced(&row.displaced),
                left_out: left_out.map(|each| each.school.urn.to_string()),
                wording: wording(&key.place.name, each, row),
            });
        }
    }
    found
}

fn wording(name: &str, varied: &Sensitivity, row: &SensitivityRow) -> String {
    match row.variation {
        Variation::AsJudged => {
            let (least, most) = varied.leave_one_out;
            let (least, most) = (percent(least), percent(most));
            let range = if least == most {
                format!("is {least}")
            } else {
                format!("lies between {least} and {most}")
            };
            format!(
                "{name}: {} Leaving out any one school, the probability of masking {range}.",
                lower_first(&varied.sentence())
            )
        }
        variation if row.level == varied.rows[0].level => {
            format!("{name}: the same verdict ({}) {}.", row.level, variation.words())
        }
        variation => format!("{name}: {} {}.", row.level, variation.words()),
    }
}

/// The same text with its first letter small: it follows a name.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A probability in a sentence; nothing prints as certain.
pub(super) fn percent(probability: f64) -> String {
    if probability < 0.01 {
        "under 1%".to_owned()
    } else if probability > 0.99 {
        "over 99%".to_owned()
    } else {
        format!("{:.0}%", 100.0 * probability)
    }
}
