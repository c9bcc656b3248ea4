//! Every golden file against the crate: one test a file, and a table of the largest differences.
//!
//! The files stay outside the repository: `SENLENS_SHARED` names their folder's parent, else `../shared` beside the
//! project is looked in. For the table:
//! `cargo test --release -p senlens-stats --test golden -- table --nocapture`.
#![expect(clippy::print_stdout, reason = "tests print for the developer")]
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop where a file is not as described"
)]

mod comparisons;
mod count_intervals;
mod disproportion;
mod funnels;
mod intervals;
mod mixed_model;
mod multiplicity;
mod shrinkage;
mod standardisation;
mod trends;

mod support;

type Check = fn(&mut support::Ledger);

/// One check a golden file.
const CHECKS: &[(&str, Check)] = &[
    ("01_wilson_phe", intervals::wilson_phe),
    ("01_wilson_phe_grouped_pct", intervals::wilson_phe_grouped),
    ("01_clopper_pearson_r_binom_test", intervals::clopper_pearson),
    ("01_wilson_r_prop_test", intervals::wilson_r),
    ("01_intervals_statsmodels", intervals::statsmodels),
    ("01_intervals_scipy_midp", intervals::scipy),
    ("02_byar_exact_poisson", count_intervals::byar_exact),
    ("03_isratio_phe", standardisation::ratio),
    ("03_israte_phe", standardisation::rate),
    ("03_dsr_phe", standardisation::direct),
    ("03_dsr_components", standardisation::direct_components),
    ("04_funnel_exact_binomial_spiegelhalter", funnels::binomial_lines),
    ("04_funnel_exact_poisson_spiegelhalter", funnels::poisson_lines),
    ("04_funnel_limits_phe_prop_pct", funnels::proportion_lines),
    ("04_funnel_limits_phe_rate_crude", funnels::rate_lines),
    ("04_funnel_limits_phe_ratio_isr", funnels::ratio_lines),
    (
        "04_funnel_significance_phe_prop",
        funnels::significance_proportion,
    ),
    ("04_funnel_significance_phe_ratio", funnels::significance_ratio),
    ("05_funnelplotr_summary", funnels::funnelplotr_summary),
    ("05_funnelplotr_*_units", funnels::funnelplotr_units),
    ("05_funnelplotr_*_limits", funnels::funnelplotr_limits),
    ("06_padjust_r", multiplicity::r),
    ("06_padjust_statsmodels", multiplicity::statsmodels),
    ("08_eb_spdep_marshall", shrinkage::spdep),
    ("08_eb_esda", shrinkage::esda),
    ("08_betabinomial_fit", shrinkage::beta_binomial_fit),
    ("08_betabinomial_posteriors", shrinkage::beta_binomial_posteriors),
    ("08_eb_spatialepi_pars", shrinkage::gamma_poisson_pars),
    ("08_eb_spatialepi_gamma_poisson", shrinkage::gamma_poisson_units),
    ("09_one_sample_binomial", comparisons::one_sample),
    ("09_two_sample_proportions", comparisons::two_sample),
    ("09_two_sample_statsmodels", comparisons::two_sample_statsmodels),
    ("09_logistic_output", comparisons::logistic),
    ("09_logistic_fitted", comparisons::logistic_fitted),
    ("09_trend_output", trends::trends),
    ("07_risk_ratio", disproportion::risk_ratio),
    ("07_disproportionality_output", disproportion::districts),
    ("03_quantile_phe", standardisation::quantile_groups),
    ("10_glmer_fixed_sd", mixed_model::fixed),
    ("10_glmer_blups", mixed_model::units),
];

/// A test for each entry of `CHECKS`, so that a failing file is named by the runner.
macro_rules! one_test_a_file {
    ($($name:ident = $file:literal),* $(,)?) => {
        $(#[test]
        fn $name() {
            support::run($file);
        })*

        #[test]
        fn every_check_has_its_test() {
            let tested = [$($file),*];
            for (file, _) in CHECKS {
                assert!(tested.contains(file), "no test for {file}");
            }
            assert_eq!(tested.len(), CHECKS.len());
        }
    };
}

one_test_a_file! {
    wilson_phe = "01_wilson_phe",
    wilson_phe_grouped = "01_wilson_phe_grouped_pct",
    clopper_pearson_r = "01_clopper_pearson_r_binom_test",
    wilson_r = "01_wilson_r_prop_test",
    intervals_statsmodels = "01_intervals_statsmodels",
    intervals_scipy = "01_intervals_scipy_midp",
    byar_exact_poisson = "02_byar_exact_poisson",
    isratio_phe = "03_isratio_phe",
    israte_phe = "03_israte_phe",
    dsr_phe = "03_dsr_phe",
    dsr_components = "03_dsr_components",
    binomial_lines = "04_funnel_exact_binomial_spiegelhalter",
    poisson_lines = "04_funnel_exact_poisson_spiegelhalter",
    proportion_lines = "04_funnel_limits_phe_prop_pct",
    rate_lines = "04_funnel_limits_phe_rate_crude",
    ratio_lines = "04_funnel_limits_phe_ratio_isr",
    significance_proportion = "04_funnel_significance_phe_prop",
    significance_ratio = "04_funnel_significance_phe_ratio",
    funnelplotr_summary = "05_funnelplotr_summary",
    funnelplotr_units = "05_funnelplotr_*_units",
    funnelplotr_limits = "05_funnelplotr_*_limits",
    padjust_r = "06_padjust_r",
    padjust_statsmodels = "06_padjust_statsmodels",
    spdep = "08_eb_spdep_marshall",
    esda = "08_eb_esda",
    beta_binomial_fit = "08_betabinomial_fit",
    beta_binomial_posteriors = "08_betabinomial_posteriors",
    gamma_poisson_pars = "08_eb_spatialepi_pars",
    gamma_poisson_units = "08_eb_spatialepi_gamma_poisson",
    one_sample = "09_one_sample_binomial",
    two_sample = "09_two_sample_proportions",
    two_sample_statsmodels = "09_two_sample_statsmodels",
    logistic = "09_logistic_output",
    logistic_fitted = "09_logistic_fitted",
    trends = "09_trend_output",
    risk_ratio = "07_risk_ratio",
    districts = "07_disproportionality_output",
    quantile_groups = "03_quantile_phe",
    glmer_fixed = "10_glmer_fixed_sd",
    glmer_units = "10_glmer_blups",
}

/// Prints the table of largest differences, and fails if any file is out of its tolerance.
#[test]
fn table() {
    support::table();
}
