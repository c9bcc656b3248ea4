//! Table `rates`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Text, Unit};
use crate::table;
use senlens_compare::{Base, RateRow};
use senlens_model::NeedCut;

table! {
    /// How many pupils of a place have a need, and of how many: one row a place, phase, provision, need and base.
    pub Rates = "rates" from RateRow, Disclosure::OwnCounts, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    events: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils of the base." => |row| row.population;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::EventsPerHundred),
        "Pupils with the need in every hundred of the base." => |row| row.per_hundred;
    lower: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of the rate." => |row| row.lower;
    upper: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of the rate." => |row| row.upper;
    confidence: Number, Unit::Share, Role::Setting,
        "How often such limits hold the truth." => |row| row.confidence;
    method: Key<Text>, Unit::Code, Role::Setting, "The method of the limits." => |row| row.method;
}
