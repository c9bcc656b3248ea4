//! An item of absence or suspension that is neither yes nor no.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "attendance_code",
    level: Level::Note,
    column: "PersistentAbsentee",
    sentence: "the item of persistent absence or of suspension is neither yes nor no",
    remedy: "enter 1 or 0; of suspensions, how many",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.marks[..2].contains(&Reading::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Reading;
    use crate::record::example::sound;

    #[test]
    fn straddles_its_edges() {
        let cases = [
            (0, Reading::Unreadable, true),
            (1, Reading::Unreadable, true),
            (2, Reading::Unreadable, false),
            (0, Reading::Blank, false),
            (0, Reading::Of(true), false),
            (0, Reading::Absent, false),
        ];
        for (at, reading, is_broken) in cases {
            let mut record = sound();
            record.marks[at] = reading;
            assert_eq!(RULE.is_broken_by(&record), is_broken, "{at}: {reading:?}");
        }
    }
}
