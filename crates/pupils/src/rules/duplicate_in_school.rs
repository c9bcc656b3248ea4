//! A pupil twice in one school. The second record is rejected.
//! It takes more than one record to judge, so the counting calls it; its tests are there.

use super::rule::{Level, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    id: "duplicate_in_school",
    level: Level::Reject,
    column: "UPN",
    sentence: "the pupil already has a record at this school",
    remedy: "remove the second record",
    scope: Scope::Across,
};
