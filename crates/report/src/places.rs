//! The places of the paper's authority, in reading order: each part, then its districts.

use crate::facts::{At, Facts, Of};
use senlens_model::GeographicLevel;

/// A part or a district of the authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) level: GeographicLevel,
    pub(crate) code: String,
    pub(crate) name: String,
}

impl Spot {
    pub(crate) fn at(&self) -> At<'_> {
        At {
            level: self.level,
            code: &self.code,
        }
    }

    pub(crate) fn is_part(&self) -> bool {
        self.level == GeographicLevel::Quadrant
    }
}

/// Each part with its districts after it, then districts that lie in no part; none where the tables have neither.
pub(crate) fn places(facts: &Facts<'_>) -> Vec<Spot> {
    let everyone = Of::any_need();
    let mut districts: Vec<Spot> = facts
        .rates_at(GeographicLevel::District, everyone)
        .into_iter()
        .map(|rate| Spot {
            level: GeographicLevel::District,
            code: rate.area_code.to_owned(),
            name: rate.area_name.to_owned(),
        })
        .collect();
    districts.sort_by(|a, b| a.name.cmp(&b.name));
    let mut places = Vec::new();
    for part in &facts.about.parts {
        let spot = Spot {
            level: GeographicLevel::Quadrant,
            code: part.name.clone(),
            name: part.name.clone(),
        };
        if facts.rate(spot.at(), everyone).is_some() {
            places.push(spot);
        }
        let (inside, outside): (Vec<Spot>, Vec<Spot>) = districts
            .into_iter()
            .partition(|district| part.districts.contains(&district.code));
        places.extend(inside);
        districts = outside;
    }
    places.extend(districts);
    places
}

/// The places a sentence names: the parts or, where there are none, the districts.
pub(crate) fn heads(places: &[Spot]) -> Vec<&Spot> {
    let has_parts = places.iter().any(Spot::is_part);
    places
        .iter()
        .filter(|spot| !has_parts || spot.is_part())
        .collect()
}

/// What the authority calls its parts or, where it has none, "district".
pub(crate) fn word_for_places<'a>(facts: &'a Facts<'_>, places: &[Spot]) -> &'a str {
    if places.iter().any(Spot::is_part) {
        &facts.about.part_word
    } else {
        "district"
    }
}
