use super::exact::ExactTail;
use crate::CountOf;
use crate::overdispersion::{
    DispersionTest, Target, correlation_between, ratio_variance_between, test_binomial, test_poisson,
};
use crate::special::{beta_binomial, negative_binomial};

/// When to allow for units varying more than chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowance {
    /// When the test of overdispersion rejects at this level, such as 0.05.
    WhenNeeded(f64),
    /// Always, by whatever is estimated.
    Always,
    /// Never: the plain binomial or Poisson tail.
    Never,
}

/// How units are judged together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// When to allow for overdispersion.
    pub allowance: Allowance,
    /// How much of each end is winsorised when the spread between units is estimated (0.1 is 10%), so that the units
    /// one looks for do not hide themselves.
    pub winsorised: f64,
    /// Whether the benchmark was given or pooled from these units.
    pub target: Target,
}

impl Default for Rule {
    /// An allowance when the test rejects at 5%, 10% winsorised, against a known benchmark.
    fn default() -> Self {
        Self {
            allowance: Allowance::WhenNeeded(0.05),
            winsorised: 0.1,
            target: Target::Known,
        }
    }
}

/// Units judged together against one benchmark.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// The test of whether the units vary more than chance; `None` when there are too few of them.
    pub test: Option<DispersionTest>,
    /// What was allowed for: the intraclass correlation of shares, or the variance between units of ratios; `None` when
    /// the tails are the plain ones.
    pub spread: Option<f64>,
    /// Each unit's tail in the order given; `None` for a unit without people or expectation.
    pub tails: Vec<Option<ExactTail>>,
}

/// The beta-binomial tails of a count: the chance, were the unit one of many that vary about the benchmark with the
/// intraclass `correlation`, of a count at or beyond its own.
///
/// `None` when the population is 0, the benchmark is not strictly between 0 and 1 or the correlation not in \[0, 1).
///
/// Source: Spiegelhalter (2005), Statistics in Medicine 24, section 4.2 (a random effect between units), with the exact
/// distribution in place of the normal one.
pub fn predictive_binomial(count: CountOf, benchmark: f64, correlation: f64) -> Option<ExactTail> {
    if count.population() == 0 {
        return None;
    }
    ExactTail::new(beta_binomial::tails(
        count.events(),
        count.population(),
        benchmark,
        correlation,
    ))
}

/// The gamma-Poisson tails of a count against its expectation, units' ratios varying with `variance` >= 0 about 1.
///
/// `None` when the expectation is not a positive finite number or the variance is negative or NaN.
pub fn predictive_poisson(observed: u64, expected: f64, variance: f64) -> Option<ExactTail> {
    if !(expected > 0.0 && expected.is_finite() && variance >= 0.0) {
        return None;
    }
    ExactTail::new(negative_binomial::tails(observed, expected, 1.0 / variance))
}

/// Judges shares together: by their exact binomial tails, or, where they vary more than chance, by their beta-binomial
/// ones.
///
/// `None` when the benchmark is not strictly between 0 and 1.
///
/// ```
/// use senlens_stats::{Confidence, CountOf, funnel};
/// // Units of 1,000 spread far wider than chance about 15%: few are out of line with that spread.
/// let counts: Vec<CountOf> =
///     (0..40).map(|i| CountOf::new(50 + 5 * i, 1000)).collect::<Result<_, _>>()?;
/// let judged = funnel::judge_shares(&counts, 0.1475, funnel::Rule::default()).expect("a benchmark");
/// assert!(judged.spread.is_some());
/// let out = judged.tails.iter().flatten().filter(|tail| tail.p_value() <= 0.05).count();
/// assert!(out <= 2, "{out}");
/// # Ok::<(), senlens_stats::CountError>(())
/// ```
pub fn judge_shares(counts: &[CountOf], benchmark: f64, rule: Rule) -> Option<Judged> {
    if !(benchmark > 0.0 && benchmark < 1.0) {
        return None;
    }
    let test = test_binomial(counts, benchmark, rule.target);
    let spread = needed(rule.allowance, test)
        .then(|| correlation_between(counts, benchmark, rule.winsorised, rule.target))
        .flatten()
        .filter(|correlation| *correlation > 0.0);
    let tails = counts
        .iter()
        .map(|count| match spread {
            Some(correlation) => predictive_binomial(*count, benchmark, correlation),
            None => super::binomial(*count, benchmark),
        })
        .collect();
    Some(Judged { test, spread, tails })
}

/// Judges ratios together, from pairs of observed and expected events: by their exact Poisson tails, or, where they vary
/// more than chance, by their gamma-Poisson ones.
pub fn judge_ratios(counts: &[(u64, f64)], rule: Rule) -> Judged {
    let test = test_poisson(counts, rule.target);
    let spread = needed(rule.allowance, test)
        .then(|| ratio_variance_between(counts, rule.winsorised, rule.target))
        .flatten()
        .filter(|variance| *variance > 0.0);
    let tails = counts
        .iter()
        .map(|(observed, expected)| match spread {
            Some(variance) => predictive_poisson(*observed, *expected, variance),
            None => super::poisson(*observed, *expected),
        })
        .collect();
    Judged { test, spread, tails }
}

fn needed(allowance: Allowance, test: Option<DispersionTest>) -> bool {
    match allowance {
        Allowance::Never => false,
        Allowance::Always => true,
        Allowance::WhenNeeded(level) => test.is_some_and(|test| test.rejects(level)),
    }
}
