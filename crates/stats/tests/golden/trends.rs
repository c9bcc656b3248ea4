//! File `09_trend`: trends over the years.

use crate::support::{Ledger, Table};
use senlens_stats::trend::{self, Point, Series};
use senlens_stats::{Confidence, CountOf};

/// R stops when the deviance moves by less than 1e-8 of itself: its coefficients are then good to about 1e-11.
const GLM: f64 = 1e-9;

/// Its errors and its dispersion are those of the weights one step before, good to about 1e-5.
const GLM_ERRORS: f64 = 1e-5;

pub(crate) fn trends(ledger: &mut Ledger) {
    let input = Table::golden("09_trend_input");
    for row in Table::golden("09_trend_output").rows() {
        let unit = row.text("unit");
        let points: Vec<Point> = input
            .rows()
            .filter(|point| point.text("unit") == unit)
            .map(|point| Point {
                year: point.text("year").parse().unwrap(),
                count: CountOf::new(point.count("x"), point.count("n")).unwrap(),
            })
            .collect();
        let series = Series::new(points, &[]).unwrap();
        let armitage = trend::cochran_armitage(&series).unwrap();
        let logistic = trend::logistic_trend(&series, Confidence::P95).unwrap();
        let poisson = trend::rate_trend(&series, Confidence::P95).unwrap();
        let shares: Vec<f64> = series
            .points()
            .iter()
            .map(|point| point.count.share().unwrap())
            .collect();
        let kendall = trend::kendall(&shares).unwrap();
        let (fit, ratio) = (&logistic.fit, logistic.odds_ratio_by_chance);
        let flat_deviance = fit.null_deviance - fit.deviance;
        for (name, ours, tolerance) in [
            ("ca_chisq", armitage.chi_squared, 1e-12),
            ("ca_p", armitage.p_value, 1e-12),
            ("ca_z_T_over_sqrtV", armitage.z, 1e-12),
            ("logit_intercept", fit.coefficients[0], GLM),
            ("logit_slope", fit.coefficients[1], GLM),
            ("logit_se", fit.standard_error(1), GLM_ERRORS),
            ("logit_z", fit.z(1), GLM_ERRORS),
            ("logit_p", fit.p_value(1), GLM_ERRORS),
            ("logit_deviance", fit.deviance, GLM),
            ("logit_lrt", flat_deviance, GLM),
            ("logit_lrt_p", logistic.likelihood_ratio_p, GLM),
            ("or_per_year", ratio.value, GLM),
            ("or_lo", ratio.lower, GLM_ERRORS),
            ("or_hi", ratio.upper, GLM_ERRORS),
            ("pois_intercept", poisson.fit.coefficients[0], GLM),
            ("pois_slope", poisson.fit.coefficients[1], GLM),
            ("pois_se", poisson.fit.standard_error(1), GLM_ERRORS),
            ("pois_p", poisson.fit.p_value(1), GLM_ERRORS),
            ("pois_deviance", poisson.fit.deviance, GLM),
            ("quasi_dispersion", logistic.dispersion.unwrap(), GLM_ERRORS),
            ("quasi_se", fit.quasi_standard_error(1).unwrap(), GLM_ERRORS),
            ("quasi_p", logistic.quasi_p_value.unwrap(), GLM_ERRORS),
            ("kendall_tau", kendall.tau, 1e-12),
            ("kendall_p_normal", kendall.p_value, 1e-12),
        ] {
            ledger.near(name, unit, ours, row.number(name), tolerance);
        }
    }
}
