//! A pupil at two schools, both of which say they are the main or only one.
//! It takes more than one record to judge, so the counting calls it; its tests are there.

use super::{Level, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    id: "duplicate_across_schools",
    level: Level::Note,
    column: "UPN",
    sentence: "the pupil has a record at another school too, and neither is marked subsidiary",
    remedy: "agree which school is the main one (M) and which the subsidiary (S)",
    scope: Scope::Across,
};
