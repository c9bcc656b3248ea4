//! Adjusting p-values for having asked many questions.
//!
//! Each function takes p-values and gives adjusted ones in the same places. A NaN (a question not asked), or a number
//! that is no probability, stays NaN and is not counted among the questions, as in R's `p.adjust`.
//!
//! [`holm`] guards the chance of any false alarm and needs no assumption; [`hochberg`] and [`hommel`] guard it and find
//! more where tests are independent or positively dependent; [`benjamini_hochberg`] guards the share of alarms that are
//! false under the same assumption and [`benjamini_yekutieli`] under any dependence.

mod benjamini_hochberg;
mod benjamini_yekutieli;
mod bonferroni;
mod hochberg;
mod holm;
mod hommel;
mod sidak;
mod two_stage;

pub use benjamini_hochberg::benjamini_hochberg;
pub use benjamini_yekutieli::benjamini_yekutieli;
pub use bonferroni::bonferroni;
pub use hochberg::hochberg;
pub use holm::holm;
pub use hommel::hommel;
pub use sidak::{holm_sidak, sidak};
pub use two_stage::two_stage;

/// The usable p-values' places, from the smallest p-value to the largest, ties in the order given.
fn rising(p_values: &[f64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..p_values.len())
        .filter(|&place| (0.0..=1.0).contains(&p_values[place]))
        .collect();
    places.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    places
}

/// From the smallest up: each adjusted value is at least the one before, at most 1. `adjust` is given the rank from 1, the
/// number of tests and the p-value.
fn step_down(p_values: &[f64], adjust: impl Fn(usize, usize, f64) -> f64) -> Vec<f64> {
    let places = rising(p_values);
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut least = 0.0_f64;
    for (index, &place) in places.iter().enumerate() {
        least = least
            .max(adjust(index + 1, places.len(), p_values[place]))
            .min(1.0);
        adjusted[place] = least;
    }
    adjusted
}

/// From the largest down: each adjusted value is at most the one before.
fn step_up(p_values: &[f64], adjust: impl Fn(usize, usize, f64) -> f64) -> Vec<f64> {
    let places = rising(p_values);
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut most = 1.0_f64;
    for (index, &place) in places.iter().enumerate().rev() {
        most = most.min(adjust(index + 1, places.len(), p_values[place]));
        adjusted[place] = most;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    type Adjust = fn(&[f64]) -> Vec<f64>;
    fn bits(values: &[f64]) -> Vec<u64> {
        values.iter().map(|value| value.to_bits()).collect()
    }

    const ALL: [(&str, Adjust); 9] = [
        ("bonferroni", bonferroni),
        ("sidak", sidak),
        ("holm", holm),
        ("holm_sidak", holm_sidak),
        ("hochberg", hochberg),
        ("hommel", hommel),
        ("benjamini_hochberg", benjamini_hochberg),
        ("benjamini_yekutieli", benjamini_yekutieli),
        ("two_stage", |p| two_stage(p, 0.05)),
    ];

    #[test]
    fn a_question_not_asked_stays_unasked_and_is_not_counted() {
        for (name, adjust) in ALL {
            let with = adjust(&[0.01, f64::NAN, 0.04, 1.5, 0.03]);
            let without = adjust(&[0.01, 0.04, 0.03]);
            assert!(with[1].is_nan() && with[3].is_nan(), "{name}");
            assert_eq!(
                [with[0], with[2], with[4]].map(f64::to_bits).to_vec(),
                bits(&without),
                "{name}"
            );
            assert!(adjust(&[]).is_empty(), "{name}");
        }
    }

    #[test]
    fn one_question_needs_no_adjustment() {
        for (name, adjust) in ALL.iter().filter(|(name, _)| *name != "two_stage") {
            assert!((adjust(&[0.03])[0] - 0.03).abs() < 1e-15, "{name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn order_is_kept_and_nothing_shrinks(p_values in proptest::collection::vec(0.0..=1.0_f64, 1..40)) {
            for (name, adjust) in ALL {
                let adjusted = adjust(&p_values);
                for (i, p) in p_values.iter().enumerate() {
                    proptest::prop_assert!(adjusted[i] <= 1.0);
                    // The two-stage rule estimates how many hypotheses are true and may go below the raw p-value.
                    proptest::prop_assert!(name == "two_stage" || adjusted[i] >= p - 1e-15, "{}", name);
                    for (j, q) in p_values.iter().enumerate() {
                        proptest::prop_assert!(p >= q || adjusted[i] <= adjusted[j] + 1e-15, "{} {} {}", name, i, j);
                    }
                }
            }
        }
    }
}
