//! Intervals for a share of a population and for a count, at any confidence.
//!
//! Which one? [`wilson`] for a share in a table and [`byar`] for a count or ratio: what the Office for Health
//! Improvement and Disparities prints. [`clopper_pearson`] and [`exact_poisson`] where coverage must never fall below
//! nominal; [`mid_p`] and [`mid_p_poisson`] where it should be near nominal on average.

mod agresti_coull;
mod byar;
mod clopper_pearson;
mod exact_poisson;
mod jeffreys;
mod mid_p;
mod mid_p_poisson;
mod wald;
mod wilson;

pub use agresti_coull::agresti_coull;
pub use byar::{EXACT_BELOW, byar, byar_or_exact};
pub use clopper_pearson::clopper_pearson;
pub use exact_poisson::exact_poisson;
pub use jeffreys::jeffreys;
pub use mid_p::mid_p;
pub use mid_p_poisson::mid_p_poisson;
pub use wald::wald;
pub(crate) use wilson::limits as wilson_limits;
pub use wilson::{wilson, wilson_corrected};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Confidence, CountOf, Interval};

    type ForShare = fn(CountOf, Confidence) -> Option<Interval>;
    const SHARES: [(&str, ForShare); 7] = [
        ("wilson", wilson),
        ("wilson_corrected", wilson_corrected),
        ("clopper_pearson", clopper_pearson),
        ("jeffreys", jeffreys),
        ("agresti_coull", agresti_coull),
        ("mid_p", mid_p),
        ("wald", wald),
    ];
    type ForCount = fn(u64, Confidence) -> Interval;
    const COUNTS: [(&str, ForCount); 3] = [
        ("byar", byar),
        ("exact_poisson", exact_poisson),
        ("mid_p_poisson", mid_p_poisson),
    ];

    #[test]
    fn no_people_have_no_share_and_the_method_is_named() {
        for (name, method) in SHARES {
            assert!(
                method(CountOf::new(0, 0).unwrap(), Confidence::P95).is_none(),
                "{name}"
            );
            assert_eq!(
                method(CountOf::new(1, 2).unwrap(), Confidence::P95)
                    .unwrap()
                    .method
                    .as_str(),
                name
            );
        }
        for (name, method) in COUNTS {
            assert_eq!(method(3, Confidence::P95).method.as_str(), name);
        }
    }

    #[test]
    fn the_largest_and_the_smallest_populations() {
        for n in [1, 2, 30, 8_500_000] {
            for x in [0, 1, n / 2, n - 1, n] {
                let count = CountOf::new(x, n).unwrap();
                for (name, method) in SHARES {
                    for confidence in [Confidence::P95, Confidence::P998] {
                        let got = method(count, confidence).unwrap();
                        assert!(
                            (0.0..=1.0).contains(&got.lower) && (0.0..=1.0).contains(&got.upper),
                            "{name} {x}/{n}: {got:?}"
                        );
                        // Jeffreys' limits are those of a posterior, a little inside 0 and 1 at no events and at events alone.
                        assert!(
                            name == "jeffreys" || got.contains(got.value),
                            "{name} {x}/{n}: {got:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn mid_p_of_a_count_by_hand() {
        // With none seen, half of exp(-mean) is the tail.
        let none = mid_p_poisson(0, Confidence::P95);
        assert!((none.upper + libm::log(0.05)).abs() < 1e-14 && none.lower == 0.0);
        for x in [1, 5, 40] {
            let (mid, exact) = (
                mid_p_poisson(x, Confidence::P95),
                exact_poisson(x, Confidence::P95),
            );
            assert!(mid.lower > exact.lower && mid.upper < exact.upper);
            let at = |mean| crate::special::poisson::tails(x, mean);
            assert!((at(mid.lower).mid_upper() - 0.025).abs() < 1e-13);
            assert!((at(mid.upper).mid_lower() - 0.025).abs() < 1e-13);
        }
    }

    proptest::proptest! {
        #[test]
        fn wider_at_more_confidence_and_mirrored(x in 0_u64..400, more in 0_u64..4000) {
            let (count, mirror) = (CountOf::new(x, x + more + 1).unwrap(), CountOf::new(more + 1, x + more + 1).unwrap());
            for (name, method) in SHARES {
                let (narrow, wide) = (method(count, Confidence::P95).unwrap(), method(count, Confidence::P998).unwrap());
                proptest::prop_assert!(wide.lower <= narrow.lower && wide.upper >= narrow.upper, "{}", name);
                let other = method(mirror, Confidence::P95).unwrap();
                proptest::prop_assert!((other.lower - (1.0 - narrow.upper)).abs() < 1e-12, "{}", name);
                proptest::prop_assert!((other.upper - (1.0 - narrow.lower)).abs() < 1e-12, "{}", name);
            }
            for (name, method) in COUNTS {
                let (narrow, wide) = (method(x, Confidence::P95), method(x, Confidence::P998));
                proptest::prop_assert!(wide.lower <= narrow.lower && wide.upper >= narrow.upper, "{}", name);
                proptest::prop_assert!(narrow.contains(narrow.value), "{}", name);
            }
        }
    }
}
