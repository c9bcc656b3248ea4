//! Table `disproportionality`.

use crate::declare::{Count, Disclosure, Key, Number, Recipe, Role, Text, Unit, Word};
use crate::table;
use senlens_compare::DisproportionalityRow;
use senlens_model::NeedCut;

table! {
    /// Whether a group of pupils is identified more often than all others: one row a place, need, characteristic and group.
    pub Disproportionality = "disproportionality" from DisproportionalityRow, Disclosure::Internal, key |row| &row.key;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key,
        "The primary need counted, by census code; `Total` is any." => |row| row.primary_need;
    characteristic: Key<Text>, Unit::Code, Role::Key,
        "The characteristic by which pupils are grouped." => |row| row.characteristic;
    group: Key<Text>, Unit::Code, Role::Key, "The group." => |row| row.group.as_str();
    events: Count, Unit::Pupils, Role::Events, "Pupils of the group with the need." => |row| row.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils of the group on roll." => |row| row.population;
    other_events: Count, Unit::Pupils, Role::Events,
        "All other pupils of the place whose group is known, with the need." => |row| row.other_events;
    other_population: Count, Unit::Pupils, Role::Population,
        "All other pupils of the place whose group is known, on roll." => |row| row.other_population;
    comparator: Word<Text>, Unit::Code, Role::Verdict,
        "What the group is compared with: `other_groups`, `wider_area` where those are too few, `none` where it is too small itself."
        => |row| row.comparator;
    risk_ratio: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The risk of the group over that of the others." => |row| row.risk_ratio.map(|each| each.value);
    risk_ratio_lower: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of it." => |row| row.risk_ratio.map(|each| each.lower);
    risk_ratio_upper: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of it." => |row| row.risk_ratio.map(|each| each.upper);
    alternate_risk_ratio: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The risk of the group over that of the other groups in the authority."
        => |row| row.alternate_risk_ratio;
    weighted_risk_ratio: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The risk ratio with the others weighted as in the authority." => |row| row.weighted_risk_ratio;
    odds_ratio: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The odds of the group over those of the others." => |row| row.odds_ratio.map(|each| each.value);
    odds_ratio_lower: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of it." => |row| row.odds_ratio.map(|each| each.lower);
    odds_ratio_upper: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of it." => |row| row.odds_ratio.map(|each| each.upper);
    adjusted_odds_ratio: Number, Unit::Ratio, Role::Model,
        "The same within strata of the other characteristics, by logistic regression."
        => |row| row.adjusted_odds_ratio.map(|each| each.value);
    adjusted_lower: Number, Unit::Ratio, Role::Model,
        "The lower limit of it." => |row| row.adjusted_odds_ratio.map(|each| each.lower);
    adjusted_upper: Number, Unit::Ratio, Role::Model,
        "The upper limit of it." => |row| row.adjusted_odds_ratio.map(|each| each.upper);
    adjusted_for: Key<Text>, Unit::Code, Role::Key,
        "What it is adjusted for." => |row| row.adjusted_for.as_str();
    p_value: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "Fisher's exact two-sided p-value of the crude comparison." => |row| row.p_value;
    above_two_for_three_years: Word<Text>, Unit::Code, Role::Verdict,
        "Whether the risk ratio was above 2 in each of the last three years: `yes`, `no` or `unknown`."
        => |row| row.above_two_for_three_years;
    confidence: Number, Unit::Share, Role::Setting, "How often such limits hold the truth." => |_row| 0.95;
}
