//! Table `explanations`.

use crate::declare::{Disclosure, Key, Number, Role, Unit, Word, YesNo};
use crate::table;
use senlens_flags::{Explanation, ExplanationRow, RuleId};

table! {
    /// How probable each rival explanation of a place's counts is: one row a place, provision and explanation.
    pub Explanations = "explanations" from ExplanationRow, Disclosure::Rule, key |row| &row.key;
    rule: Key<RuleId>, Unit::Code, Role::Key, "The rule that weighed it." => |row| row.rule;
    explanation: Key<Explanation>, Unit::Code, Role::Key, "The explanation." => |row| row.explanation;
    probability: Number, Unit::Probability, Role::Model,
        "Its probability; those of a place sum to 1." => |row| row.probability;
    given_departure: Number, Unit::Probability, Role::Model,
        "Its probability if the place is not one of ordinary variation." => |row| row.given_departure;
    called: Word<YesNo>, Unit::Code, Role::Verdict,
        "Whether it is the likeliest of those other than ordinary variation." => |row| YesNo::from(row.called);
}
