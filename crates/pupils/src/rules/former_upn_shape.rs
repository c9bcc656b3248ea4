//! A former unique pupil number of the wrong shape (1560Q).

use super::rule::{Level, Rule, Scope};
use crate::record::Record;
use crate::record::UpnReading;

pub(super) const RULE: Rule = Rule {
    id: "former_upn_shape",
    level: Level::Note,
    column: "FormerUPN",
    sentence: "the former unique pupil number is not a letter, eleven digits, and a digit or a check letter",
    remedy: "correct the number, or leave it empty if the pupil has had only one",
    scope: Scope::Record(check_former_upn_shape),
};

fn check_former_upn_shape(record: &Record) -> bool {
    record.former_upn == UpnReading::Malformed
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Record;
    use crate::record::UpnReading;
    use crate::record::example::sound;

    #[test]
    fn a_malformed_former_number_is_found_and_an_empty_one_is_not() {
        let cases = [
            (
                Record {
                    former_upn: UpnReading::from_bytes(b"G88120010000"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    former_upn: UpnReading::from_bytes(b""),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    former_upn: UpnReading::from_bytes(b"G881200100001"),
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
