//! A record that names no school that can be read.

use super::rule::{Level, Rule, Scope};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "school_unreadable",
    level: Level::Reject,
    column: "Estab",
    sentence: "the school is missing, or is neither an LAESTAB nor a unique reference number",
    remedy: "check the LEA and Estab of the header, or the LAEstab and URN columns",
    scope: Scope::Record(check_school_unreadable),
};

fn check_school_unreadable(record: &Record) -> bool {
    record.laestab.code().is_none() && record.urn.code().is_none()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::sound;

    #[test]
    fn a_record_without_a_readable_school_is_found() {
        let cases = [
            (
                Record {
                    laestab: Reading::Blank,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    laestab: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    laestab: Reading::Absent,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    laestab: Reading::Unreadable,
                    urn: Reading::Of("123456".parse().expect("a URN")),
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
