use super::{Posterior, ShrinkError};
use crate::CountOf;
use crate::newton::{Convergence, Surface, maximise};
use crate::special::beta_binomial::log_probability;
use crate::special::digamma::{digamma, trigamma};
use libm::{exp, log};

/// Units' shares taken as drawn from one beta distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaBinomialFit {
    /// The mean share.
    pub mean: f64,
    /// The intraclass correlation, 1/(a + b + 1): 0 when units vary no more than chance.
    pub correlation: f64,
    /// The first shape; infinite when the correlation is 0.
    pub a: f64,
    /// The second shape; infinite when the correlation is 0.
    pub b: f64,
    /// The logarithm of the likelihood, with the counting constants.
    pub log_likelihood: f64,
    /// Whether the maximum was reached.
    pub convergence: Convergence,
}

impl BetaBinomialFit {
    /// What is believed of a unit with this count; `None` when the correlation is 0, where every unit is believed to be
    /// at the mean.
    pub fn posterior(&self, count: CountOf) -> Option<Posterior> {
        (self.a.is_finite() && self.b.is_finite()).then(|| Posterior::Beta {
            a: self.a + count.events() as f64,
            b: self.b + count.others() as f64,
        })
    }

    fn from_shapes(a: f64, b: f64, counts: &[CountOf], convergence: Convergence) -> Self {
        let log_likelihood = counts
            .iter()
            .map(|c| log_probability(c.events(), c.population(), a, b))
            .sum();
        Self {
            mean: a / (a + b),
            correlation: 1.0 / (a + b + 1.0),
            a,
            b,
            log_likelihood,
            convergence,
        }
    }
}

/// The sum a + b above which the beta is a point for all that counts can tell.
const MOST_PRECISE: f64 = 1e9;

/// Fits the beta-binomial by maximum likelihood. Units without people are left out.
///
/// When units vary no more than chance the likelihood rises without end as the correlation falls to 0; the fit then is
/// the binomial with the pooled share and says [`Convergence::AtBoundary`].
///
/// # Errors
/// [`ShrinkError::TooFewUnits`] when fewer than two units have people; [`ShrinkError::NoVariation`] when no person, or
/// every person, has the event.
///
/// Source: Griffiths (1973), Biometrics 29, 637-648; as `VGAM::betabinomial`.
pub fn maximum_likelihood(counts: &[CountOf]) -> Result<BetaBinomialFit, ShrinkError> {
    let start = kleinman(counts)?;
    let precision = (1.0 / start.correlation - 1.0).clamp(2.0, 1e5);
    let mean = start.mean;
    let kept: Vec<CountOf> = counts
        .iter()
        .copied()
        .filter(|count| count.population() > 0)
        .collect();
    let from = [log(mean / (1.0 - mean)), log(precision)];
    let (at, top, convergence) = maximise(from, 1e-10 * kept.len() as f64, |at| surface(&kept, at));
    let precision = exp(at[1]);
    let boundary = binomial_fit(&kept);
    // A search that ends at infinite precision, or one that is no better than none, is the binomial.
    if precision > MOST_PRECISE * 1e-2 || top.value <= boundary.log_likelihood - constants(&kept) {
        return Ok(boundary);
    }
    let mean = logistic(at[0]);
    Ok(BetaBinomialFit::from_shapes(
        mean * precision,
        (1.0 - mean) * precision,
        &kept,
        convergence,
    ))
}

/// Fits the beta-binomial by moments, each unit weighted by its population.
///
/// # Errors
/// As [`maximum_likelihood`].
///
/// Source: Kleinman (1973), J. Am. Statist. Assoc. 68, 46-54.
pub fn kleinman(counts: &[CountOf]) -> Result<BetaBinomialFit, ShrinkError> {
    let kept: Vec<CountOf> = counts
        .iter()
        .copied()
        .filter(|count| count.population() > 0)
        .collect();
    if kept.len() < 2 {
        return Err(ShrinkError::TooFewUnits(kept.len()));
    }
    let weight: f64 = kept.iter().map(|count| count.population() as f64).sum();
    let mean = kept.iter().map(|count| count.events() as f64).sum::<f64>() / weight;
    if mean <= 0.0 || mean >= 1.0 {
        return Err(ShrinkError::NoVariation);
    }
    let once = mean * (1.0 - mean);
    let (mut squares, mut within, mut scale) = (0.0, 0.0, 0.0);
    for count in &kept {
        let n = count.population() as f64;
        let gap = count.events() as f64 / n - mean;
        squares += n * gap * gap;
        within += 1.0 - n / weight;
        scale += n * (1.0 - n / weight);
    }
    let correlation = (squares - once * within) / (once * (scale - within));
    // All units of one person: no spread can be told from chance.
    if !(correlation > 0.0) {
        return Ok(binomial_fit(&kept));
    }
    let precision = (1.0 / correlation.min(0.999_999)) - 1.0;
    Ok(BetaBinomialFit::from_shapes(
        mean * precision,
        (1.0 - mean) * precision,
        &kept,
        Convergence::Converged,
    ))
}

fn binomial_fit(kept: &[CountOf]) -> BetaBinomialFit {
    let events: f64 = kept.iter().map(|count| count.events() as f64).sum();
    let people: f64 = kept.iter().map(|count| count.population() as f64).sum();
    let mean = events / people;
    let log_likelihood = constants(kept) + events * log(mean) + (people - events) * libm::log1p(-mean);
    BetaBinomialFit {
        mean,
        correlation: 0.0,
        a: f64::INFINITY,
        b: f64::INFINITY,
        log_likelihood,
        convergence: Convergence::AtBoundary,
    }
}

/// The logarithms of the numbers of ways, which the likelihood leaves out.
fn constants(kept: &[CountOf]) -> f64 {
    kept.iter().map(|count| log_ways(*count)).sum()
}

fn log_ways(count: CountOf) -> f64 {
    -libm::log1p(count.population() as f64)
        - crate::special::beta::log_beta(count.events() as f64 + 1.0, count.others() as f64 + 1.0)
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// The log-likelihood without its constants, in the logit of the mean and the log of the precision.
fn surface(kept: &[CountOf], at: [f64; 2]) -> Surface {
    let mean = logistic(at[0]);
    let precision = exp(at[1].min(log(MOST_PRECISE)));
    let (a, b) = (mean * precision, (1.0 - mean) * precision);
    let (mut value, mut da, mut db, mut both) = (0.0, 0.0, 0.0, 0.0);
    let (mut daa, mut dbb, mut both2) = (0.0, 0.0, 0.0);
    for count in kept {
        let (xa, fa, sa) = rising(a, count.events());
        let (xb, fb, sb) = rising(b, count.others());
        let (xc, fc, sc) = rising(precision, count.population());
        value += xa + xb - xc;
        da += fa;
        db += fb;
        both += fc;
        daa += sa;
        dbb += sb;
        both2 += sc;
    }
    // To the logit of the mean (u) and the log of the precision (v).
    let slope = mean * (1.0 - mean);
    let (au, av, bu, bv) = (precision * slope, a, -precision * slope, b);
    let bend = precision * slope * (1.0 - 2.0 * mean);
    let (ga, gb) = (da - both, db - both);
    let gradient = [ga * au + gb * bu, ga * av + gb * bv];
    let (haa, hbb, hab) = (daa - both2, dbb - both2, -both2);
    let uu = haa * au * au + 2.0 * hab * au * bu + hbb * bu * bu + ga * bend - gb * bend;
    let uv = haa * au * av + hab * (au * bv + av * bu) + hbb * bu * bv + ga * au + gb * bu;
    let vv = haa * av * av + 2.0 * hab * av * bv + hbb * bv * bv + ga * a + gb * b;
    Surface {
        value,
        gradient,
        curvature: [uu, uv, vv],
    }
}

/// The logarithm of (a)(a+1)…(a+k-1) and its two derivatives in a.
fn rising(a: f64, k: u64) -> (f64, f64, f64) {
    if k <= 24 {
        let (mut first, mut second) = (0.0, 0.0);
        for step in 0..k {
            let inverse = 1.0 / (a + step as f64);
            first += inverse;
            second -= inverse * inverse;
        }
        return (crate::special::beta_binomial::log_rising(a, k), first, second);
    }
    let end = a + k as f64;
    let value = crate::special::beta_binomial::log_rising(a, k);
    // Where a is far larger than k the two functions nearly cancel; their series does not.
    if a > 1e5 * k as f64 {
        let k = k as f64;
        let middle = a + 0.5 * (k - 1.0);
        return (value, k / middle, -k / (middle * middle));
    }
    (value, digamma(end) - digamma(a), trigamma(end) - trigamma(a))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::fabs;

    #[test]
    fn derivatives_agree_with_differences() {
        let counts: Vec<CountOf> = [(3, 40), (0, 12), (30, 200), (90, 300)]
            .iter()
            .map(|&(x, n)| CountOf::new(x, n).unwrap())
            .collect();
        let at = [-2.0, 3.0];
        let here = surface(&counts, at);
        let h = 1e-5;
        for i in 0..2 {
            let mut up = at;
            up[i] += h;
            let mut down = at;
            down[i] -= h;
            let (up, down) = (surface(&counts, up), surface(&counts, down));
            assert!(fabs((up.value - down.value) / (2.0 * h) - here.gradient[i]) < 1e-6);
            let second = (up.gradient[i] - down.gradient[i]) / (2.0 * h);
            assert!(fabs(second - here.curvature[2 * i]) < 1e-5);
            let cross = (up.gradient[1 - i] - down.gradient[1 - i]) / (2.0 * h);
            assert!(fabs(cross - here.curvature[1]) < 1e-5);
        }
    }

    #[test]
    fn no_more_than_chance_is_the_binomial() {
        let even = vec![CountOf::new(10, 100).unwrap(); 8];
        let fit = maximum_likelihood(&even).unwrap();
        assert_eq!(fit.convergence, Convergence::AtBoundary);
        assert!(fit.correlation == 0.0 && fabs(fit.mean - 0.1) < 1e-15 && fit.posterior(even[0]).is_none());
        assert_eq!(maximum_likelihood(&even[..1]), Err(ShrinkError::TooFewUnits(1)));
        let none = vec![CountOf::new(0, 100).unwrap(); 8];
        assert_eq!(maximum_likelihood(&none), Err(ShrinkError::NoVariation));
    }

    #[test]
    fn all_or_nothing_units_still_converge() {
        let counts: Vec<CountOf> = (0..30)
            .map(|i| CountOf::new(if i % 3 == 0 { 20 } else { 0 }, 20).unwrap())
            .collect();
        let fit = maximum_likelihood(&counts).unwrap();
        assert!(
            fit.correlation > 0.9 && fit.mean > 0.2 && fit.mean < 0.5,
            "{fit:?}"
        );
    }
}
