//! The places of the paper's authority, in reading order: each part, then its districts.

use crate::facts::{At, Facts, Of};
use senlens_model::{GeographicLevel, Place};

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
    let geography = &facts.about.geography;
    // Named as the tables name it; none where they say nothing of it.
    let spot = |place: &Place| {
        let at = At {
            level: place.level,
            code: &place.code,
        };
        facts.rate(at, Of::any_need()).map(|rate| Spot {
            level: place.level,
            code: place.code.clone(),
            name: rate.area_name.to_owned(),
        })
    };
    let mut districts: Vec<(Option<usize>, Spot)> = geography
        .districts()
        .filter_map(|(code, place)| Some((geography.part_of_district(code), spot(place)?)))
        .collect();
    districts.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    let within = |part: Option<usize>| {
        districts
            .iter()
            .filter(move |(of, _)| *of == part)
            .map(|(_, spot)| spot.clone())
    };
    let mut places = Vec::new();
    for (at, part) in geography.parts().iter().enumerate() {
        places.extend(spot(part));
        places.extend(within(Some(at)));
    }
    places.extend(within(None));
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
