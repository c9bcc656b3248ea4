//! A year group that is missing or not one of its codes.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "nc_year_code",
    level: Level::Note,
    column: "NCyearActual",
    sentence: "the year group is missing or is not N1, N2, R, 1 to 14, X or M",
    remedy: "enter the year group the pupil is taught in",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    matches!(record.nc_year, Reading::Blank | Reading::Unreadable)
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
                    nc_year: Reading::Blank,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    nc_year: Reading::Unreadable,
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    nc_year: Reading::Absent,
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
