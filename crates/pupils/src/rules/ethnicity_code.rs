//! An ethnicity outside the main and extended codes.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "ethnicity_code",
    level: Level::Note,
    column: "Ethnicity",
    sentence: "the ethnicity is not one of the census's codes",
    remedy: "enter a code of the list, `NOBT` if not yet obtained or `REFU` if refused",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.ethnicity == Reading::Unreadable
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
                    ethnicity: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    ethnicity: Reading::Blank,
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
