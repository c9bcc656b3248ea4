//! An invented authority among forty, as the gate would release it: what the tests and the example draw.

use senlens_release::{
    About, Audience, Cell, Column, ColumnData, PartNote, Publication, Released, SourceNote, Table,
    TextColumn, Why, release_published,
};

/// What the publication holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Forty authorities, four parts, twelve districts, needs by school, findings.
    Everything,
    /// Schools carry no counts by need.
    NoNeedsBySchool,
    /// The authority has no parts, and no district is known.
    NoParts,
    /// Nothing to compare with.
    NoBenchmark,
    /// The input holds one authority.
    OneAuthority,
    /// Every figure is withheld.
    Withheld,
    /// There are no tables at all.
    NoTables,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Everything,
        Self::NoNeedsBySchool,
        Self::NoParts,
        Self::NoBenchmark,
        Self::OneAuthority,
        Self::Withheld,
        Self::NoTables,
    ];
}

pub(crate) const OWN: &str = "E10000099";
const NEEDS: [(&str, f64); 13] = [
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
const DISTRICTS: [(&str, &str); 12] = [
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

struct Place {
    level: &'static str,
    code: String,
    name: String,
    pupils: f64,
    sen_share: f64,
    /// Times as many pupils with MLD, SLCN and SEMH as England's mix would give.
    tilt: [f64; 3],
}

/// The publication of a kind.
pub(crate) fn released(kind: Kind) -> Released<Publication> {
    release_published(publication(kind))
}

/// The publication of a kind, before release.
pub(crate) fn publication(kind: Kind) -> Publication {
    let places = places(kind);
    let mut tables = if kind == Kind::NoTables {
        Vec::new()
    } else {
        vec![
            rates(&places, kind),
            benchmarks(&places, kind),
            funnel_limits(kind),
            flags(kind),
            explanations(kind),
        ]
    };
    // Nothing judged, or pupils protected: then the table is not there.
    if !matches!(
        kind,
        Kind::NoNeedsBySchool | Kind::NoBenchmark | Kind::Withheld | Kind::NoTables
    ) {
        tables.extend([sensitivity(kind), audit_plan(), corrected(), change(kind)]);
    }
    Publication {
        about: about(kind),
        tables,
    }
}

fn about(kind: Kind) -> About {
    let parts = ["North Reach", "Mid", "South Shore", "West"].map(|part| PartNote {
        name: part.to_owned(),
        districts: DISTRICTS
            .iter()
            .enumerate()
            .filter(|(_, (_, of))| *of == part)
            .map(|(position, _)| district_code(position))
            .collect(),
    });
    About {
        authority: "Saltmarsh".to_owned(),
        authority_code: OWN.to_owned(),
        region: "East Coast".to_owned(),
        region_code: "E12000099".to_owned(),
        region_authorities: (0..9).map(authority_code).chain([OWN.to_owned()]).collect(),
        part_word: "quadrant".to_owned(),
        parts: if kind == Kind::NoParts {
            Vec::new()
        } else {
            parts.to_vec()
        },
        time_period: "202223".to_owned(),
        coverage: "state_funded".to_owned(),
        coverage_in_words: "state-funded and non-maintained special schools".to_owned(),
        date: Some("2026-01-31".to_owned()),
        neighbours: Some("an invented list, April 2021".to_owned()),
        neighbour_authorities: (6..16).map(authority_code).collect(),
        audience: if kind == Kind::NoNeedsBySchool {
            Audience::Public
        } else {
            Audience::Internal
        },
        invented: true,
        needs_by_school: !matches!(kind, Kind::NoNeedsBySchool | Kind::NoTables),
        sources: vec![
            SourceNote {
                name: "saltmarsh_schools.csv".to_owned(),
                layout: "school-level wide layout".to_owned(),
                sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
                read: 24_950,
                accepted: 568,
                rejected: vec![("blank rows".to_owned(), 24_382)],
            },
            SourceNote {
                name: "needs_by_authority.csv".to_owned(),
                layout: "local authority by phase by need".to_owned(),
                sha256: "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752".to_owned(),
                read: 12_160,
                accepted: 12_160,
                rejected: Vec::new(),
            },
        ],
        notes: vec![
            "One school has no known district: it counts in the authority and in no quadrant.".to_owned(),
        ],
        policy:
            "published figures, shown as the Department for Education publishes them (policy `published` 1)."
                .to_owned(),
        version: "0.1.0".to_owned(),
    }
}

fn authority_code(position: usize) -> String {
    format!("E060001{position:02}")
}

fn district_code(position: usize) -> String {
    format!("E070001{position:02}")
}

/// A share of one drawn from a position, always the same.
fn chance(position: usize, what: u64) -> f64 {
    let mut state =
        (position as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ what.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state ^= state >> 31;
    state = state.wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^= state >> 29;
    (state % 10_000) as f64 / 10_000.0
}

fn places(kind: Kind) -> Vec<Place> {
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

fn tilt_of(place: &Place, need: &str) -> f64 {
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
fn count_of(place: &Place, need: &str, part_of_sen: f64) -> (u64, u64, u64) {
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

/// Wilson's interval, per hundred.
fn wilson(events: f64, population: f64) -> (f64, f64) {
    let (z, share) = (1.959_963_984_540_054_f64, events / population);
    let centre = share + z * z / (2.0 * population);
    let half = z * (share * (1.0 - share) / population + z * z / (4.0 * population * population)).sqrt();
    let over = 1.0 + z * z / population;
    (100.0 * (centre - half) / over, 100.0 * (centre + half) / over)
}

/// Rows of text, counts and numbers, gathered column by column.
#[derive(Default)]
struct Gathered {
    columns: Vec<Column>,
}

impl Gathered {
    fn column(&mut self, name: &'static str, empty: ColumnData) -> &mut ColumnData {
        if let Some(position) = self.columns.iter().position(|column| column.name == name) {
            return &mut self.columns[position].data;
        }
        self.columns.push(Column { name, data: empty });
        &mut self.columns.last_mut().expect("just pushed").data
    }

    fn text(&mut self, name: &'static str, text: &str) {
        if let ColumnData::Text(column) = self.column(name, ColumnData::Text(TextColumn::default())) {
            column.push(text);
        }
    }

    fn count(&mut self, name: &'static str, cell: Cell<u64>) {
        if let ColumnData::Count(cells) = self.column(name, ColumnData::Count(Vec::new())) {
            cells.push(cell);
        }
    }

    fn number(&mut self, name: &'static str, cell: Cell<f64>) {
        if let ColumnData::Number(cells) = self.column(name, ColumnData::Number(Vec::new())) {
            cells.push(cell);
        }
    }

    fn key(&mut self, level: &str, code: &str, name: &str, phase: &str, provision: &str) {
        self.text("time_period", "202223");
        self.text("coverage", "state_funded");
        self.text("geographic_level", level);
        self.text("area_code", code);
        self.text("area_name", name);
        self.text("phase", phase);
        self.text("sen_provision", provision);
    }
}

fn count(kind: Kind, count: u64) -> Cell<u64> {
    if kind == Kind::Withheld {
        Cell::Withheld(Why::SmallCount)
    } else {
        Cell::Shown(count)
    }
}

fn number(kind: Kind, number: f64) -> Cell<f64> {
    if kind == Kind::Withheld {
        Cell::Withheld(Why::Derived)
    } else {
        Cell::Shown(number)
    }
}

fn rates(places: &[Place], kind: Kind) -> Table {
    let mut rows = Gathered::default();
    let cuts = [
        ("Total", "Total", 1.0),
        ("Total", "SEN support", 0.75),
        ("Total", "Education, health and care plan", 0.25),
        ("State-funded primary", "Total", 0.51),
        ("State-funded secondary", "Total", 0.38),
        ("State-funded special school", "Total", 0.11),
    ];
    for place in places {
        let by_place = !matches!(place.level, "National" | "Regional" | "Local authority");
        let needs = std::iter::once("Total").chain(NEEDS.iter().map(|(code, _)| *code));
        for need in needs.filter(|need| !(by_place && kind == Kind::NoNeedsBySchool && *need != "Total")) {
            for (phase, provision, part) in cuts {
                for base in ["pupils", "sen"] {
                    let (of_need, sen, pupils) = count_of(place, need, part);
                    let population = if base == "sen" { sen } else { pupils };
                    let (lower, upper) = wilson(of_need as f64, population as f64);
                    rows.key(place.level, &place.code, &place.name, phase, provision);
                    rows.text("primary_need", need);
                    rows.text("base", base);
                    rows.count("events", count(kind, of_need));
                    rows.count("population", count(kind, population));
                    rows.number(
                        "per_hundred",
                        number(kind, 100.0 * of_need as f64 / population as f64),
                    );
                    rows.number("lower", number(kind, lower));
                    rows.number("upper", number(kind, upper));
                    rows.number("confidence", Cell::Shown(0.95));
                    rows.text("method", "wilson");
                }
            }
        }
    }
    Table::new("rates", rows.columns)
}

fn benchmarks(places: &[Place], kind: Kind) -> Table {
    let mut rows = Gathered::default();
    let compared: &[Place] = if kind == Kind::NoBenchmark { &[] } else { places };
    for place in compared {
        let by_place = !matches!(place.level, "National" | "Regional" | "Local authority");
        for need in ["Total", "MLD", "SLCN", "SEMH"] {
            if by_place && kind == Kind::NoNeedsBySchool && need != "Total" {
                continue;
            }
            for (base, comparator, adjustment) in [
                ("pupils", "England", "crude"),
                ("pupils", "England", "phase"),
                ("sen", "England", "crude"),
                ("sen", "region", "crude"),
                ("sen", "neighbours", "crude"),
            ] {
                let (observed, sen, pupils) = count_of(place, need, 1.0);
                let population = if base == "sen" { sen } else { pupils };
                let share = match (need, base) {
                    ("Total", "sen") => continue,
                    ("Total", _) => 0.171,
                    (_, "sen") => NEEDS
                        .iter()
                        .find(|(code, _)| *code == need)
                        .map_or(0.0, |(_, percent)| percent / 100.0),
                    _ => NEEDS
                        .iter()
                        .find(|(code, _)| *code == need)
                        .map_or(0.0, |(_, percent)| 0.171 * percent / 100.0),
                };
                let expected = population as f64 * share * if adjustment == "phase" { 0.98 } else { 1.0 };
                let ratio = observed as f64 / expected;
                let half = 1.96 / expected.sqrt();
                let position = match ratio {
                    ratio if ratio > 1.45 => "higher",
                    ratio if ratio < 0.68 => "lower",
                    _ => "similar",
                };
                rows.key(place.level, &place.code, &place.name, "Total", "Total");
                rows.text("primary_need", need);
                rows.text("base", base);
                rows.text("comparator", comparator);
                rows.text("adjustment", adjustment);
                rows.count("observed", count(kind, observed));
                rows.number("expected", number(kind, expected));
                rows.number("ratio", number(kind, ratio));
                rows.number("ratio_lower", number(kind, ratio * (1.0 - half)));
                rows.number("ratio_upper", number(kind, ratio * (1.0 + half)));
                rows.number("confidence", Cell::Shown(0.95));
                rows.number("z", number(kind, (observed as f64 - expected) / expected.sqrt()));
                let phi = if kind == Kind::OneAuthority {
                    Cell::NotApplicable
                } else {
                    number(kind, 153.6)
                };
                rows.number("phi", phi);
                rows.number("phi_winsorised", phi);
                rows.number(
                    "z_adjusted",
                    number(kind, (observed as f64 - expected) / expected.sqrt() / 12.4),
                );
                rows.number("p_value", number(kind, 0.2));
                rows.number("q_value", number(kind, 0.4));
                rows.text("position", position);
                rows.text("position_998", "similar");
            }
        }
    }
    if compared.is_empty() {
        return empty_like(&benchmarks(places, Kind::Everything));
    }
    Table::new("benchmarks", rows.columns)
}

/// Lines like those `compare` would give, by their normal approximation.
fn funnel_limits(kind: Kind) -> Table {
    let mut rows = Gathered::default();
    for (spread, correlation) in [("chance", 0.0), ("ordinary", 0.016)] {
        for (confidence, z) in [(0.95, 1.96), (0.998, 3.09)] {
            for step in 1..=60u32 {
                let population = (f64::from(step * step) * 34_386.0 / 3_600.0).round();
                let share = 0.153_f64;
                let variance = share * (1.0 - share) / population * (1.0 + (population - 1.0) * correlation);
                let limit = |side: f64| {
                    let figure = 100.0 * (share + side * z * variance.sqrt());
                    if figure > 0.0 {
                        number(kind, figure)
                    } else {
                        Cell::NotApplicable
                    }
                };
                rows.key("National", "E92000001", "England", "Total", "Total");
                rows.text("primary_need", "MLD");
                rows.text("base", "sen");
                rows.text("spread", spread);
                rows.number("confidence", Cell::Shown(confidence));
                rows.count("population", Cell::Shown(whole(population)));
                rows.number("lower", limit(-1.0));
                rows.number("upper", limit(1.0));
            }
        }
    }
    let table = Table::new("funnel_limits", rows.columns);
    match kind {
        Kind::NoBenchmark => empty_like(&table),
        Kind::OneAuthority => only_chance(&table),
        _ => table,
    }
}

/// The first half of the rows: limits by chance alone.
fn only_chance(table: &Table) -> Table {
    let half = table.rows() / 2;
    let columns = table.columns().iter().map(|column| Column {
        name: column.name,
        data: match &column.data {
            ColumnData::Text(text) => {
                let mut kept = TextColumn::default();
                (0..half).for_each(|row| kept.push(text.get(row)));
                ColumnData::Text(kept)
            }
            ColumnData::Count(cells) => ColumnData::Count(cells[..half].to_vec()),
            ColumnData::Number(cells) => ColumnData::Number(cells[..half].to_vec()),
        },
    });
    Table::new(table.name(), columns.collect())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded counts of pupils"
)]
fn whole(pupils: f64) -> u64 {
    pupils as u64
}

fn empty_like(table: &Table) -> Table {
    let columns = table.columns().iter().map(|column| Column {
        name: column.name,
        data: match column.data {
            ColumnData::Text(_) => ColumnData::Text(TextColumn::default()),
            ColumnData::Count(_) => ColumnData::Count(Vec::new()),
            ColumnData::Number(_) => ColumnData::Number(Vec::new()),
        },
    });
    Table::new(table.name(), columns.collect())
}

struct Found {
    level: &'static str,
    code: String,
    name: String,
    phase: &'static str,
    provision: &'static str,
    flag: &'static str,
    probability: f64,
    observed: u64,
    expected: f64,
}

fn found(kind: Kind) -> Vec<Found> {
    let row =
        |level, code: &str, name: &str, phase, provision, flag, probability, observed, expected| Found {
            level,
            code: code.to_owned(),
            name: name.to_owned(),
            phase,
            provision,
            flag,
            probability,
            observed,
            expected,
        };
    let mut rows = vec![row(
        "Local authority",
        OWN,
        "Saltmarsh",
        "Total",
        "Total",
        "none",
        0.03,
        5_786,
        5_601.2,
    )];
    if kind != Kind::NoParts {
        rows.extend([
            row(
                "Quadrant",
                "North Reach",
                "North Reach",
                "Total",
                "Total",
                "red",
                0.981,
                2_114,
                1_305.4,
            ),
            row(
                "Quadrant",
                "North Reach",
                "North Reach",
                "Total",
                "SEN support",
                "red",
                0.992,
                1_700,
                1_002.9,
            ),
            row(
                "Quadrant", "Mid", "Mid", "Total", "Total", "none", 0.04, 1_201, 1_240.6,
            ),
            row(
                "Quadrant",
                "South Shore",
                "South Shore",
                "Total",
                "Total",
                "none",
                0.01,
                1_401,
                1_506.5,
            ),
            row(
                "Quadrant", "West", "West", "Total", "Total", "none", 0.02, 1_202, 1_252.0,
            ),
            row(
                "Local authority district",
                &district_code(0),
                "Sandwick",
                "Total",
                "Total",
                "red",
                0.96,
                1_113,
                690.0,
            ),
            row(
                "Local authority district",
                &district_code(1),
                "Tarnby",
                "Total",
                "Total",
                "amber",
                0.71,
                1_001,
                615.4,
            ),
            row(
                "Local authority district",
                &district_code(2),
                "Aldermouth",
                "Total",
                "Total",
                "too_few",
                0.0,
                4,
                3.1,
            ),
        ]);
    }
    for school in 0..34 {
        let flag = ["red", "amber", "none"][school % 3];
        let name = format!(
            "St Brannoc's Church of England Primary School, Tarnby {}",
            school + 1
        );
        rows.push(row(
            "School",
            &format!("{}", 990_001 + school),
            &name,
            "State-funded primary",
            "Total",
            flag,
            [0.97, 0.66, 0.05][school % 3],
            41,
            18.25,
        ));
    }
    rows
}

fn flags(kind: Kind) -> Table {
    let mut rows = Gathered::default();
    for found in found(kind) {
        let judged = !matches!(kind, Kind::NoNeedsBySchool | Kind::NoBenchmark | Kind::Withheld);
        let level = match (judged, found.level) {
            (true, _) => found.flag,
            (false, _) => "not_applicable",
        };
        let figures = judged && found.flag != "too_few";
        let cell = |figure: f64| {
            if figures {
                Cell::Shown(figure)
            } else {
                Cell::NotApplicable
            }
        };
        rows.key(
            found.level,
            &found.code,
            &found.name,
            found.phase,
            found.provision,
        );
        rows.text("rule", "masking");
        rows.text("level", level);
        rows.number("score", cell(found.probability * 3.0));
        rows.number("probability", cell(found.probability));
        rows.count(
            "observed",
            if judged {
                Cell::Shown(found.observed)
            } else {
                Cell::NotApplicable
            },
        );
        rows.number("expected", cell(found.expected));
        let displaced = (found.observed as f64 - found.expected).max(0.0);
        rows.number("displaced_pupils", cell(displaced));
        rows.number("displaced_lower", cell(displaced * 0.8));
        rows.number("displaced_upper", cell(displaced * 1.25));
        rows.text(
            "evidence",
            &format!(
                "masking 1, against England within phase: MLD {} against {:.1} expected",
                found.observed, found.expected
            ),
        );
        let wording = match level {
            "red" | "amber" => format!(
                "{}: consistent with masking; sample audit recommended.",
                found.name
            ),
            "none" => format!("{}: no sign of masking in the counts.", found.name),
            _ => format!("{}: cannot be said.", found.name),
        };
        rows.text("wording", &wording);
    }
    Table::new("flags", rows.columns)
}

fn explanations(kind: Kind) -> Table {
    let mut rows = Gathered::default();
    for found in found(kind) {
        let rest = 1.0 - found.probability;
        for (explanation, probability) in [
            ("ordinary", 0.7 * rest),
            ("masking", found.probability),
            ("more_of_everything", 0.1 * rest),
            ("specialist_intake", 0.15 * rest),
            ("other_need_surge", 0.05 * rest),
            ("missing_codes", 0.0),
        ] {
            rows.key(
                found.level,
                &found.code,
                &found.name,
                found.phase,
                found.provision,
            );
            rows.text("rule", "masking");
            rows.text("explanation", explanation);
            rows.number("probability", Cell::Shown(probability));
            let rivals = found.probability + 0.3 * rest;
            let given = if explanation == "ordinary" {
                Cell::NotApplicable
            } else {
                Cell::Shown(probability / rivals)
            };
            rows.number("given_departure", given);
            rows.text(
                "called",
                if (explanation == "masking") == (found.probability > 0.15 * rest)
                    && matches!(explanation, "masking" | "specialist_intake")
                {
                    "yes"
                } else {
                    "no"
                },
            );
        }
    }
    Table::new("explanations", rows.columns)
}

/// The verdicts on the authority and its parts, varied.
fn sensitivity(kind: Kind) -> Table {
    let mut rows = Gathered::default();
    let variations = [
        ("as_judged", 0.0),
        ("sen_support_alone", 0.01),
        ("plans_alone", -0.6),
        ("unassessed_as_mld", -0.02),
        ("unassessed_as_slcn_and_semh", 0.01),
        ("without_units", -0.01),
        ("without_strongest_school", -0.05),
        ("masking_less_likely_beforehand", -0.04),
        ("masking_likelier_beforehand", 0.01),
        ("schools_differ_more", -0.35),
    ];
    let judged = !matches!(kind, Kind::NoNeedsBySchool | Kind::NoBenchmark | Kind::Withheld);
    let places = found(kind).into_iter().filter(|found| {
        judged && found.provision == "Total" && ["Local authority", "Quadrant"].contains(&found.level)
    });
    for found in places {
        for (variation, more) in variations {
            let probability = (found.probability * (1.0 + more)).clamp(0.001, 0.999);
            let level = match probability {
                _ if probability >= 0.95 => "red",
                _ if probability >= 0.5 => "amber",
                _ => "none",
            };
            rows.key(
                found.level,
                &found.code,
                &found.name,
                found.phase,
                found.provision,
            );
            rows.text("variation", variation);
            rows.text("level", level);
            rows.number("probability", Cell::Shown(probability));
            rows.count("schools", Cell::Shown(120));
            rows.number("displaced_pupils", Cell::Shown(200.0 * probability));
            rows.number("displaced_lower", Cell::Shown(120.0 * probability));
            rows.number("displaced_upper", Cell::Shown(300.0 * probability));
            rows.text(
                "left_out",
                if variation == "without_strongest_school" {
                    "990001"
                } else {
                    ""
                },
            );
            rows.text(
                "wording",
                &format!(
                    "{}: The verdict ({level}) is the same under 5 of 9 variations. It would fall below the red line \
                     if a culture of masking were thought less likely than 1 in 120 before any count was seen \
                     (assumed: 3 in 100).",
                    found.name
                ),
            );
        }
    }
    Table::new("sensitivity", rows.columns)
}

fn audit_plan() -> Table {
    let mut rows = Gathered::default();
    let mut add = |level, code: &str, name: &str, provision, recorded, group, held, draw, wording: &str| {
        rows.key(level, code, name, "Total", provision);
        rows.text("recorded", recorded);
        rows.text("group", group);
        rows.count("held", Cell::Shown(held));
        rows.count("to_look_at", Cell::Shown(draw));
        let margin = if group == "all" {
            Cell::Shown(0.05)
        } else {
            Cell::NotApplicable
        };
        rows.number("margin", margin);
        rows.text("wording", wording);
    };
    add(
        "Local authority",
        OWN,
        "Saltmarsh",
        "Total",
        "MLD",
        "all",
        5_786,
        231,
        "Saltmarsh: 231 of 5786 records of MLD (160 lines of the sheet) tell the share that should have another code to \
         within 5 in 100 either way.",
    );
    for school in 0..14 {
        add(
            "School",
            &format!("{}", 990_001 + school),
            &format!("St Brannoc's Primary School {}", school + 1),
            "SEN support",
            "MLD",
            "red",
            41,
            14 - school,
            "look at some records, drawn at random.",
        );
    }
    Table::new("audit_plan", rows.columns)
}

fn corrected() -> Table {
    let mut rows = Gathered::default();
    for (need, recorded, pupils, range) in [
        ("MLD", 5_786, 5_150.2, 240.0),
        ("SLCN", 6_552, 6_961.0, 201.5),
        ("SEMH", 7_550, 7_799.4, 188.0),
    ] {
        rows.key("Local authority", OWN, "Saltmarsh", "Total", "Total");
        rows.text("primary_need", need);
        rows.count("recorded", Cell::Shown(recorded));
        rows.number("pupils", Cell::Shown(pupils));
        rows.number("lower", Cell::Shown(pupils - range));
        rows.number("upper", Cell::Shown(pupils + range));
        rows.count("population", Cell::Shown(221_845));
        rows.number("per_hundred", Cell::Shown(pupils / 2_218.45));
        rows.number("per_hundred_lower", Cell::Shown((pupils - range) / 2_218.45));
        rows.number("per_hundred_upper", Cell::Shown((pupils + range) / 2_218.45));
        rows.count("looked_at", Cell::Shown(304));
        rows.number("confidence", Cell::Shown(0.95));
        rows.text("wording", "");
    }
    Table::new("corrected_prevalence", rows.columns)
}

fn change(kind: Kind) -> Table {
    let mut rows = Gathered::default();
    let places = found(kind)
        .into_iter()
        .filter(|found| found.provision == "Total" && ["Local authority", "Quadrant"].contains(&found.level));
    for found in places {
        for (since, action) in [("202021", ""), ("202122", "2022-05-17")] {
            rows.key(
                found.level,
                &found.code,
                &found.name,
                found.phase,
                found.provision,
            );
            rows.text("since", since);
            rows.text("action_date", action);
            rows.text("level_before", "red");
            rows.text("level", found.flag);
            for (name, figure) in [
                ("recorded", -1.4),
                ("national_drift", -0.8),
                ("mix", 0.1),
                ("regression_to_the_mean", -0.2),
                ("own", -0.5),
                ("own_lower", -1.2),
                ("own_upper", 0.2),
            ] {
                rows.number(name, Cell::Shown(figure));
            }
            rows.text(
                "wording",
                &format!(
                    "{}: pupils recorded with MLD changed by -1.4 in every thousand on roll. No change of its own can be \
                     told from chance.",
                    found.name
                ),
            );
        }
    }
    Table::new("change", rows.columns)
}
