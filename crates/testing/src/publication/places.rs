//! The places of the invented authority, and how many pupils each has.

use super::Kind;
use senlens_model::{AreaFile, Geography, Phase, School};
use std::fmt::Write as _;

/// The code of the invented authority.
pub const OWN: &str = "E10000099";

pub(super) const NEEDS: [(&str, f64); 13] = [
    ("SPLD", 11.7),
    ("MLD", 15.3),
    ("SLD", 2.3),
    ("PMLD", 0.8),
    ("SEMH", 19.6),
    ("SLCN", 23.7),
    ("HI", 1.6),
    ("VI", 0.9),
    ("MSI", 0.3),
    ("PD", 2.5),
    ("ASD", 14.2),
    ("OTH", 3.6),
    ("NSA", 3.5),
];

pub(super) const DISTRICTS: [(&str, &str); 12] = [
    ("Sandwick", "North Reach"),
    ("Tarnby", "North Reach"),
    ("Aldermouth", "Mid"),
    ("Brookfold", "Mid"),
    ("Chalkstow", "Mid"),
    ("Dunhaven", "South Shore"),
    ("Elmsea", "South Shore"),
    ("Fenwick and the Isles", "South Shore"),
    ("Gorsley", "South Shore"),
    ("Hartstone", "West"),
    ("Ivelbridge", "West"),
    ("Kelmarsh Forest", "West"),
];

/// Which place lies in which: a school in every district.
pub(super) fn geography(kind: Kind) -> Geography {
    let mut area = format!(
        "name = 'Saltmarsh'\nla_code = '099'\narea_code = '{OWN}'\nregion_code = 'E12000099'\n\
         region_name = 'East Coast'\npart_word = 'quadrant'\n"
    );
    let mut schools = Vec::new();
    if kind != Kind::NoParts {
        for part in ["North Reach", "Mid", "South Shore", "West"] {
            let districts: Vec<String> = (0..DISTRICTS.len())
                .filter(|position| DISTRICTS[*position].1 == part)
                .map(|position| format!("'{}'", district_code(position)))
                .collect();
            writeln!(
                area,
                "[[parts]]\nname = '{part}'\ndistricts = [{}]",
                districts.join(", ")
            )
            .expect("text takes all");
        }
        schools.extend((0..DISTRICTS.len()).map(school_in));
    }
    Geography::new(&AreaFile::from_toml(&area).expect("an area file"), &schools)
}

fn school_in(district: usize) -> School {
    School {
        urn: (990_001 + district).to_string().parse().expect("a number"),
        laestab: None,
        name: format!("School of {}", DISTRICTS[district].0),
        phase: Phase::Primary,
        la_code: "099".parse().expect("a code"),
        la_name: "Saltmarsh".to_owned(),
        la_area_code: Some(OWN.parse().expect("a code")),
        region_code: None,
        region_name: None,
        district_code: Some(district_code(district).parse().expect("a code")),
        district_name: Some(DISTRICTS[district].0.to_owned()),
        specialist: None,
    }
}

pub(super) struct Place {
    pub(super) level: &'static str,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) pupils: f64,
    pub(super) sen_share: f64,
    /// Times as many pupils with MLD, SLCN and SEMH as England's mix would give.
    pub(super) tilt: [f64; 3],
}

pub(super) fn places(kind: Kind) -> Vec<Place> {
    let place = |level, code: &str, name: &str, pupils, sen_share, tilt| Place {
        level,
        code: code.to_owned(),
        name: name.to_owned(),
        pupils,
        sen_share,
        tilt,
    };
    let mut places = Vec::new();
    if kind != Kind::NoBenchmark {
        places.push(place(
            "National",
            "E92000001",
            "England",
            8_481_875.0,
            0.171,
            [1.0; 3],
        ));
        places.push(place(
            "Regional",
            "E12000099",
            "East Coast",
            963_220.0,
            0.163,
            [0.91, 0.95, 1.05],
        ));
    }
    if !matches!(kind, Kind::NoBenchmark | Kind::OneAuthority) {
        for position in 0..40 {
            let pupils = 4_000.0 + 150_000.0 * chance(position, 1) * chance(position, 2);
            let tilt = [
                0.4 + 1.3 * chance(position, 3),
                0.7 + 0.6 * chance(position, 4),
                0.8 + 0.4 * chance(position, 5),
            ];
            let name = format!("Invented authority {}", position + 1);
            places.push(place(
                "Local authority",
                &authority_code(position),
                &name,
                pupils,
                0.14 + 0.05 * chance(position, 6),
                tilt,
            ));
        }
    }
    places.push(place(
        "Local authority",
        OWN,
        "Saltmarsh",
        221_845.0,
        0.155,
        [1.10, 0.80, 1.12],
    ));
    if kind != Kind::NoParts {
        let tilts = [
            ("North Reach", [1.62, 0.61, 0.78], 0.176),
            ("Mid", [0.98, 0.97, 1.02], 0.156),
            ("South Shore", [0.93, 1.04, 1.0], 0.146),
            ("West", [0.96, 0.99, 1.08], 0.146),
        ];
        for (part, tilt, sen_share) in tilts {
            let inside: Vec<usize> = (0..DISTRICTS.len())
                .filter(|position| DISTRICTS[*position].1 == part)
                .collect();
            let pupils_of = |position: usize| 9_000.0 + 20_000.0 * chance(position, 7);
            let pupils = inside.iter().map(|position| pupils_of(*position)).sum();
            places.push(place("Quadrant", part, part, pupils, sen_share, tilt));
            for position in inside {
                let own = tilt.map(|times| times * (0.9 + 0.2 * chance(position, 8)));
                places.push(place(
                    "Local authority district",
                    &district_code(position),
                    DISTRICTS[position].0,
                    pupils_of(position),
                    sen_share * (0.9 + 0.2 * chance(position, 9)),
                    own,
                ));
            }
        }
    }
    places
}

pub(super) fn authority_code(position: usize) -> String {
    format!("E060001{position:02}")
}

pub(super) fn district_code(position: usize) -> String {
    format!("E070001{position:02}")
}

/// A share of one drawn from a position, always the same.
pub(super) fn chance(position: usize, what: u64) -> f64 {
    let mut state =
        (position as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ what.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state ^= state >> 31;
    state = state.wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^= state >> 29;
    (state % 10_000) as f64 / 10_000.0
}

pub(super) fn tilt_of(place: &Place, need: &str) -> f64 {
    match need {
        "MLD" => place.tilt[0],
        "SLCN" => place.tilt[1],
        "SEMH" => place.tilt[2],
        _ => 1.0,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded counts of pupils"
)]
pub(super) fn count_of(place: &Place, need: &str, part_of_sen: f64) -> (u64, u64, u64) {
    let pupils = place.pupils.round();
    let sen = (pupils * place.sen_share * part_of_sen).round();
    let of_need = NEEDS
        .iter()
        .find(|(code, _)| *code == need)
        .map_or(sen, |(_, percent)| {
            (sen * percent / 100.0 * tilt_of(place, need)).round()
        });
    (of_need as u64, sen as u64, pupils as u64)
}
