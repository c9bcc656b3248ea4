use crate::arithmetic::sqrt;
use crate::glm::{Design, Family, Fit, GlmError, fit};
use crate::newton::Convergence;
use crate::{Confidence, CountOf, Interval, Method};
use libm::{exp, log};

/// A group and its comparison group within one stratum (a year group of one sex, say).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StratumPair {
    /// The group's count.
    pub group: CountOf,
    /// The comparison group's count.
    pub comparison: CountOf,
}

/// An odds ratio adjusted for strata.
#[derive(Debug, Clone, PartialEq)]
pub struct AdjustedOdds {
    /// The group's odds over the comparison group's within strata.
    pub odds_ratio: Interval,
    /// The same without strata.
    pub crude: Interval,
    /// Pearson's chi-squared over its degrees of freedom: above 1 when the ratio differs from stratum to stratum.
    pub heterogeneity: Option<f64>,
    /// Strata that took part: those with people of both groups, of whom some but not all are identified.
    pub strata: usize,
    /// The whole fit, the group's column the last.
    pub fit: Fit,
}

/// The odds ratio of a group adjusted for strata, by logistic regression with a level for each stratum.
///
/// Strata without people of both groups, or where none or all are identified, carry no information and are left
/// out. With many small strata the ratio is drawn away from 1 (Neyman and Scott's bias): [`mantel_haenszel`] is not.
///
/// # Errors
/// [`GlmError::TooFewRows`] when no stratum is left; others as `fit` gives them.
pub fn adjusted_odds_ratio(strata: &[StratumPair], confidence: Confidence) -> Result<AdjustedOdds, GlmError> {
    let telling: Vec<StratumPair> = strata.iter().copied().filter(|stratum| tells(*stratum)).collect();
    if telling.is_empty() {
        return Err(GlmError::TooFewRows(0));
    }
    let columns = telling.len() + 1;
    let (mut rows, mut counts, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for (place, stratum) in telling.iter().enumerate() {
        for (own, count) in [(1.0, stratum.group), (0.0, stratum.comparison)] {
            let mut row = vec![0.0; columns];
            row[place] = 1.0;
            row[columns - 1] = own;
            rows.push(row);
            counts.push(count);
            plain.push([1.0, own]);
        }
    }
    let fitted = fit(&Design::from_rows(&rows)?, Family::Logistic(&counts))?;
    let crude = fit(&Design::from_rows(&plain)?, Family::Logistic(&counts))?;
    Ok(AdjustedOdds {
        odds_ratio: fitted.ratio(columns - 1, confidence),
        crude: crude.ratio(1, confidence),
        heterogeneity: fitted.dispersion(),
        strata: telling.len(),
        fit: fitted,
    })
}

impl AdjustedOdds {
    /// Whether the ratio was found: it is not where, say, the group has no events in any stratum.
    pub fn converged(&self) -> bool {
        self.fit.convergence == Convergence::Converged
    }
}

/// Mantel and Haenszel's odds ratio over strata, sound however many and small they are, with the limits of Robins, Breslow
/// and Greenland. `None` when it is not a positive finite number.
///
/// Source: Mantel and Haenszel (1959), J. Natl Cancer Inst. 22, 719-748; Robins, Breslow and Greenland (1986), Biometrics
/// 42, 311-323.
pub fn mantel_haenszel(strata: &[StratumPair], confidence: Confidence) -> Option<Interval> {
    let (mut r, mut s) = (0.0, 0.0);
    let (mut pr, mut both, mut qs) = (0.0, 0.0, 0.0);
    for stratum in strata.iter().filter(|stratum| tells(**stratum)) {
        let (a, b) = (stratum.group.events() as f64, stratum.group.others() as f64);
        let (c, d) = (
            stratum.comparison.events() as f64,
            stratum.comparison.others() as f64,
        );
        let n = a + b + c + d;
        let (p, q) = ((a + d) / n, (b + c) / n);
        let (ri, si) = (a * d / n, b * c / n);
        r += ri;
        s += si;
        pr += p * ri;
        both += p * si + q * ri;
        qs += q * si;
    }
    let value = r / s;
    if !(value > 0.0 && value.is_finite()) {
        return None;
    }
    let variance = pr / (2.0 * r * r) + both / (2.0 * r * s) + qs / (2.0 * s * s);
    let half = confidence.z() * sqrt(variance);
    Some(Interval {
        value,
        lower: exp(log(value) - half),
        upper: exp(log(value) + half),
        confidence,
        method: Method::LogOdds,
    })
}

fn tells(stratum: StratumPair) -> bool {
    let events = stratum.group.events() + stratum.comparison.events();
    let others = stratum.group.others() + stratum.comparison.others();
    stratum.group.population() > 0 && stratum.comparison.population() > 0 && events > 0 && others > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: u64, n1: u64, c: u64, n0: u64) -> StratumPair {
        StratumPair {
            group: CountOf::new(a, n1).unwrap(),
            comparison: CountOf::new(c, n0).unwrap(),
        }
    }

    #[test]
    fn adjusting_undoes_a_mix() {
        // The odds ratio is 1 in each stratum; the group lies mostly where risks are high.
        let strata = [pair(80, 400, 20, 100), pair(2, 100, 8, 400)];
        let adjusted = adjusted_odds_ratio(&strata, Confidence::P95).unwrap();
        assert!(adjusted.converged() && (adjusted.odds_ratio.value - 1.0).abs() < 1e-9);
        assert!(adjusted.crude.value > 3.0 && adjusted.heterogeneity.unwrap() < 1e-9);
        let mh = mantel_haenszel(&strata, Confidence::P95).unwrap();
        assert!((mh.value - 1.0).abs() < 1e-12 && mh.lower < 1.0 && mh.upper > 1.0);
    }

    #[test]
    fn one_stratum_is_the_plain_table() {
        let strata = [pair(10, 100, 20, 400), pair(0, 50, 0, 70), pair(3, 10, 0, 0)];
        let adjusted = adjusted_odds_ratio(&strata, Confidence::P95).unwrap();
        assert_eq!(adjusted.strata, 1);
        let plain =
            crate::disproportionality::odds_ratio(strata[0].group, strata[0].comparison, Confidence::P95)
                .unwrap();
        let mh = mantel_haenszel(&strata, Confidence::P95).unwrap();
        for ours in [adjusted.odds_ratio, mh] {
            assert!((ours.value - plain.value).abs() < 1e-9 && (ours.lower - plain.lower).abs() < 1e-9);
        }
        assert_eq!(
            adjusted_odds_ratio(&strata[1..], Confidence::P95),
            Err(GlmError::TooFewRows(0))
        );
        assert_eq!(mantel_haenszel(&strata[1..], Confidence::P95), None);
        assert!(
            !adjusted_odds_ratio(&[pair(0, 50, 9, 70)], Confidence::P95)
                .unwrap()
                .converged()
        );
    }
}
