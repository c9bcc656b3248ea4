//! Invented counties: schools in districts in parts, pupils with needs, and every table a run would make of them.

#![expect(clippy::cast_possible_truncation, reason = "the invented numbers are small")]

mod numbers;
mod publish;

pub use numbers::Numbers;
pub use publish::{AsRead, policy, readers, sizes, write};

use senlens_attack::Places;
use senlens_compare::{Inputs, Stratum, compare};
use senlens_flags::{Displaced, Explanation, ExplanationRow, Finding, Level};
use senlens_model::{
    AreaFile, Cell, Cells, CountedPlace, Coverage, Dimension, Dimensions, GeographicLevel, Geography, LaCode,
    Need, NeedCut, Phase, PlaceIndex, Provision, School, Scope, SourceKind, Urn,
};
use senlens_release::tables::{Benchmarks, Explanations, Flags, FunnelLimits, Ranks, Rates};
use senlens_release::{About, Audience, Publication, RuleId, Sources, Structure};
use std::fmt::Write as _;

/// The shape of a county.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Districts in each part.
    pub parts: Vec<usize>,
    /// Schools in each district, from and to.
    pub schools: (u64, u64),
    /// Pupils with SEN, as a multiple of ordinary numbers.
    pub density: f64,
    /// Whether the authority's own counts are public.
    pub public_authority: bool,
    /// Whether there are independent schools.
    pub independents: bool,
    /// How many authorities; schools of all get rows when more than one.
    pub authorities: usize,
}

impl Shape {
    /// A county's shape from a seed: from 3 schools in a district to 600 in the county, sparse and dense.
    pub fn of(seed: u64) -> Self {
        let mut numbers = Numbers::new(seed ^ 0xABCD);
        let parts = 1 + numbers.below(4) as usize;
        let parts: Vec<usize> = (0..parts).map(|_| 1 + numbers.below(3) as usize).collect();
        let largest = match numbers.below(20) {
            0 => 90,
            1..=3 => 40,
            4..=9 => 16,
            _ => 6,
        };
        Self {
            parts,
            schools: (3, 3 + numbers.below(largest)),
            density: [0.3, 0.6, 1.0, 2.0][numbers.below(4) as usize],
            public_authority: numbers.below(2) == 0,
            independents: numbers.below(2) == 0,
            authorities: 1,
        }
    }

    /// As Essex: 4 parts, 12 districts, about 550 schools.
    pub fn essex() -> Self {
        Self {
            parts: vec![2, 3, 4, 3],
            schools: (40, 52),
            density: 1.0,
            public_authority: true,
            independents: false,
            authorities: 1,
        }
    }
}

/// A county with all its tables, and what the gate and a reader know of its places.
#[derive(Debug)]
pub struct County {
    /// Every table, before release.
    pub publication: Publication,
    /// What the gate is told.
    pub sources: Sources,
    /// Which place lies in which, as a reader could look it up.
    pub places: Places,
}

const NEEDS: [(Need, f64, f64); 14] = [
    (Need::Mld, 0.020, 0.003),
    (Need::Slcn, 0.028, 0.007),
    (Need::Semh, 0.024, 0.005),
    (Need::Asd, 0.008, 0.010),
    (Need::Spld, 0.020, 0.001),
    (Need::Nsa, 0.004, 0.0),
    (Need::Sld, 0.0005, 0.003),
    (Need::Pmld, 0.0001, 0.001),
    (Need::Hi, 0.002, 0.0006),
    (Need::Vi, 0.001, 0.0003),
    (Need::Msi, 0.0003, 0.0001),
    (Need::Pd, 0.003, 0.001),
    (Need::Oth, 0.005, 0.0006),
    (Need::Missing, 0.0003, 0.0),
];

fn area_file(shape: &Shape, authority: usize) -> AreaFile {
    let mut text = format!(
        "name = \"Inventshire {authority}\"\nla_code = \"{}\"\narea_code = \"E10000{authority:03}\"\n\
         region_code = \"E12000006\"\nregion_name = \"East of England\"\n",
        200 + authority
    );
    let mut district = 0;
    for (part, districts) in shape.parts.iter().enumerate() {
        let codes: Vec<String> = (0..*districts)
            .map(|_| {
                district += 1;
                format!("\"{}\"", district_code(authority, district - 1))
            })
            .collect();
        writeln!(
            text,
            "[[parts]]\nname = \"Part {part}\"\ndistricts = [{}]",
            codes.join(", ")
        )
        .expect("text takes all");
    }
    AreaFile::from_toml(&text).expect("an area file")
}

fn district_code(authority: usize, district: usize) -> String {
    format!("E07{authority:03}{district:03}")
}

fn dimensions() -> Dimensions {
    Dimensions::of(&[
        Dimension::Roll,
        Dimension::Phase,
        Dimension::Provision,
        Dimension::PrimaryNeed,
        Dimension::District,
    ])
}

/// Pupils of one school, into cells.
fn add_pupils(
    numbers: &mut Numbers,
    cells: &mut Vec<Cell>,
    place: PlaceIndex,
    phase: Phase,
    roll: u32,
    density: f64,
) {
    let year = "202223".parse().expect("a year");
    let mut left = roll;
    for (need, support, plan) in NEEDS {
        let special = phase == Phase::Special;
        for (provision, share) in [(Provision::SenSupport, support), (Provision::Plan, plan)] {
            let share = match (special, provision) {
                (true, Provision::Plan) => (plan * 25.0).min(0.3),
                (true, _) => 0.0,
                (false, _) => (share * density * (0.4 + 1.2 * numbers.share())).min(0.3),
            };
            let pupils = numbers.of(roll, share).min(left);
            left -= pupils;
            if pupils > 0 {
                cells.push(Cell {
                    primary_need: Some(need),
                    ..Cell::new(place, year, Some(phase), provision, pupils)
                });
            }
        }
    }
    cells.push(Cell::new(place, year, Some(phase), Provision::NoSen, left));
}

/// Invents a county.
pub fn county(shape: &Shape, seed: u64) -> County {
    let mut numbers = Numbers::new(seed);
    let (mut counted, mut cells) = (Vec::new(), Vec::new());
    let mut places = Places::default();
    let mut lies_in = |place: (GeographicLevel, &str), parent: (GeographicLevel, &str)| {
        places.lies_in(place, parent);
    };
    let mut urn = 100_000_u32;
    for authority in 0..shape.authorities {
        let la_area = format!("E10000{authority:03}");
        let mut district = 0;
        for (part, districts) in shape.parts.iter().enumerate() {
            let part = format!("Part {part}");
            // Only the first authority's parts and districts have rows.
            if authority == 0 {
                lies_in(
                    (GeographicLevel::Quadrant, &part),
                    (GeographicLevel::LocalAuthority, &la_area),
                );
            }
            for _ in 0..*districts {
                let code = district_code(authority, district);
                district += 1;
                if authority == 0 {
                    lies_in(
                        (GeographicLevel::District, &code),
                        (GeographicLevel::Quadrant, &part),
                    );
                }
                let schools = shape.schools.0 + numbers.below(shape.schools.1 - shape.schools.0 + 1);
                for school in 0..schools {
                    urn += 1;
                    let phase = match (school, numbers.below(40)) {
                        (_, 0) => Phase::Special,
                        (_, 1) => Phase::Nursery,
                        (_, 2) if shape.independents => Phase::Independent,
                        (school, _) if school % 6 == 5 => Phase::Secondary,
                        _ => Phase::Primary,
                    };
                    let roll = match phase {
                        Phase::Secondary => 500 + numbers.below(900),
                        Phase::Special => 40 + numbers.below(120),
                        Phase::Nursery => 20 + numbers.below(80),
                        _ => 40 + numbers.below(400),
                    } as u32;
                    let place = PlaceIndex(counted.len() as u32);
                    counted.push(CountedPlace::School(School {
                        urn: urn.to_string().parse::<Urn>().expect("a number"),
                        laestab: None,
                        name: format!("Oak {urn} School"),
                        phase,
                        la_code: (200 + authority).to_string().parse::<LaCode>().expect("a code"),
                        la_name: format!("Inventshire {authority}"),
                        la_area_code: Some(la_area.parse().expect("a code")),
                        region_code: Some("E12000006".parse().expect("a code")),
                        region_name: Some("East".to_owned()),
                        district_code: Some(code.parse().expect("a code")),
                        district_name: Some(format!("District {district}")),
                        specialist: None,
                    }));
                    add_pupils(&mut numbers, &mut cells, place, phase, roll, shape.density);
                    let parent = if authority == 0 {
                        (GeographicLevel::District, code.as_str())
                    } else {
                        (GeographicLevel::LocalAuthority, la_area.as_str())
                    };
                    lies_in((GeographicLevel::School, &urn.to_string()), parent);
                }
            }
        }
    }
    let schools = Cells::new(SourceKind::Pupils, dimensions(), counted, cells).expect("cells");
    let area = area_file(shape, 0);
    let benchmarks = [england(&mut numbers)];
    let comparison = compare(&Inputs {
        schools: Some(&schools),
        benchmarks: &benchmarks,
        area: &area,
        year: "202223".parse().expect("a year"),
        scope: if shape.authorities > 1 {
            Scope::All
        } else {
            Scope::Area
        },
        coverage: Coverage::StateFunded,
        adjust_for: &Stratum::USUAL,
    })
    .expect("a comparison");
    let mut structure = Structure::new(comparison.atlas.geography.clone());
    if shape.public_authority {
        for authority in comparison.atlas.authorities.values() {
            structure.is_public(authority.place.place_code());
            places.is_public((GeographicLevel::LocalAuthority, &authority.place.code));
        }
    }
    let sources = Sources {
        kinds: [SourceKind::Pupils].into(),
        structure,
        published: Vec::new(),
    };
    let (findings, explanations) = rules(&comparison.rates);
    let publication = Publication {
        about: about(&comparison.atlas.geography),
        tables: vec![
            Rates::table(&comparison.rates),
            Benchmarks::table(&comparison.benchmarks),
            FunnelLimits::table(&comparison.funnel_limits),
            Ranks::table(&comparison.ranks),
            Flags::table(&findings),
            Explanations::table(&explanations),
        ],
    };
    County {
        publication,
        sources,
        places,
    }
}

/// England and the region, as published.
fn england(numbers: &mut Numbers) -> Cells {
    let (mut places, mut cells) = (Vec::new(), Vec::new());
    for (level, code, name) in [
        (GeographicLevel::National, "E92000001", "England"),
        (GeographicLevel::Regional, "E12000006", "East"),
    ] {
        let place = PlaceIndex(places.len() as u32);
        places.push(CountedPlace::Area {
            level,
            code: Some(code.parse().expect("a code")),
            la_code: None,
            name: name.to_owned(),
            region_code: None,
        });
        for phase in [
            Phase::Nursery,
            Phase::Primary,
            Phase::Secondary,
            Phase::Special,
            Phase::Independent,
        ] {
            add_pupils(numbers, &mut cells, place, phase, 60_000, 1.0);
        }
    }
    Cells::new(SourceKind::Published, dimensions(), places, cells).expect("cells")
}

/// A rule that quotes its counts, as real ones do.
fn rules(rates: &[senlens_compare::RateRow]) -> (Vec<Finding>, Vec<ExplanationRow>) {
    let (mut findings, mut explanations) = (Vec::new(), Vec::new());
    for row in rates {
        let is_mld = row.primary_need == NeedCut::Of(Need::Mld) && row.base == senlens_compare::Base::Sen;
        if !is_mld || row.key.place.level < GeographicLevel::LocalAuthority {
            continue;
        }
        let share = row.per_hundred.unwrap_or(0.0) / 100.0;
        let expected = row.population as f64 * 0.2;
        findings.push(Finding {
            key: row.key.clone(),
            rule: RuleId::Masking,
            level: if share > 0.3 { Level::Red } else { Level::None },
            score: Some(share * 10.0),
            probability: Some(share.clamp(0.0, 1.0)),
            observed: Some(row.events),
            expected: Some(expected),
            displaced: Some(Displaced {
                pupils: (row.events as f64 - expected).max(0.0),
                lower: 0.0,
                upper: row.events as f64,
            }),
            evidence: format!("MLD {} of {}", row.events, row.population),
            wording: format!("{} pupils at {} have MLD", row.events, row.key.place.name),
        });
        for (explanation, probability) in [
            (Explanation::Ordinary, 1.0 - share),
            (Explanation::Masking, share),
        ] {
            explanations.push(ExplanationRow {
                key: row.key.clone(),
                rule: RuleId::Masking,
                explanation,
                probability,
                given_departure: (explanation == Explanation::Masking && share > 0.0).then_some(1.0),
                called: explanation == Explanation::Masking && share > 0.0,
            });
        }
    }
    (findings, explanations)
}

fn about(geography: &Geography) -> About {
    About {
        authority: "Inventshire 0".to_owned(),
        authority_code: "E10000000".to_owned(),
        region: "East".to_owned(),
        region_code: "E12000006".to_owned(),
        region_authorities: Vec::new(),
        part_word: "part".to_owned(),
        geography: geography.clone(),
        time_period: "202223".parse().expect("a year"),
        coverage: Coverage::StateFunded,
        date: None,
        neighbours: None,
        neighbour_authorities: Vec::new(),
        audience: Audience::Public,
        invented: true,
        needs_by_school: true,
        sources: Vec::new(),
        notes: Vec::new(),
        policy: "public".to_owned(),
        version: String::new(),
    }
}
