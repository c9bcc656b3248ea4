use crate::Confidence;
use crate::interval::exact_poisson;

/// The expectations at which a count of events lies just on a Poisson funnel's lines.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountLine {
    /// The count.
    pub observed: u64,
    /// The expectation at which the count is on the lower line: the count's exact upper limit.
    pub expected_on_lower: f64,
    /// The expectation at which it is on the upper line: its exact lower limit, 0 for no events.
    pub expected_on_upper: f64,
    /// The confidence between the two.
    pub confidence: Confidence,
}

impl CountLine {
    /// The ratio of the lower line at `expected_on_lower`, 1 as expected.
    pub fn lower_ratio(self) -> f64 {
        self.observed as f64 / self.expected_on_lower
    }

    /// The ratio of the upper line at `expected_on_upper`; NaN for no events.
    pub fn upper_ratio(self) -> f64 {
        self.observed as f64 / self.expected_on_upper
    }
}

/// Where a count lies on the exact Poisson funnel's lines, as `PHEindicatormethods` tabulates them for rates and ratios.
pub fn for_count(observed: u64, confidence: Confidence) -> CountLine {
    let limits = exact_poisson(observed, confidence);
    CountLine {
        observed,
        expected_on_lower: limits.upper,
        expected_on_upper: limits.lower,
        confidence,
    }
}
