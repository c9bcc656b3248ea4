//! Table `funnel_limits`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Unit};
use crate::table;
use senlens_compare::{Base, FunnelLimitRow, Spread};
use senlens_model::NeedCut;

table! {
    /// The lines of a funnel of authorities: one row a need, base, spread, confidence and size of authority.
    pub FunnelLimits = "funnel_limits" from FunnelLimitRow, Disclosure::LinesOverAuthorities, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    spread: Key<Spread>, Unit::Code, Role::Key,
        "What the lines allow for: `chance` alone, or `ordinary` differences between authorities too."
        => |row| row.spread;
    confidence: Number, Unit::Share, Role::Setting, "Confidence of the lines." => |row| row.confidence;
    population: Count, Unit::Pupils, Role::Spread,
        "The size at which the lines are given: pupils of the base." => |row| row.population;
    lower: Number, Unit::PerHundred, Role::Spread,
        "An authority of this size below it is lower than expected." => |row| row.lower;
    upper: Number, Unit::PerHundred, Role::Spread,
        "An authority of this size above it is higher than expected." => |row| row.upper;
}
