//! The tables that need pupils' own characteristics or several years, on counts small enough to work by hand.
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop where its counts make no sense"
)]

use senlens_compare::{Base, Comparison, Inputs, Stratum, compare};
use senlens_model::{
    AcademicYear, AreaFile, Cell, Cells, CountedPlace, Coverage, Dimension, Dimensions, GeographicLevel,
    Need, NeedCut, Phase, PlaceIndex, Provision, ProvisionCut, School, Scope, Sex, SourceKind,
};

/// Districts of two quadrants: Braintree (Mid) and Basildon (South).
const DISTRICTS: [&str; 2] = ["E07000067", "E07000066"];

fn school(number: u32) -> School {
    let at = number as usize % DISTRICTS.len();
    School {
        urn: (100_000 + number).to_string().parse().unwrap(),
        laestab: None,
        name: format!("Invented school {number}"),
        phase: Phase::Primary,
        la_code: "881".parse().unwrap(),
        la_name: "Essex".to_owned(),
        la_area_code: Some("E10000012".parse().unwrap()),
        region_code: None,
        region_name: None,
        district_code: Some(DISTRICTS[at].parse().unwrap()),
        district_name: None,
        specialist: None,
    }
}

/// One count: school, year, sex, pupils with MLD, all other pupils.
type Row = (u32, &'static str, Sex, u32, u32);

fn cells(schools: u32, rows: &[Row]) -> Cells {
    cells_and(schools, rows, Vec::new())
}

fn cells_and(schools: u32, rows: &[Row], mut cells: Vec<Cell>) -> Cells {
    let places = (0..schools)
        .map(|number| CountedPlace::School(school(number)))
        .collect();
    for (school, year, sex, mld, others) in rows {
        let year: AcademicYear = year.parse().unwrap();
        let cell = |provision, pupils| Cell {
            sex: Some(*sex),
            ..Cell::new(PlaceIndex(*school), year, Some(Phase::Primary), provision, pupils)
        };
        cells.push(Cell {
            primary_need: Some(Need::Mld),
            ..cell(Provision::SenSupport, *mld)
        });
        // One pupil of the others has a plan: a source without any says nothing of plans.
        let planned = u32::from(*others > 0);
        cells.push(Cell {
            primary_need: Some(Need::Asd),
            ..cell(Provision::Plan, planned)
        });
        cells.push(cell(Provision::NoSen, *others - planned));
    }
    let dimensions = Dimensions::of(&[
        Dimension::Roll,
        Dimension::Phase,
        Dimension::Provision,
        Dimension::PrimaryNeed,
        Dimension::Sex,
        Dimension::District,
    ]);
    Cells::new(SourceKind::Invented, dimensions, places, cells).unwrap()
}

fn compared(cells: &Cells, check: impl FnOnce(&Comparison<'_>)) {
    let area = AreaFile::built_in("essex").unwrap();
    let comparison = compare(&Inputs {
        schools: Some(cells),
        benchmarks: &[],
        area: &area,
        year: "202223".parse().unwrap(),
        scope: Scope::Area,
        coverage: Coverage::StateFunded,
        adjust_for: &Stratum::USUAL,
    })
    .unwrap();
    check(&comparison);
}

const MLD: NeedCut = NeedCut::Of(Need::Mld);

fn close(ours: f64, by_hand: f64) {
    assert!((ours / by_hand - 1.0).abs() < 1e-9, "{ours} is not {by_hand}");
}

#[test]
fn a_group_is_compared_with_all_others() {
    // Boys 60 of 1,000, girls 30 of 1,000: the ratio is 2, the odds ratio (60/940)/(30/970). A pupil whose sex is not
    // known is of neither.
    let cells = cells(
        2,
        &[
            (0, "202223", Sex::Male, 40, 460),
            (0, "202223", Sex::Female, 20, 480),
            (1, "202223", Sex::Male, 20, 480),
            (1, "202223", Sex::Female, 10, 490),
            (1, "202223", Sex::Unknown, 9, 0),
        ],
    );
    compared(&cells, |comparison| {
        let row = comparison
            .disproportionality
            .iter()
            .find(|row| {
                row.key.place.level == GeographicLevel::LocalAuthority
                    && row.key.sen_provision == ProvisionCut::Total
                    && row.primary_need == MLD
                    && row.group == "Male"
            })
            .unwrap();
        assert_eq!(
            (row.events, row.population, row.other_events, row.other_population),
            (60, 1000, 30, 1000)
        );
        close(row.risk_ratio.unwrap().value, 2.0);
        // exp(1.96 root(1/60 - 1/1000 + 1/30 - 1/1000)).
        let half: f64 = 1.959_963_984_540_054 * 0.048_f64.sqrt();
        close(row.risk_ratio.unwrap().upper, 2.0 * libm::exp(half));
        close(row.odds_ratio.unwrap().value, 60.0 / 940.0 / (30.0 / 970.0));
        // Nothing else is carried, so there is nothing to adjust for.
        assert_eq!((row.adjusted_odds_ratio, row.adjusted_for.as_str()), (None, ""));
        // One year is not three.
        assert_eq!(row.above_two_for_three_years, "no");
    });
}

#[test]
fn one_unreadable_record_does_not_make_a_school_unknown() {
    // The first school has three records whose provision cannot be read; the second has no such record.
    let not_stated = |school, pupils| Cell {
        sex: Some(Sex::Male),
        ..Cell::new(
            PlaceIndex(school),
            "202223".parse().unwrap(),
            Some(Phase::Primary),
            Provision::NotStated,
            pupils,
        )
    };
    let cells = cells_and(
        2,
        &[(0, "202223", Sex::Male, 40, 457)],
        vec![not_stated(0, 3), not_stated(1, 200)],
    );
    compared(&cells, |comparison| {
        let mld: Vec<(&str, u64, u64)> = comparison
            .rates
            .iter()
            .filter(|row| {
                row.primary_need == MLD
                    && row.base == Base::Pupils
                    && row.key.sen_provision == ProvisionCut::Total
                    && row.key.place.level == GeographicLevel::School
            })
            .map(|row| (row.key.place.code.as_str(), row.events, row.population))
            .collect();
        assert_eq!(mld, [("100000", 40, 500)]);
        let notes = comparison.notes.join("\n");
        assert!(
            notes.contains("1 school (200 pupils) in the input do not state"),
            "{notes}"
        );
        assert!(notes.contains("3 pupils' records do not say"), "{notes}");
    });
}

#[test]
fn a_group_too_small_has_counts_and_no_ratio() {
    let cells = cells(
        2,
        &[
            (0, "202223", Sex::Male, 9, 460),
            (1, "202223", Sex::Female, 40, 480),
        ],
    );
    compared(&cells, |comparison| {
        let rows: Vec<_> = comparison
            .disproportionality
            .iter()
            .filter(|row| row.group == "Male" && row.primary_need == MLD)
            .filter(|row| row.key.place.level == GeographicLevel::LocalAuthority)
            .filter(|row| row.key.sen_provision == ProvisionCut::SenSupport)
            .collect();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].events, rows[0].comparator), (9, "none"));
        assert_eq!(
            (rows[0].risk_ratio, rows[0].odds_ratio, rows[0].p_value),
            (None, None, None)
        );
    });
}

#[test]
fn two_years_make_the_line_through_both() {
    let cells = cells(
        2,
        &[
            (0, "202122", Sex::Male, 50, 950),
            (0, "202223", Sex::Male, 80, 920),
            (1, "202122", Sex::Male, 30, 970),
            (1, "202223", Sex::Male, 30, 970),
        ],
    );
    compared(&cells, |comparison| {
        let of = |code: &str| {
            comparison
                .trends
                .iter()
                .find(|row| {
                    row.key.place.code == code
                        && row.primary_need == MLD
                        && row.base.as_str() == "pupils"
                        && row.key.sen_provision == ProvisionCut::Total
                })
                .unwrap()
        };
        let whole = of("E10000012");
        close(whole.odds_ratio_per_year.value, 110.0 / 1890.0 / (80.0 / 1920.0));
        assert_eq!(
            (whole.years, whole.first_year.to_string().as_str()),
            (2, "202122")
        );
        close(of("Mid").odds_ratio_per_year.value, 80.0 / 920.0 / (50.0 / 950.0));
        let later = comparison
            .years
            .iter()
            .find(|row| {
                row.key.place.code == "Mid"
                    && row.primary_need == MLD
                    && row.base.as_str() == "pupils"
                    && row.key.sen_provision == ProvisionCut::Total
                    && row.change.is_some()
            })
            .unwrap();
        // 8.0 less 5.0 of every hundred.
        close(later.change.unwrap().value, 3.0);
        assert_eq!((later.events, later.population), (80, 1000));
        assert_eq!(later.key.time_period.to_string(), "202223");
        close(later.centre, 6.5);
    });
}

#[test]
fn no_line_runs_across_2014_15() {
    let cells = cells(
        2,
        &[
            (0, "201314", Sex::Male, 50, 950),
            (0, "202223", Sex::Male, 80, 920),
            (1, "201314", Sex::Male, 50, 950),
            (1, "202223", Sex::Male, 80, 920),
        ],
    );
    compared(&cells, |comparison| {
        assert!(comparison.trends.is_empty() && comparison.years.is_empty());
        let note = comparison
            .notes
            .iter()
            .find(|note| note.starts_with("No trend was drawn"));
        assert!(
            note.is_some_and(|note| note.contains("2014/15")),
            "{:?}",
            comparison.notes
        );
    });
}

/// Twenty schools of 200 pupils, half of them in each of two quadrants, with so many boys with MLD and half as many girls.
fn twenty(boys_of: impl Fn(u32) -> u32) -> Cells {
    let rows: Vec<Row> = (0..20)
        .flat_map(|number| {
            let boys = boys_of(number);
            let girls = boys / 2;
            [
                (number, "202223", Sex::Male, boys, 100 - boys),
                (number, "202223", Sex::Female, girls, 100 - girls),
            ]
        })
        .collect();
    cells(20, &rows)
}

#[test]
fn schools_alike_do_not_vary() {
    compared(&twenty(|_| 8), |comparison| {
        let whole = comparison
            .school_variation
            .iter()
            .find(|row| row.primary_need == MLD)
            .unwrap();
        assert_eq!(
            (whole.schools, whole.convergence, whole.school_sd),
            (20, "at_boundary", Some(0.0))
        );
        assert_eq!((whole.events, whole.population), (240, 4000));
        assert_eq!(whole.adjusted_for, "sex");
        assert!(whole.parts_differ_p.unwrap() > 0.99);
    });
}

#[test]
fn a_part_that_differs_is_found_beyond_its_schools() {
    // Even numbers lie in Mid: about twice the share, with some spread in both.
    let cells = twenty(|number| {
        if number % 2 == 0 {
            16 + number % 6
        } else {
            8 + number % 5
        }
    });
    compared(&cells, |comparison| {
        let rows: Vec<_> = comparison
            .school_variation
            .iter()
            .filter(|row| row.primary_need == MLD && row.key.sen_provision == ProvisionCut::Total)
            .collect();
        assert!(
            rows[0].parts_differ_p.unwrap() < 1e-6,
            "{:?}",
            rows[0].parts_differ_p
        );
        let of = |code: &str| {
            let row = rows.iter().find(|row| row.key.place.code == code).unwrap();
            row.odds_ratio.unwrap()
        };
        let (mid, south) = (of("Mid"), of("South"));
        assert!(mid.lower > 1.0 && south.upper < 1.0);
        // Against the mean of two parts, one's odds ratio is the other's inverse.
        close(mid.value * south.value, 1.0);
        let schools = rows
            .iter()
            .filter(|row| row.key.place.level == GeographicLevel::School);
        assert_eq!(schools.count(), 20);
    });
}

#[test]
fn the_default_rule_never_flags_more_than_it_promises() {
    compared(&twenty(|_| 8), |comparison| {
        let rows = &comparison.false_flags;
        assert_eq!(rows.len(), 27 * 6);
        for row in rows.iter().filter(|row| row.rule.as_str() == "exact_tail") {
            assert!(row.higher <= row.nominal && row.lower <= row.nominal, "{row:?}");
            close(row.per_hundred, 6.0);
        }
        // Lines of the normal approximation flag blameless small schools far more often.
        let normal = rows
            .iter()
            .find(|row| row.rule.as_str() == "normal_lines" && row.population == 30)
            .unwrap();
        assert!(normal.higher > 4.0 * normal.nominal, "{}", normal.higher);
    });
}
