//! Table `school_variation`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Text, Unit, Word};
use crate::table;
use senlens_compare::SchoolVariationRow;
use senlens_model::NeedCut;

table! {
    /// How far the schools of an authority differ, and where each part and school stands: one row a place, need and provision.
    pub SchoolVariation = "school_variation" from SchoolVariationRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    adjusted_for: Key<Text>, Unit::Code, Role::Key,
        "What the regression allows for." => |row| row.adjusted_for.as_str();
    schools: Count, Unit::Schools, Role::Setting, "Schools in the place." => |row| row.schools;
    events: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils on roll." => |row| row.population;
    school_sd: Number, Unit::LogOdds, Role::Spread,
        "Authority: the standard deviation between schools, parts allowed for." => |row| row.school_sd;
    intraclass_correlation: Number, Unit::Share, Role::Spread,
        "Authority: the share of the latent variance that lies between schools."
        => |row| row.intraclass_correlation.map(|each| each.value);
    icc_lower: Number, Unit::Share, Role::Spread,
        "The lower limit of it." => |row| row.intraclass_correlation.map(|each| each.lower);
    icc_upper: Number, Unit::Share, Role::Spread,
        "The upper limit of it." => |row| row.intraclass_correlation.map(|each| each.upper);
    median_odds_ratio: Number, Unit::Ratio, Role::Spread,
        "Authority: the median odds ratio between two schools taken at random."
        => |row| row.median_odds_ratio.map(|each| each.value);
    mor_lower: Number, Unit::Ratio, Role::Spread,
        "The lower limit of it." => |row| row.median_odds_ratio.map(|each| each.lower);
    mor_upper: Number, Unit::Ratio, Role::Spread,
        "The upper limit of it." => |row| row.median_odds_ratio.map(|each| each.upper);
    schools_differ_p: Number, Unit::Probability, Role::Spread,
        "Authority: the p-value of whether schools differ at all." => |row| row.schools_differ_p;
    parts_differ_p: Number, Unit::Probability, Role::Spread,
        "Authority: the p-value of whether its parts differ beyond their schools' spread."
        => |row| row.parts_differ_p;
    odds_ratio: Number, Unit::Ratio, Role::Spread,
        "Part: odds over the mean of the parts. School: odds over the middle school of its part."
        => |row| row.odds_ratio.map(|each| each.value);
    odds_ratio_lower: Number, Unit::Ratio, Role::Spread,
        "The lower limit of it." => |row| row.odds_ratio.map(|each| each.lower);
    odds_ratio_upper: Number, Unit::Ratio, Role::Spread,
        "The upper limit of it." => |row| row.odds_ratio.map(|each| each.upper);
    convergence: Word<Text>, Unit::Code, Role::Verdict,
        "How the search for the maximum ended: `converged`, `at_boundary` (schools vary no more than chance) or `not_converged` (no figures are given)."
        => |row| row.convergence;
    confidence: Number, Unit::Share, Role::Setting, "How often such limits hold the truth." => |_row| 0.95;
}
