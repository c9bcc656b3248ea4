//! Table `false_flags`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Unit};
use crate::table;
use senlens_compare::{Base, FalseFlagRow, FlaggingRule};
use senlens_model::NeedCut;

table! {
    /// How often a place exactly at the benchmark would be flagged: one row a way of flagging and size.
    pub FalseFlags = "false_flags" from FalseFlagRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The share that every unit is taken to have." => |row| row.per_hundred;
    rule: Key<FlaggingRule>, Unit::Code, Role::Key, "The way of flagging." => |row| row.rule;
    population: Count, Unit::Pupils, Role::Setting,
        "The size of the unit: pupils of the base." => |row| row.population;
    confidence: Number, Unit::Share, Role::Setting,
        "Confidence of the way of flagging." => |row| row.confidence;
    nominal: Number, Unit::Probability, Role::Setting,
        "The chance of a flag on each side that it promises not to pass." => |row| row.nominal;
    first_higher: Count, Unit::Pupils, Role::Derived(Recipe::NotFromTheRow),
        "The smallest count flagged as higher." => |row| row.first_higher;
    higher: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "The chance of being flagged as higher." => |row| row.higher;
    lower: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "The chance of being flagged as lower." => |row| row.lower;
}
