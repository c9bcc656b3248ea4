//! A unique pupil number whose characters 2 to 4 are no authority or pseudo-authority (1530).

use super::rule::{Level, Rule, Scope};
use crate::record::Record;
use crate::record::UpnReading;

pub(super) const RULE: Rule = Rule {
    id: "upn_authority",
    level: Level::Note,
    column: "UPN",
    sentence: "characters 2 to 4 of the unique pupil number are not a local authority",
    remedy: "compare with the common transfer file of the former school",
    scope: Scope::Record(check_upn_authority),
};

fn check_upn_authority(record: &Record) -> bool {
    matches!(record.upn, UpnReading::Shaped(upn) if !upn.authority_is_known())
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::Record;
    use crate::record::UpnReading;
    use crate::record::example::sound;

    #[test]
    fn a_number_of_no_known_authority_is_found() {
        let cases = [
            (
                Record {
                    upn: UpnReading::from_bytes(b"A897200100001"),
                    ..sound()
                },
                true,
            ),
            (
                Record {
                    upn: UpnReading::from_bytes(b"A896200100001"),
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
