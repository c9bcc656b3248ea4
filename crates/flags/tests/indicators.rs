//! The indicators on a county of twenty schools made by hand: figures that can be checked with pencil and paper.

use senlens_compare::{Inputs, compare};
use senlens_flags::rules::{Mark, MarkCount, PupilEvidence, indicators};
use senlens_flags::{Finding, Level};
use senlens_model::{
    AreaFile, Cell, Cells, CountedPlace, Coverage, Dimension, Dimensions, DiscordanceCount, Moved, NcYear,
    Need, Phase, PlaceIndex, Provision, School, Scope, SenState, SourceKind, TransitionCount, Urn,
};

const SCHOOLS: u32 = 20;

fn urn(number: u32) -> Urn {
    (100_001 + number).to_string().parse().expect("a URN")
}

fn school(number: u32) -> School {
    School {
        urn: urn(number),
        laestab: None,
        name: format!("School {number}"),
        phase: Phase::Primary,
        la_code: "881".parse().expect("Essex"),
        la_name: "Essex".to_owned(),
        la_area_code: Some("E10000012".parse().expect("Essex")),
        region_code: Some("E12000006".parse().expect("the East")),
        region_name: Some("East of England".to_owned()),
        // The first ten in Colchester (North East), the others in Chelmsford (Mid).
        district_code: Some(
            if number < 10 { "E07000071" } else { "E07000070" }
                .parse()
                .expect("a district"),
        ),
        district_name: None,
        specialist: None,
    }
}

/// Every school: in year 1, 40 pupils of whom 4 have SLCN; in year 5, 60 of whom 12 have MLD, 6 SEMH and 6 SLCN, all on
/// SEN support. Of the MLD 4 have SLCN second; at the first school 24 have MLD and none a second need.
fn county() -> Cells {
    let places = (0..SCHOOLS)
        .map(|number| CountedPlace::School(school(number)))
        .collect();
    let mut cells = Vec::new();
    for number in 0..SCHOOLS {
        let mut add = |year: u8, provision, primary, secondary, pupils| {
            let cell = Cell::new(
                PlaceIndex(number),
                "202223".parse().expect("a year"),
                Some(Phase::Primary),
                provision,
                pupils,
            );
            cells.push(Cell {
                nc_year: Some(NcYear::Year(year)),
                primary_need: primary,
                secondary_need: secondary,
                ..cell
            });
        };
        let support = Provision::SenSupport;
        add(1, support, Some(Need::Slcn), None, 4);
        add(1, Provision::NoSen, None, None, 36);
        if number == 0 {
            add(5, support, Some(Need::Mld), None, 24);
            add(5, Provision::NoSen, None, None, 24);
        } else {
            add(5, support, Some(Need::Mld), None, 8);
            add(5, support, Some(Need::Mld), Some(Need::Slcn), 4);
            add(5, Provision::NoSen, None, None, 36);
        }
        add(5, support, Some(Need::Semh), None, 6);
        add(5, support, Some(Need::Slcn), None, 6);
        // A plan somewhere, so that both provisions are known.
        add(5, Provision::Plan, Some(Need::Asd), None, 1);
    }
    let dimensions = Dimensions::of(&[
        Dimension::Roll,
        Dimension::Phase,
        Dimension::Provision,
        Dimension::PrimaryNeed,
        Dimension::SecondaryNeed,
        Dimension::NcYear,
        Dimension::District,
    ]);
    Cells::new(SourceKind::Invented, dimensions, places, cells).expect("sound")
}

fn step(school: u32, moved: Moved, from: SenState, to: SenState, pupils: u32) -> TransitionCount {
    TransitionCount {
        from_period: "202122".parse().expect("a year"),
        to_period: "202223".parse().expect("a year"),
        school: urn(school),
        moved,
        from,
        to,
        pupils,
    }
}

/// Everything the indicators find, and their notes.
fn found(known: &PupilEvidence<'_>) -> (Vec<Finding>, Vec<String>) {
    let (cells, area) = (county(), AreaFile::built_in("essex").expect("built in"));
    let inputs = Inputs {
        schools: Some(&cells),
        benchmarks: &[],
        area: &area,
        year: "202223".parse().expect("a year"),
        scope: Scope::Area,
        coverage: Coverage::StateFunded,
        adjust_for: &[],
    };
    let comparison = compare(&inputs).expect("a county to compare");
    let found = indicators(&inputs, &comparison, known);
    (found.findings, found.notes)
}

fn row<'a>(findings: &'a [Finding], rule: &str, code: &str, provision: &str) -> &'a Finding {
    let rows: Vec<&Finding> = findings
        .iter()
        .filter(|one| {
            one.rule.as_str() == rule
                && one.key.place.code == code
                && one.key.sen_provision.as_str() == provision
        })
        .collect();
    assert_eq!(rows.len(), 1, "{rule} of {code}, {provision}");
    rows[0]
}

#[test]
fn what_the_input_carries_gives_rows_and_what_it_lacks_one_sentence() {
    let (findings, notes) = found(&PupilEvidence::default());
    for rule in [
        "rate_and_share",
        "log_ratio_balance",
        "secondary_need_depth",
        "age_profile_step",
        "school_spread",
        "nsa_bounds",
        "external_shortfall",
    ] {
        assert!(findings.iter().any(|one| one.rule.as_str() == rule), "{rule}");
    }
    assert_eq!(notes.len(), 1);
    for rule in [
        "recoding",
        "plan_discordance",
        "semh_proxies",
        "slcn_proxies",
        "over_identification_check",
    ] {
        assert!(!findings.iter().any(|one| one.rule.as_str() == rule), "{rule}");
        assert!(notes[0].contains(rule), "{rule} in {notes:?}");
    }
}

#[test]
fn rate_and_share_of_the_authority() {
    // MLD: 19 schools of 12 and one of 24 are 252; SEN: 19 of 29 and one of 41 are 592; on roll 20 of 101 and one pupil
    // fewer nowhere: 19 of 40 + 12 + 36 + 6 + 6 + 1 = 101, and 40 + 24 + 24 + 6 + 6 + 1 = 101, so 2020.
    let (findings, _) = found(&PupilEvidence::default());
    let row = row(&findings, "rate_and_share", "E10000012", "Total");
    assert_eq!((row.observed, row.level), (Some(252), Level::None));
    assert!(row.evidence.contains("252 of 592"), "{}", row.evidence);
    assert!(row.evidence.contains("252 of 2020"), "{}", row.evidence);
}

#[test]
fn seldom_a_second_need_where_mld_is_high() {
    // 76 of 252 have SLCN second. The first school: 24 with MLD, none; 24 * 76/252 = 7.24 expected.
    let (findings, _) = found(&PupilEvidence::default());
    let first = row(&findings, "secondary_need_depth", "100001", "Total");
    assert_eq!(first.observed, Some(0));
    assert!((first.expected.expect("a number") - 24.0 * 76.0 / 252.0).abs() < 1e-9);
    assert!(first.evidence.contains("24 of 24"), "{}", first.evidence);
    let other = row(&findings, "secondary_need_depth", "100002", "Total");
    assert_eq!((other.observed, other.level), (Some(4), Level::None));
}

#[test]
fn surveys_beside_what_is_recorded() {
    // Year 1: 800 on roll, 80 with SLCN; 7.58% of 800 is 60.64. Years 4 to 11: 20 of 61 on roll, SEMH 120.
    let (findings, _) = found(&PupilEvidence::default());
    let row = row(&findings, "external_shortfall", "E10000012", "Total");
    assert_eq!(row.observed, Some(80));
    assert!((row.expected.expect("a number") - 60.64).abs() < 1e-9);
    assert!(row.evidence.contains("120 of 1220"), "{}", row.evidence);
    assert_eq!(row.level, Level::None);
}

#[test]
fn no_step_without_pupils_on_both_sides_of_it() {
    let (findings, _) = found(&PupilEvidence::default());
    assert_eq!(
        row(&findings, "age_profile_step", "Mid", "Total").level,
        Level::TooFew
    );
}

#[test]
fn pupils_followed_between_censuses() {
    let (mld, slcn) = (
        SenState::SenSupport(Some(Need::Mld)),
        SenState::SenSupport(Some(Need::Slcn)),
    );
    let mut steps = Vec::new();
    for number in 0..SCHOOLS {
        steps.push(step(number, Moved::No, mld, mld, 16));
        steps.push(step(number, Moved::No, mld, slcn, 2));
        steps.push(step(number, Moved::No, mld, SenState::NoSen, 2));
        // At the first school nine in ten pupils with SLCN become MLD; elsewhere one in twenty.
        let moved = if number == 0 { 18 } else { 1 };
        steps.push(step(number, Moved::No, slcn, mld, moved));
        steps.push(step(number, Moved::No, slcn, slcn, 20 - moved));
        // Neither counts: a change of school, and a year to come.
        steps.push(step(number, Moved::ToAnotherSchool, mld, slcn, 50));
        steps.push(TransitionCount {
            to_period: "202324".parse().expect("a year"),
            ..step(number, Moved::No, mld, slcn, 50)
        });
    }
    let (findings, notes) = found(&PupilEvidence {
        transitions: &steps,
        ..PupilEvidence::default()
    });
    assert!(!notes[0].contains("recoding"));
    let authority = row(&findings, "recoding", "E10000012", "Total");
    // 18 of 20 keep a need at each school; two of them are then SLCN. 37 of 400 with SLCN become MLD.
    assert_eq!(authority.observed, Some(40));
    assert!(authority.evidence.contains("40 of 360"), "{}", authority.evidence);
    assert!(authority.evidence.contains("37 of 400"), "{}", authority.evidence);
    assert_eq!(row(&findings, "recoding", "100001", "Total").level, Level::Amber);
    assert_eq!(row(&findings, "recoding", "100002", "Total").level, Level::None);
    let left = row(&findings, "over_identification_check", "E10000012", "SEN support");
    assert!(left.evidence.contains("40 of 400"), "{}", left.evidence);
    assert_eq!(left.level, Level::None);
}

#[test]
fn plans_that_name_another_need() {
    let mut plans = Vec::new();
    for number in 0..SCHOOLS {
        let mut add = |census, plan_need, pupils| {
            plans.push(DiscordanceCount {
                time_period: "202122".parse().expect("a year"),
                school: urn(number),
                census,
                plan_need,
                pupils,
            });
        };
        let mld = SenState::SenSupport(Some(Need::Mld));
        // At the schools of the first part nine of twelve plans name SLCN, elsewhere three.
        let slcn = if number < 10 { 9 } else { 3 };
        add(mld, Some(Need::Slcn), slcn);
        add(mld, Some(Need::Asd), 1);
        add(mld, Some(Need::Mld), 11 - slcn);
        // Not MLD before, or no need named.
        add(SenState::SenSupport(Some(Need::Asd)), Some(Need::Slcn), 30);
        add(mld, None, 30);
    }
    let (findings, _) = found(&PupilEvidence {
        discordance: &plans,
        ..PupilEvidence::default()
    });
    let authority = row(&findings, "plan_discordance", "E10000012", "SEN support");
    assert_eq!((authority.observed, authority.level), (Some(120), Level::None));
    assert!(
        authority.evidence.contains("140 of 240"),
        "{}",
        authority.evidence
    );
    assert_eq!(
        row(&findings, "plan_discordance", "North East", "SEN support").level,
        Level::Amber
    );
    assert_eq!(
        row(&findings, "plan_discordance", "Mid", "SEN support").level,
        Level::None
    );
}

#[test]
fn marks_of_needs_that_were_not_recorded() {
    let mark = |school, mark, of, with| MarkCount {
        school: urn(school),
        need: Need::Mld,
        mark,
        of,
        with,
    };
    let mut marks = Vec::new();
    for number in 0..SCHOOLS {
        let often = u32::from(number == 0);
        marks.push(mark(number, Mark::Suspended, 20, 1 + 11 * often));
        marks.push(mark(number, Mark::PersistentlyAbsent, 20, 2));
        marks.push(mark(number, Mark::MissedLanguageGoals, 20, 5 + 12 * often));
    }
    let (findings, notes) = found(&PupilEvidence {
        marks: &marks,
        ..PupilEvidence::default()
    });
    assert!(!notes[0].contains("proxies"), "{notes:?}");
    for rule in ["semh_proxies", "slcn_proxies"] {
        assert_eq!(
            row(&findings, rule, "100001", "Total").level,
            Level::Amber,
            "{rule}"
        );
        assert_eq!(
            row(&findings, rule, "100002", "Total").level,
            Level::None,
            "{rule}"
        );
    }
    // 12 of 20 (60%) against 19 of 380 (5%): 55 points more.
    let first = row(&findings, "semh_proxies", "100001", "Total");
    assert!((first.score.expect("a difference") - 0.55).abs() < 1e-12);
}
