//! Table `ranges`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Unit};
use crate::table;
use senlens_compare::{Base, RangeRow};
use senlens_model::NeedCut;

table! {
    /// Between what bounds the shares lie of which a count is not known: one row a place, phase, provision, need and base.
    pub Ranges = "ranges" from RangeRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision." => |row| row.base;
    events_least: Count, Unit::Pupils, Role::Events, "Pupils with the need, at least." => |row| row.events.least;
    events_most: Count, Unit::Pupils, Role::Events,
        "Pupils with the need, at most; none where nothing bounds them." => |row| row.events.most;
    population_least: Count, Unit::Pupils, Role::Population, "Pupils of the base, at least." => |row| row.population.least;
    population_most: Count, Unit::Pupils, Role::Population,
        "Pupils of the base, at most; none where nothing bounds them." => |row| row.population.most;
    per_hundred_least: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The least share per hundred that the bounds allow." => |row| row.per_hundred_least;
    per_hundred_most: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The greatest share per hundred that the bounds allow." => |row| row.per_hundred_most;
}
