use super::cut::Cut;
use super::learn;
use super::sums::{Count, Stand, Sums};
use crate::suppress::protection_interval::ProtectionInterval;
use serde::Deserialize;

/// Which parts each count of a table with sums of rows and columns has: rows by columns, then the sums of rows, of
/// columns, and of all.
fn parts_of(rows: u32, columns: u32) -> Vec<Vec<u32>> {
    let of_move = (0..rows * columns).map(|part| vec![part]);
    let of_rows = (0..rows).map(|row| (row * columns..(row + 1) * columns).collect());
    let of_columns = (0..columns).map(|column| (0..rows).map(|row| row * columns + column).collect());
    of_move
        .chain(of_rows)
        .chain(of_columns)
        .chain([(0..rows * columns).collect()])
        .collect()
}

fn table(parts: Vec<Vec<u32>>, of: impl Fn(usize) -> (i32, Stand, ProtectionInterval)) -> Sums {
    let number_of_parts = parts.iter().flatten().max().map_or(0, |part| *part as usize + 1);
    let counts = parts.into_iter().enumerate().map(|(number, parts)| {
        let (value, stand, interval) = of(number);
        Count {
            cells: vec![number],
            value,
            stand,
            interval: Some(interval),
            from_a_reader_who_knows: true,
            parts,
        }
    });
    Sums {
        counts: counts.collect(),
        number_of_parts,
    }
}

/// The published example of sdcTable, whose tests (tests/testthat/test-protectTable.r) give what its optimal method
/// withholds: 100 people by region and sex, women of region A withheld, weights the counts, any width above none.
#[test]
fn the_published_optimum_of_sdctable() {
    let values: [i32; 15] = [18, 2, 14, 19, 12, 10, 11, 14, 20, 33, 22, 25, 55, 45, 100];
    let sums = table(parts_of(4, 2), |number| {
        let stand = if number == 1 {
            Stand::Withheld
        } else {
            Stand::Open(u64::from(values[number].unsigned_abs()))
        };
        (values[number], stand, ProtectionInterval::Width(1))
    });
    let learned = learn(sums, values.len()).unwrap();
    // Men of region A, and both sexes of region C.
    let withheld: Vec<usize> = (0..values.len())
        .filter(|cell| learned.shares[*cell] > 0.5)
        .collect();
    assert_eq!(withheld, [0, 4, 5]);
    assert_eq!((learned.at_least, learned.holds), (40, true));
}

#[derive(Deserialize)]
struct Case {
    rows: u32,
    columns: u32,
    values: Vec<i32>,
    costs: Vec<u32>,
    cheapest: u64,
}

/// Cases and their cheapest choices by another solver and another model: `tests/least_cost/optima.py`.
fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../../tests/least_cost/optima.json")).unwrap()
}

fn sums_of(case: &Case) -> Sums {
    table(parts_of(case.rows, case.columns), |number| {
        let value = case.values[number];
        if (1..5).contains(&case.values[number]) {
            (value, Stand::Small(1, 4), ProtectionInterval::Values(1, 4))
        } else {
            (
                value,
                Stand::Open(u64::from(case.costs[number])),
                ProtectionInterval::Width(3),
            )
        }
    })
}

#[test]
fn choices_cost_what_another_solver_finds_cheapest() {
    let cases = cases();
    assert_eq!(cases.len(), 12);
    for (number, case) in cases.iter().enumerate() {
        let learned = learn(sums_of(case), case.values.len()).unwrap();
        assert!(learned.ambiguous.is_empty(), "case {number}");
        assert_eq!(
            (learned.at_least, learned.holds),
            (case.cheapest, true),
            "case {number}"
        );
        let chosen = learned
            .shares
            .iter()
            .zip(&case.costs)
            .filter(|(share, _)| **share > 0.5);
        let cost: u32 = chosen.map(|(_, cost)| cost).sum();
        assert_eq!(u64::from(cost), case.cheapest, "case {number}");
    }
}

#[test]
fn a_choice_that_leaves_out_one_count_is_found_out() {
    for (number, case) in cases().iter().enumerate() {
        let learned = learn(sums_of(case), case.values.len()).unwrap();
        let chosen: Vec<bool> = learned.shares.iter().map(|share| *share > 0.5).collect();
        assert!(sums_of(case).holds(&chosen), "case {number}");
        for left_out in (0..chosen.len()).filter(|cell| chosen[*cell]) {
            let mut fewer = chosen.clone();
            fewer[left_out] = false;
            // Cheaper than the cheapest: neither whole tables nor cuts let it pass.
            assert!(!sums_of(case).holds(&fewer), "case {number}, without {left_out}");
            let shares: Vec<f64> = fewer.iter().map(|chosen| f64::from(u8::from(*chosen))).collect();
            let cuts: Vec<Cut> = sums_of(case).broken(&shares, &mut 0);
            assert!(!cuts.is_empty(), "case {number}, without {left_out}");
        }
    }
}

#[test]
fn a_table_with_too_much_to_choose_from_is_left_to_the_search() {
    let sums = table(parts_of(1, 400), |number| {
        let value = if number == 400 { 4000 } else { 10 };
        (value, Stand::Open(1), ProtectionInterval::Width(3))
    });
    assert_eq!(sums.open(), 802);
    assert_eq!(learn(sums, 802), None);
}
