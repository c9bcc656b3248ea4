//! Table `trends`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Unit};
use crate::table;
use senlens_compare::{Base, TrendRow};
use senlens_model::{AcademicYear, NeedCut};

table! {
    /// The course of a share over the years given: one row a place, need and base.
    pub Trends = "trends" from TrendRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    first_year: Key<AcademicYear>, Unit::Code, Role::Key,
        "The first year of the series; `time_period` is the last." => |row| row.first_year;
    years: Count, Unit::Years, Role::Setting, "How many years have pupils in them." => |row| row.years;
    odds_ratio_per_year: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The odds of a year over those of the year before." => |row| row.odds_ratio_per_year.value;
    lower: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of it." => |row| row.odds_ratio_per_year.lower;
    upper: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of it." => |row| row.odds_ratio_per_year.upper;
    dispersion: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "How many times more years vary about the line than chance makes them." => |row| row.dispersion;
    p_value: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "The p-value of the slope." => |row| row.p_value;
    cochran_armitage_z: Number, Unit::StandardErrors, Role::Derived(Recipe::NotFromTheRow),
        "Cochran and Armitage's trend, by chance alone." => |row| row.cochran_armitage_z;
    against_england: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The same slope over that of the rest of England." => |row| row.against_england.map(|each| each.value);
    against_england_lower: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of it." => |row| row.against_england.map(|each| each.lower);
    against_england_upper: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of it." => |row| row.against_england.map(|each| each.upper);
    against_england_p: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "Its p-value." => |row| row.against_england_p;
    longest_run: Count, Unit::Years, Role::Derived(Recipe::NotFromTheRow),
        "The longest run of years on one side of the pooled share." => |row| row.longest_run;
    confidence: Number, Unit::Share, Role::Setting, "How often such limits hold the truth." => |_row| 0.95;
}
