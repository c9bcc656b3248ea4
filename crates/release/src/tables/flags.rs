//! Table `flags`.

use crate::declare::{Count, Disclosure, Key, Number, Role, Text, Unit, Word};
use crate::table;
use senlens_flags::{Finding, Level, RuleId};

table! {
    /// What a rule finds in a place: one row a place, provision and rule.
    pub Flags = "flags" from Finding, Disclosure::Rule, key |row| &row.key;
    rule: Key<RuleId>, Unit::Code, Role::Key, "The rule." => |row| row.rule;
    level: Word<Level>, Unit::Code, Role::Verdict, "How strongly the finding calls for a review." => |row| row.level;
    score: Number, Unit::Score, Role::Model,
        "Orders the rows of a rule: the higher, the stronger the finding." => |row| row.score;
    probability: Number, Unit::Probability, Role::Model,
        "The probability of what the rule looks for, where it gives one." => |row| row.probability;
    observed: Count, Unit::Pupils, Role::Events, "Pupils counted." => |row| row.observed;
    expected: Number, Unit::Pupils, Role::Model, "Pupils expected." => |row| row.expected;
    displaced_pupils: Number, Unit::Pupils, Role::Model,
        "Pupils who would need another code for the counts to match expectation: an upper bound."
        => |row| row.displaced.map(|each| each.pupils);
    displaced_lower: Number, Unit::Pupils, Role::Model,
        "Its lower limit (90%)." => |row| row.displaced.map(|each| each.lower);
    displaced_upper: Number, Unit::Pupils, Role::Model,
        "Its upper limit (90%)." => |row| row.displaced.map(|each| each.upper);
    evidence: Word<Text>, Unit::Sentence, Role::Sentence,
        "What was counted, against what, by which version of the rule." => |row| row.evidence.as_str();
    wording: Word<Text>, Unit::Sentence, Role::Sentence,
        "The finding for a reader." => |row| row.wording.as_str();
}
