//! Table `standardised_rates`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Text, Unit};
use crate::table;
use senlens_compare::{Adjustment, Comparator, StandardisedRateRow};
use senlens_model::NeedCut;

table! {
    /// An area's rate as it is and as it would be at a standard's mix of pupils: one row an area, need and standard.
    pub StandardisedRates = "standardised_rates" from StandardisedRateRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    standard: Key<Comparator>, Unit::Code, Role::Key,
        "Whose mix of pupils is the standard." => |row| row.standard;
    adjustment: Key<Adjustment>, Unit::Code, Role::Key,
        "Within what like is compared with like: `crude`, or the strata." => |row| &row.adjustment;
    events: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils on roll." => |row| row.population;
    crude_per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::EventsPerHundred),
        "The rate as it is." => |row| row.crude_per_hundred;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The rate at the standard's mix of pupils." => |row| row.per_hundred.value;
    lower: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of it." => |row| row.per_hundred.lower;
    upper: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of it." => |row| row.per_hundred.upper;
    confidence: Number, Unit::Share, Role::Setting, "How often such limits hold the truth." => |_row| 0.95;
    method: Key<Text>, Unit::Code, Role::Setting, "The method of the limits." => |_row| "dobson";
}
