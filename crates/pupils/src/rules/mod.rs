//! The checks of a pupil record: one rule, one file (codes share one), each with an id, a level, a sentence and a remedy.
//! In comes a record; out comes whether the rule is broken. No rule sees or keeps a name, and no sentence holds a value.

mod age_year_group;
mod born_impossible;
mod born_unreadable;
mod codes;
pub(crate) mod duplicate_across_schools;
pub(crate) mod duplicate_in_school;
mod duplicate_need;
mod duplicate_rank;
mod former_upn_shape;
mod laestab_authority;
mod need_missing;
mod need_outside_years;
mod need_without_provision;
mod no_rank_one;
mod nsa_with_need;
mod nsa_with_plan;
mod provision_outside_years;
mod rule;
pub(crate) mod school_unknown;
mod school_unreadable;
mod unit_without_plan;
mod upn_authority;
mod upn_check_letter;
mod upn_missing;
mod upn_shape;

pub use rule::{Level, Rule};

use crate::record::Record;
use std::collections::BTreeMap;

/// Every rule, in the order of the report; where several reject a record, the first gives the reason.
pub const RULES: [Rule; 35] = [
    school_unreadable::RULE,
    school_unknown::RULE,
    laestab_authority::RULE,
    upn_missing::RULE,
    upn_shape::RULE,
    upn_check_letter::RULE,
    upn_authority::RULE,
    former_upn_shape::RULE,
    duplicate_in_school::RULE,
    duplicate_across_schools::RULE,
    born_unreadable::RULE,
    born_impossible::RULE,
    codes::NC_YEAR,
    age_year_group::RULE,
    codes::SEX,
    codes::FSM,
    codes::ETHNICITY,
    codes::LANGUAGE,
    codes::ENROLMENT,
    codes::PROVISION,
    provision_outside_years::RULE,
    need_missing::RULE,
    need_without_provision::RULE,
    codes::NEED,
    codes::NEED_RANK,
    no_rank_one::RULE,
    duplicate_rank::RULE,
    duplicate_need::RULE,
    nsa_with_plan::RULE,
    nsa_with_need::RULE,
    need_outside_years::RULE,
    unit_without_plan::RULE,
    codes::UNIT,
    codes::ATTENDANCE,
    codes::ATTAINMENT,
];

/// The position of a rule in [`RULES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleIndex(u8);

impl RuleIndex {
    /// The rule of an id.
    pub fn of(id: &str) -> Option<Self> {
        let at = RULES.iter().position(|rule| rule.id == id)?;
        u8::try_from(at).ok().map(Self)
    }

    /// The rule.
    pub fn rule(self) -> &'static Rule {
        &RULES[usize::from(self.0)]
    }
}

/// A setting that names no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such rule: `{0}`")]
pub struct NoSuchRule(pub String);

/// The level of every rule: the defaults, and what the user has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels([Level; RULES.len()]);

impl Default for Levels {
    fn default() -> Self {
        Self(RULES.map(|rule| rule.level))
    }
}

impl Levels {
    /// The defaults with changes, by rule id.
    ///
    /// # Errors
    /// When an id names no rule.
    pub fn with(changes: &BTreeMap<String, Level>) -> Result<Self, NoSuchRule> {
        let mut levels = Self::default();
        for (id, level) in changes {
            let index = RuleIndex::of(id).ok_or_else(|| NoSuchRule(id.clone()))?;
            levels.0[usize::from(index.0)] = *level;
        }
        Ok(levels)
    }

    /// The level of a rule.
    pub fn of(&self, index: RuleIndex) -> Level {
        self.0[usize::from(index.0)]
    }

    /// The rules that a record by itself breaks, ignored ones left out, in order.
    pub fn broken_by<'a>(&'a self, record: &'a Record) -> impl Iterator<Item = (RuleIndex, Level)> + 'a {
        (0u8..)
            .zip(&RULES)
            .zip(self.0)
            .filter(|((_, rule), level)| *level != Level::Ignore && rule.is_broken_by(record))
            .map(|((at, _), level)| (RuleIndex(at), level))
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Levels, RULES, RuleIndex};
    use crate::record::example::sound;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn ids_are_unique_and_sentences_plain() {
        let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), RULES.len());
        for rule in RULES {
            assert!(
                !rule.sentence.ends_with('.') && !rule.remedy.is_empty(),
                "{}",
                rule.id
            );
            assert_eq!(RuleIndex::of(rule.id).map(|index| index.rule().id), Some(rule.id));
        }
    }

    #[test]
    fn a_sound_record_breaks_nothing() {
        assert_eq!(Levels::default().broken_by(&sound()).count(), 0);
    }

    #[test]
    fn levels_can_be_changed_and_unknown_ids_are_refused() {
        let changes = BTreeMap::from([("need_missing".to_owned(), Level::Reject)]);
        let levels = Levels::with(&changes).expect("a rule");
        let index = RuleIndex::of("need_missing").expect("a rule");
        assert_eq!(levels.of(index), Level::Reject);
        assert!(Levels::with(&BTreeMap::from([("nead_missing".to_owned(), Level::Note)])).is_err());
    }
}
