//! A pupil without a unique pupil number.

use super::rule::{Level, Rule, Scope};
use crate::record::Record;
use crate::record::UpnReading;

pub(super) const RULE: Rule = Rule {
    id: "upn_missing",
    level: Level::Note,
    column: "UPN",
    sentence: "the pupil has no unique pupil number",
    remedy: "look the number up or request one; a temporary number is allowed until then",
    scope: Scope::Record(check_upn_missing),
};

fn check_upn_missing(record: &Record) -> bool {
    record.upn == UpnReading::Blank
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Record;
    use crate::record::UpnReading;
    use crate::record::example::sound;

    #[test]
    fn an_empty_number_is_found_and_an_absent_column_is_not() {
        let cases = [
            (
                Record {
                    upn: UpnReading::from_bytes(b""),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b" "),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"x"),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    upn: UpnReading::Absent,
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
