//! A registration outside its codes.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "enrolment_code",
    level: Level::Note,
    column: "EnrolStatus",
    sentence: "the registration is not C, M, S, G, F or O",
    remedy: "enter C for the pupil's only school, M and S for the main and the subsidiary",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.enrolment == Reading::Unreadable
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
                    enrolment: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    enrolment: Reading::Blank,
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
