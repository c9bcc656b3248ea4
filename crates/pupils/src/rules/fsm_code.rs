//! An eligibility for free school meals that is neither yes nor no.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "fsm_code",
    level: Level::Note,
    column: "FSMeligible",
    sentence: "the eligibility for free school meals is neither yes nor no, or a period has no date",
    remedy: "correct the eligibility or its start date",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.fsm == Reading::Unreadable
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::sound;

    #[test]
    fn straddles_its_edges() {
        let cases = [
            (
                Record {
                    fsm: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    fsm: Reading::Blank,
                    ..sound()
                },
                false,
            ),
            (sound(), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
