//! Table `benchmarks`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Unit, Word};
use crate::table;
use senlens_compare::{Adjustment, Base, BenchmarkRow, Comparator, Position};
use senlens_model::NeedCut;

table! {
    /// What was counted in a place against what a comparator leads one to expect: one row a place, phase, provision, need, base, comparator and adjustment.
    pub Benchmarks = "benchmarks" from BenchmarkRow, Disclosure::OwnCounts, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    base: Key<Base>, Unit::Code, Role::Key,
        "Of whom the rate is a share: `pupils` on roll, `sen` at the provision, `sen_with_need` of these with a type of need."
        => |row| row.base;
    comparator: Key<Comparator>, Unit::Code, Role::Key,
        "Whom the place is compared with." => |row| row.comparator;
    adjustment: Key<Adjustment>, Unit::Code, Role::Key,
        "Within what like is compared with like: `crude`, or the strata." => |row| &row.adjustment;
    observed: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.observed;
    expected: Number, Unit::Pupils, Role::Expected,
        "Pupils who would have it at the rates of the comparator." => |row| row.expected;
    ratio: Number, Unit::Ratio, Role::Derived(Recipe::EventsOverExpected),
        "Pupils counted over pupils expected." => |row| row.ratio;
    ratio_lower: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of the ratio, by chance alone (Byar)." => |row| row.ratio_lower;
    ratio_upper: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of the ratio, by chance alone (Byar)." => |row| row.ratio_upper;
    confidence: Number, Unit::Share, Role::Setting,
        "How often such limits hold the truth." => |row| row.confidence;
    z: Number, Unit::StandardErrors, Role::Derived(Recipe::NotFromTheRow),
        "Distance from the comparator, by chance alone." => |row| row.z;
    phi: Number, Unit::Ratio, Role::Dispersion,
        "How many times more the units of the level vary than chance makes them." => |row| row.phi;
    phi_winsorised: Number, Unit::Ratio, Role::Dispersion,
        "The same with the outermost tenths of units drawn in." => |row| row.phi_winsorised;
    z_adjusted: Number, Unit::StandardErrors, Role::Spread,
        "z over the root of `phi_winsorised`, where that exceeds 1." => |row| row.z_adjusted;
    p_value: Number, Unit::Probability, Role::Spread,
        "Two-sided p-value of the method that decides the position." => |row| row.p_value;
    q_value: Number, Unit::Probability, Role::Spread,
        "The same after Benjamini and Hochberg over the rows of a level, need, provision, base and comparator."
        => |row| row.q_value;
    position: Word<Position>, Unit::Code, Role::Position,
        "Where the place stands at 95%, ordinary differences between places allowed for."
        => |row| row.position;
    position_998: Word<Position>, Unit::Code, Role::Position, "The same at 99.8%." => |row| row.position_998;
}
