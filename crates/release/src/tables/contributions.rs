//! Table `contributions`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Text, Unit};
use crate::table;
use senlens_compare::{Adjustment, Comparator, ContributionRow};
use senlens_model::NeedCut;

table! {
    /// What each stratum of an area's pupils adds to what is counted and expected: one row an area, need, comparator and stratum.
    pub Contributions = "contributions" from ContributionRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    comparator: Key<Comparator>, Unit::Code, Role::Key,
        "Whom the area is compared with." => |row| row.comparator;
    adjustment: Key<Adjustment>, Unit::Code, Role::Key,
        "Within what like is compared with like: `crude`, or the strata." => |row| &row.adjustment;
    stratum: Key<Text>, Unit::Code, Role::Key,
        "The stratum, its values in the order of the adjustment." => |row| row.stratum.as_str();
    population: Count, Unit::Pupils, Role::Population,
        "Pupils of the stratum on roll." => |row| row.population;
    observed: Count, Unit::Pupils, Role::Events, "Pupils of the stratum with the need." => |row| row.observed;
    expected: Number, Unit::Pupils, Role::Expected,
        "Pupils of the stratum who would have it at the rate of the comparator." => |row| row.expected;
}
