//! A school that is not in the schools file, so that its phase and district are not known.
//! It takes more than one record to judge, so the counting calls it; its tests are there.

use super::rule::{Level, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    id: "school_unknown",
    level: Level::Reject,
    column: "Estab",
    sentence: "the school is not in the schools file",
    remedy: "add the school to the schools file, or give its links if it has become an academy",
    scope: Scope::Across,
};
