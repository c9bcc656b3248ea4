//! I4, log-ratio balance: MLD against SLCN and SEMH together, each over what is expected. A surge of autism does not change
//! it, nor do shares that must add up to one.

use super::indicator::{AMBER_Z, Benchmarks, Context, Spot, finding};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{Dimension, Need, NeedCut, ProvisionCut, Urn};
use senlens_stats::overdispersion::tau_squared;
use std::collections::BTreeMap;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::LogRatioBalance,
    indicator: "I4",
    title: "Log-ratio balance of MLD against SLCN and SEMH",
    looks_for: "MLD high where SLCN and SEMH together are low, each over what is expected of such pupils.",
    method: "delta = root(2/3) (ln R_MLD - (ln R_SLCN + ln R_SEMH)/2), R observed over expected, half a pupil added to \
             both. Standard error: root((2/3)(1/M + 1/(4L) + 1/(4S))) for chance; for an area, how much its own schools \
             differ where that is more; for a school, the authority's spread of schools added (DerSimonian and Laird). \
             Amber from 1.96 standard errors; never red by itself. The two pairs are distinguished, as one route of \
             masking can cancel the other.",
    sources: "Aitchison 1986; DerSimonian and Laird 1986; docs/indicators.md, I4.",
    does_not_cover: "masking that takes from one of the two needs while the other is high for reasons of its own: see the pairs. \
             Pupils without an assessed need: `nsa_bounds`.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::Roll),
    ],
    codes: Codes {
        all: &[Need::Mld, Need::Slcn, Need::Semh],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "the Department's school-level files and pupil records.",
};

/// Counts of MLD, SLCN and SEMH, and those expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Balance {
    pub(super) observed: [f64; 3],
    pub(super) expected: [f64; 3],
}

impl Balance {
    /// The balance itself.
    pub(super) fn delta(&self) -> f64 {
        let [mld, slcn, semh] = std::array::from_fn(|need| self.log_ratio(need));
        (2.0_f64 / 3.0).sqrt() * (mld - f64::midpoint(slcn, semh))
    }

    fn log_ratio(&self, need: usize) -> f64 {
        libm::log((self.observed[need] + 0.5) / (self.expected[need] + 0.5))
    }

    /// MLD over SLCN and over SEMH, each over what is expected, as ratios.
    fn pairs(&self) -> [f64; 2] {
        [1, 2].map(|need| libm::exp(self.log_ratio(0) - self.log_ratio(need)))
    }

    /// Standard error of the balance by chance alone.
    pub(super) fn standard_error(&self) -> f64 {
        let [mld, slcn, semh] = self.observed.map(|count| count + 0.5);
        ((2.0 / 3.0) * (1.0 / mld + 0.25 / slcn + 0.25 / semh)).sqrt()
    }

    /// Squared standard error of an area from how its schools differ: the sum of the squares of what each school moves
    /// the balance by (delta method, schools as clusters).
    fn squared_error_of(schools: &[Self]) -> f64 {
        let sum = |pick: &dyn Fn(&Self) -> f64| schools.iter().map(pick).sum::<f64>();
        let observed: [f64; 3] = std::array::from_fn(|need| 0.5 + sum(&|one| one.observed[need]));
        let ratio: [f64; 3] =
            std::array::from_fn(|need| observed[need] / sum(&|one| one.expected[need]).max(1e-9));
        schools
            .iter()
            .map(|one| {
                let part =
                    |need: usize| (one.observed[need] - ratio[need] * one.expected[need]) / observed[need];
                let moved = (2.0_f64 / 3.0).sqrt() * (part(0) - f64::midpoint(part(1), part(2)));
                moved * moved
            })
            .sum()
    }
}

/// The counts of a place and what is expected of it.
pub(super) fn balance(benchmarks: &Benchmarks<'_>, spot: &Spot, cut: ProvisionCut) -> Option<Balance> {
    let row = |need| {
        let place = &spot.place;
        benchmarks
            .get(&(place.level, place.code.as_str(), cut, NeedCut::Of(need)))
            .copied()
    };
    let rows = [row(Need::Mld)?, row(Need::Slcn)?, row(Need::Semh)?];
    Some(Balance {
        observed: rows.map(|row| row.observed as f64),
        expected: rows.map(|row| row.expected),
    })
}

/// The balances of the authority's schools, by URN.
pub(super) fn of_schools(
    context: &Context<'_>,
    benchmarks: &Benchmarks<'_>,
    cut: ProvisionCut,
) -> BTreeMap<Urn, Balance> {
    context
        .spots
        .iter()
        .filter(|spot| spot.is_school())
        .filter_map(|spot| Some((*spot.schools.first()?, balance(benchmarks, spot, cut)?)))
        .collect()
}

/// The squared standard error of an area's balance: chance, or how its own schools differ where that is more.
pub(super) fn squared_error(own: &Balance, inside: &[&Balance]) -> f64 {
    let chance = own.standard_error() * own.standard_error();
    let inside: Vec<Balance> = inside.iter().copied().copied().collect();
    chance.max(Balance::squared_error_of(&inside))
}

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let benchmarks = context.benchmarks();
    let mut found = Vec::new();
    for cut in context.cuts() {
        let of_schools = of_schools(context, benchmarks, cut);
        let errors: Vec<f64> = of_schools.values().map(Balance::standard_error).collect();
        let z: Vec<f64> = of_schools
            .values()
            .zip(&errors)
            .map(|(one, error)| one.delta() / error)
            .collect();
        let spread = tau_squared(&z, &errors).unwrap_or(0.0);
        for spot in &context.spots {
            let Some(own) = balance(benchmarks, spot, cut) else {
                continue;
            };
            let variance = if spot.is_school() {
                own.standard_error() * own.standard_error() + spread
            } else {
                squared_error(&own, &spot.each(&of_schools))
            };
            found.push(judge(context, spot, cut, &own, variance.sqrt()));
        }
    }
    found
}

fn judge(context: &Context<'_>, spot: &Spot, cut: ProvisionCut, own: &Balance, error: f64) -> Finding {
    let delta = own.delta();
    let z = delta / error;
    let [mld, slcn, semh] = own.observed;
    let level = if own.expected.iter().any(|expected| *expected < 1.0) {
        Level::TooFew
    } else if z >= AMBER_Z {
        Level::Amber
    } else {
        Level::None
    };
    let [to_slcn, to_semh] = own.pairs();
    let evidence = format!(
        "MLD {mld:.0} ({:.1} expected), SLCN {slcn:.0} ({:.1}), SEMH {semh:.0} ({:.1}): balance {delta:.2}, standard error \
         {error:.2}; MLD over SLCN {to_slcn:.2} times, over SEMH {to_semh:.2} times what is expected",
        own.expected[0], own.expected[1], own.expected[2]
    );
    let wording = match level {
        Level::TooFew => "too few pupils to weigh one need against the others.",
        Level::Amber => {
            "MLD weighs more against communication and mental health needs than such places differ ordinarily."
        }
        _ => "MLD, communication and mental health needs are in the balance one expects.",
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, carried as a number"
    )]
    let counts = (Some(mld as u64), Some(own.expected[0]));
    finding(
        context.key(spot, cut),
        PAGE.id,
        level,
        Some(z),
        counts,
        &evidence,
        wording,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_by_hand() {
        // 40 MLD where 20 are expected, 10 SLCN and 10 SEMH where 20 each: ln(40.5/20.5) = 0.68090,
        // ln(10.5/20.5) = -0.66904, so delta = 0.81650 * 1.34994 = 1.10222; the error is
        // sqrt(2/3 * (1/40.5 + 0.5/10.5)) = sqrt(2/3 * 0.072310) = 0.21956.
        let balance = Balance {
            observed: [40.0, 10.0, 10.0],
            expected: [20.0; 3],
        };
        assert!((balance.delta() - 1.102_22).abs() < 1e-4, "{}", balance.delta());
        assert!(
            (balance.standard_error() - 0.219_56).abs() < 1e-4,
            "{}",
            balance.standard_error()
        );
        let as_expected = Balance {
            observed: [20.0; 3],
            expected: [20.0; 3],
        };
        assert!(as_expected.delta().abs() < 1e-12);
    }

    #[test]
    fn schools_that_differ_widen_the_error_of_their_area() {
        let like = [Balance {
            observed: [10.0; 3],
            expected: [10.0; 3],
        }; 12];
        assert!(Balance::squared_error_of(&like) < 1e-4);
        let mut unlike = like;
        for (at, one) in unlike.iter_mut().enumerate() {
            one.observed[0] = if at % 2 == 0 { 20.0 } else { 0.0 };
        }
        // Each school moves ln M by 10/120.5: twelve times (sqrt(2/3) * 0.082988)^2 = 0.055096.
        assert!((Balance::squared_error_of(&unlike) - 0.055_096).abs() < 1e-4);
    }
}
