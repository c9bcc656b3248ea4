//! Table `yearly`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Unit, Word};
use crate::table;
use senlens_compare::{Base, Position, YearRow};
use senlens_model::NeedCut;

table! {
    /// Where each year of a series lies about its pooled share, and its change from the year before: one row a place, need, base and year.
    pub Yearly = "yearly" from YearRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    events: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils of the base." => |row| row.population;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::EventsPerHundred),
        "Pupils with the need in every hundred of the base."
        => |row| 100.0 * row.events as f64 / row.population as f64;
    centre: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The pooled share of all years of the series." => |row| row.centre;
    lower_limit: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The lower exact limit of the year about the centre." => |row| row.lower_limit;
    upper_limit: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The upper exact limit of the year about the centre." => |row| row.upper_limit;
    position: Word<Position>, Unit::Code, Role::Position,
        "Where the year lies by its exact tail." => |row| row.position;
    change: Number, Unit::PercentagePoints, Role::Derived(Recipe::NotFromTheRow),
        "The share less that of the year before." => |row| row.change.map(|each| each.value);
    change_lower: Number, Unit::PercentagePoints, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of it." => |row| row.change.map(|each| each.lower);
    change_upper: Number, Unit::PercentagePoints, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of it." => |row| row.change.map(|each| each.upper);
    change_p: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "The p-value of that change." => |row| row.change_p;
    confidence: Number, Unit::Share, Role::Setting, "How often such limits hold the truth." => |_row| 0.95;
}
