//! A unique pupil number whose first letter is not the one its other characters call for (1510).

use super::rule::{Level, Rule, Scope};
use crate::record::Record;
use crate::record::UpnReading;

pub(super) const RULE: Rule = Rule {
    id: "upn_check_letter",
    level: Level::Note,
    column: "UPN",
    sentence: "the check letter of the unique pupil number does not match the rest of it",
    remedy: "a character was mistyped: compare with the common transfer file of the former school",
    scope: Scope::Record(check_upn_check_letter),
};

fn check_upn_check_letter(record: &Record) -> bool {
    matches!(record.upn, UpnReading::Shaped(upn) if !upn.check_letter_holds())
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Record;
    use crate::record::UpnReading;
    use crate::record::example::sound;

    #[test]
    fn a_wrong_check_letter_is_found() {
        let cases = [
            (
                Record {
                    upn: UpnReading::from_bytes(b"A881200100001"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"Q207000016049"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"P207000016049"),
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
