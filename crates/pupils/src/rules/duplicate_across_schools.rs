//! A pupil at two schools, both of which say they are the main or only one: counted once, at the school that says main,
//! else where a need is recorded, else where the pupil came first in the input.
//! It takes more than one record to judge, so the counting calls it; its tests are there.

use super::rule::{Level, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    id: "duplicate_across_schools",
    level: Level::Reject,
    column: "UPN",
    sentence: "the pupil is counted at another school (the main one; else the one that records a need; else the first)",
    remedy: "agree which school is the main one (M) and which the subsidiary (S)",
    scope: Scope::Across,
};
