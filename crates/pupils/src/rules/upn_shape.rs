//! A unique pupil number that is not a letter, eleven digits and a digit or letter of the table (1540, 1550).

use super::rule::{Level, Rule, Scope};
use crate::record::Record;
use crate::record::UpnReading;

pub(super) const RULE: Rule = Rule {
    id: "upn_shape",
    level: Level::Note,
    column: "UPN",
    sentence: "the unique pupil number is not a letter, eleven digits, and a digit or a check letter",
    remedy: "copy the number from the common transfer file of the former school",
    scope: Scope::Record(check_upn_shape),
};

fn check_upn_shape(record: &Record) -> bool {
    record.upn == UpnReading::Malformed
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Record;
    use crate::record::UpnReading;
    use crate::record::example::sound;

    #[test]
    fn a_malformed_number_is_found() {
        let cases = [
            (
                Record {
                    upn: UpnReading::from_bytes(b"G88120010000"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"G8812001000012"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"G88120010000I"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"T88120010000A"),
                    ..sound()
                },
                false,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b""),
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
