//! A provision that is missing or outside its codes. The pupil stays on roll, provision not stated.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "provision_code",
    level: Level::Note,
    column: "SENprovision",
    sentence: "the provision is missing or is not N, K or E",
    remedy: "enter N, K or E from the school's SEN register",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    matches!(record.provision, Reading::Blank | Reading::Unreadable)
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
                    provision: Reading::Blank,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    provision: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    provision: Reading::Absent,
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
