use super::{benjamini_hochberg, rising};

/// The two-stage q-values of Benjamini, Krieger and Yekutieli: those of Benjamini and Hochberg, scaled by an estimate,
/// made at `level`, of how many hypotheses are true. As `statsmodels`' `fdr_tsbh`.
///
/// Source: Benjamini, Krieger and Yekutieli (2006), Biometrika 93, 491-507; the variant with `level` unadjusted.
pub fn two_stage(p_values: &[f64], level: f64) -> Vec<f64> {
    let first = benjamini_hochberg(p_values);
    let tests = rising(p_values).len();
    let rejected = first.iter().filter(|q| **q <= level).count();
    if rejected == 0 || rejected == tests {
        return first;
    }
    let true_share = (tests - rejected) as f64 / tests as f64;
    first
        .iter()
        .map(|q| if q.is_nan() { *q } else { (q * true_share).min(1.0) })
        .collect()
}
