//! A school numbered by another authority than the one whose return it is.

use super::rule::{Level, Rule, Scope};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "laestab_authority",
    level: Level::Note,
    column: "LAEstab",
    sentence: "the school's number begins with another authority than the return's",
    remedy: "move the school's pupils to the return of its own authority, or correct the header",
    scope: Scope::Record(check_laestab_authority),
};

fn check_laestab_authority(record: &Record) -> bool {
    match (record.authority, record.laestab.code()) {
        (Some(authority), Some(laestab)) => laestab.la() != authority,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Record;
    use crate::record::example::sound;

    #[test]
    fn a_school_of_another_authority_is_found() {
        let cases = [
            (
                Record {
                    authority: Some("882".parse().expect("Southend")),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    authority: None,
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
