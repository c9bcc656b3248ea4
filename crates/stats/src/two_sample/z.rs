use crate::CountOf;
use crate::arithmetic::{fabs, sqrt};
use crate::special::{chi_squared, normal};

/// The pooled tests of two shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    /// First share less second, over the pooled standard error.
    pub z: f64,
    /// Its two-sided p-value, that of Pearson's chi-squared as well.
    pub p_value: f64,
    /// Pearson's chi-squared, z squared.
    pub chi_squared: f64,
    /// Chi-squared with Yates' correction.
    pub yates: f64,
    /// Its p-value.
    pub yates_p_value: f64,
}

/// Tests whether two shares differ, by the pooled z.
///
/// `None` when either group is empty or no person, or every person, in both has the event.
///
/// Source: Pearson (1900); Yates (1934), J. R. Statist. Soc. Suppl. 1, 217-235; as R's `prop.test`, whose correction is
/// cut to the difference itself.
pub fn pooled(first: CountOf, second: CountOf) -> Option<Pooled> {
    let (p1, p2) = (first.share()?, second.share()?);
    let (n1, n2) = (first.population() as f64, second.population() as f64);
    let (x1, x2) = (first.events() as f64, second.events() as f64);
    let share = (x1 + x2) / (n1 + n2);
    if share <= 0.0 || share >= 1.0 {
        return None;
    }
    let error = sqrt(share * (1.0 - share) * (1.0 / n1 + 1.0 / n2));
    let difference = p1 - p2;
    let z = difference / error;
    let correction = (0.5 * (1.0 / n1 + 1.0 / n2)).min(fabs(difference));
    let corrected = (fabs(difference) - correction) / error;
    let yates = corrected * corrected;
    Some(Pooled {
        z,
        p_value: normal::two_sided(z),
        chi_squared: z * z,
        yates,
        yates_p_value: chi_squared::upper_tail(yates, 1.0),
    })
}
