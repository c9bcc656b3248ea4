//! What the masking rule found, as the tables `flags` and `explanations`.

use super::Kind;
use super::gathered::{Gathered, word};
use super::places::{OWN, district_code};
use senlens_release::tables::{Explanations, Flags};
use senlens_release::{Cell, RuleId, Table, YesNo};

pub(super) struct Found {
    pub(super) level: &'static str,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) phase: &'static str,
    pub(super) provision: &'static str,
    pub(super) flag: &'static str,
    pub(super) probability: f64,
    pub(super) observed: u64,
    pub(super) expected: f64,
}

pub(super) fn found(kind: Kind) -> Vec<Found> {
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

pub(super) fn flags(kind: Kind) -> Table {
    let mut rows = Gathered::<Flags>::default();
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
        rows.put(Flags::rule(), RuleId::Masking);
        rows.put(Flags::level(), Cell::Shown(word(level)));
        rows.put(Flags::score(), cell(found.probability * 3.0));
        rows.put(Flags::probability(), cell(found.probability));
        rows.put(
            Flags::observed(),
            if judged {
                Cell::Shown(found.observed)
            } else {
                Cell::NotApplicable
            },
        );
        rows.put(Flags::expected(), cell(found.expected));
        let displaced = (found.observed as f64 - found.expected).max(0.0);
        rows.put(Flags::displaced_pupils(), cell(displaced));
        rows.put(Flags::displaced_lower(), cell(displaced * 0.8));
        rows.put(Flags::displaced_upper(), cell(displaced * 1.25));
        rows.put(
            Flags::evidence(),
            Cell::Shown(
                format!(
                    "masking 1, against England within phase: MLD {} against {:.1} expected",
                    found.observed, found.expected
                )
                .as_str(),
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
        rows.put(Flags::wording(), Cell::Shown(&wording));
    }
    rows.finish()
}

pub(super) fn explanations(kind: Kind) -> Table {
    let mut rows = Gathered::<Explanations>::default();
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
            rows.put(Explanations::rule(), RuleId::Masking);
            rows.put(Explanations::explanation(), word(explanation));
            rows.put(Explanations::probability(), Cell::Shown(probability));
            let rivals = found.probability + 0.3 * rest;
            let given = if explanation == "ordinary" {
                Cell::NotApplicable
            } else {
                Cell::Shown(probability / rivals)
            };
            rows.put(Explanations::given_departure(), given);
            let called = (explanation == "masking") == (found.probability > 0.15 * rest)
                && matches!(explanation, "masking" | "specialist_intake");
            rows.put(Explanations::called(), Cell::Shown(YesNo::from(called)));
        }
    }
    rows.finish()
}
