//! Table `ranks`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Unit};
use crate::table;
use senlens_compare::{Adjustment, Base, RankRow};
use senlens_model::NeedCut;

table! {
    /// Where an authority stands among all, and how sure its place is: one row an authority, need, base and adjustment.
    pub Ranks = "ranks" from RankRow, Disclosure::OwnCounts, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    adjustment: Key<Adjustment>, Unit::Code, Role::Key,
        "Within what like is compared with like: `crude`, or the strata." => |row| &row.adjustment;
    observed: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.observed;
    expected: Number, Unit::Pupils, Role::Expected,
        "Pupils who would have it at England's rates." => |row| row.expected;
    ratio: Number, Unit::Ratio, Role::Derived(Recipe::EventsOverExpected),
        "Pupils counted over pupils expected." => |row| row.ratio;
    shrunken_ratio: Number, Unit::Ratio, Role::Spread,
        "The ratio drawn towards the middle of all authorities (gamma-Poisson)." => |row| row.shrunken_ratio;
    shrunken_lower: Number, Unit::Ratio, Role::Spread, "Its lower limit." => |row| row.shrunken_lower;
    shrunken_upper: Number, Unit::Ratio, Role::Spread, "Its upper limit." => |row| row.shrunken_upper;
    probability_above: Number, Unit::Probability, Role::Spread,
        "The probability that the ratio is above 1." => |row| row.probability_above;
    rank: Number, Unit::Rank, Role::Spread, "The expected rank." => |row| row.rank;
    rank_lower: Number, Unit::Rank, Role::Spread, "Its lower limit." => |row| row.rank_lower;
    rank_upper: Number, Unit::Rank, Role::Spread, "Its upper limit." => |row| row.rank_upper;
    units: Count, Unit::Authorities, Role::Spread, "How many authorities are ranked." => |row| row.units;
    confidence: Number, Unit::Share, Role::Setting,
        "How often such limits hold the truth." => |row| row.confidence;
}
