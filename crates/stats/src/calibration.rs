//! How often a rule flags a unit that is at the benchmark: the rules' own false alarms, counted exactly.
//!
//! Every rule here flags the highest counts, and the lowest, so its false-alarm rate at a size is a sum of binomial
//! probabilities beyond two counts. No simulation is needed, nor used.

use crate::Confidence;
use crate::funnel::limits;
use crate::special::{beta_binomial, binomial};

/// A rule by which a unit may be flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FlaggingRule {
    /// The exact binomial tail: ours.
    ExactTail,
    /// The mid-P tail.
    MidP,
    /// Beyond the plain normal lines, as `PHEindicatormethods` does for proportions.
    NormalLines,
    /// Beyond Wilson lines.
    WilsonLines,
    /// Beyond arcsine lines, as `FunnelPlotR` does for proportions.
    ArcsineLines,
    /// Beyond Spiegelhalter's interpolated lines.
    InterpolatedLines,
}

impl FlaggingRule {
    /// Every rule, ours first.
    pub const ALL: [Self; 6] = [
        Self::ExactTail,
        Self::MidP,
        Self::NormalLines,
        Self::WilsonLines,
        Self::ArcsineLines,
        Self::InterpolatedLines,
    ];

    /// The stable word for this rule.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExactTail => "exact_tail",
            Self::MidP => "mid_p",
            Self::NormalLines => "normal_lines",
            Self::WilsonLines => "wilson_lines",
            Self::ArcsineLines => "arcsine_lines",
            Self::InterpolatedLines => "interpolated_lines",
        }
    }
}

/// How often a unit at the benchmark is flagged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FalseFlags {
    /// The rule.
    pub rule: FlaggingRule,
    /// The unit's size.
    pub size: u64,
    /// The benchmark share the unit truly has.
    pub benchmark: f64,
    /// The rule's confidence; half of what it leaves is nominal on each side.
    pub confidence: Confidence,
    /// The smallest count flagged as high; `None` when no count is.
    pub first_high: Option<u64>,
    /// The largest count flagged as low; `None` when no count is.
    pub last_low: Option<u64>,
    /// The chance of being flagged as high.
    pub high: f64,
    /// The chance of being flagged as low.
    pub low: f64,
}

/// How often a unit of a size, truly at the benchmark, is flagged by a rule. Exact.
///
/// `None` when the size is 0 or the benchmark is not strictly between 0 and 1.
///
/// ```
/// use senlens_stats::{Confidence, calibration::{FlaggingRule, false_flags}};
/// let ours = false_flags(FlaggingRule::ExactTail, 30, 0.028, Confidence::P998).expect("a size and a benchmark");
/// let normal = false_flags(FlaggingRule::NormalLines, 30, 0.028, Confidence::P998).expect("a size and a benchmark");
/// assert!(ours.high <= 0.001 && normal.high > 0.009);
/// ```
pub fn false_flags(
    rule: FlaggingRule,
    size: u64,
    benchmark: f64,
    confidence: Confidence,
) -> Option<FalseFlags> {
    let (first_high, last_low) = thresholds(rule, size, benchmark, confidence)?;
    let high = first_high.map_or(0.0, |x| binomial::tails(x, size, benchmark).at_or_above);
    let low = last_low.map_or(0.0, |x| binomial::tails(x, size, benchmark).at_or_below);
    Some(FalseFlags {
        rule,
        size,
        benchmark,
        confidence,
        first_high,
        last_low,
        high,
        low,
    })
}

/// The same for a unit drawn from many that vary about the benchmark with an intraclass `correlation`: what a rule that
/// takes no account of overdispersion does when there is some.
///
/// `None` as [`false_flags`], or when the correlation is not in \[0, 1).
pub fn false_flags_when_units_vary(
    rule: FlaggingRule,
    size: u64,
    benchmark: f64,
    correlation: f64,
    confidence: Confidence,
) -> Option<FalseFlags> {
    if !(0.0..1.0).contains(&correlation) {
        return None;
    }
    let (first_high, last_low) = thresholds(rule, size, benchmark, confidence)?;
    let tails = |x| beta_binomial::tails(x, size, benchmark, correlation);
    let high = first_high.map_or(0.0, |x| tails(x).at_or_above);
    let low = last_low.map_or(0.0, |x| tails(x).at_or_below);
    Some(FalseFlags {
        rule,
        size,
        benchmark,
        confidence,
        first_high,
        last_low,
        high,
        low,
    })
}

/// [`false_flags`] for every rule and size: the data of a chart. Sizes of 0 are left out.
pub fn chart(sizes: &[u64], benchmark: f64, confidence: Confidence) -> Vec<FalseFlags> {
    FlaggingRule::ALL
        .iter()
        .flat_map(|rule| {
            sizes
                .iter()
                .filter_map(|size| false_flags(*rule, *size, benchmark, confidence))
        })
        .collect()
}

/// The largest chance of a high flag, and of a low one, that a rule held to `nominal` on each side can have at a size: the
/// largest tails that do not pass it.
pub fn largest_attainable(size: u64, benchmark: f64, nominal: f64) -> (f64, f64) {
    let first = binomial::first_high(nominal, size, benchmark);
    let high = if first > size {
        0.0
    } else {
        binomial::tails(first, size, benchmark).at_or_above
    };
    let low = binomial::last_low(nominal, size, benchmark)
        .map_or(0.0, |x| binomial::tails(x, size, benchmark).at_or_below);
    (high, low)
}

type Thresholds = (Option<u64>, Option<u64>);

fn thresholds(rule: FlaggingRule, size: u64, benchmark: f64, confidence: Confidence) -> Option<Thresholds> {
    if size == 0 || !(benchmark > 0.0 && benchmark < 1.0) {
        return None;
    }
    let n = size as f64;
    let lines = match rule {
        FlaggingRule::ExactTail => {
            return Some(by_tail(
                size,
                benchmark,
                |x| {
                    let tails = binomial::tails(x, size, benchmark);
                    (tails.at_or_above, tails.at_or_below)
                },
                confidence,
            ));
        }
        FlaggingRule::MidP => {
            return Some(by_tail(
                size,
                benchmark,
                |x| {
                    let tails = binomial::tails(x, size, benchmark);
                    (tails.mid_upper(), tails.mid_lower())
                },
                confidence,
            ));
        }
        FlaggingRule::NormalLines => limits::normal(n, benchmark, confidence)?,
        FlaggingRule::WilsonLines => limits::wilson(n, benchmark, confidence)?,
        FlaggingRule::ArcsineLines => limits::arcsine(n, benchmark, confidence)?,
        FlaggingRule::InterpolatedLines => limits::binomial(size, benchmark, confidence)?,
    };
    let guess = binomial::whole(n * benchmark, size);
    let first = binomial::first_reaching(guess, size + 1, |x| x > size || x as f64 / n > lines.upper);
    let not_low = binomial::first_reaching(guess, size, |x| x as f64 / n >= lines.lower);
    Some(((first <= size).then_some(first), not_low.checked_sub(1)))
}

fn by_tail(
    size: u64,
    benchmark: f64,
    tails: impl Fn(u64) -> (f64, f64),
    confidence: Confidence,
) -> Thresholds {
    let nominal = confidence.tail() * (1.0 + binomial::TIE);
    let guess = binomial::whole(size as f64 * benchmark, size);
    let first = binomial::first_reaching(guess, size + 1, |x| x > size || tails(x).0 <= nominal);
    let not_low = binomial::first_reaching(guess, size, |x| tails(x).1 > nominal);
    ((first <= size).then_some(first), not_low.checked_sub(1))
}
