//! A type outside its years: BESD from 2014/15; SEMH and NSA before; DS before 2024/25.

use super::{Level, Rule, Scope};
use crate::record::Record;
use senlens_model::Need;

/// The academic year in which BESD gave way to SEMH and NSA, by the year it starts in.
const FIRST_OF_SEN_SUPPORT: u16 = 2014;
/// The academic year of the first census with DS.
const FIRST_OF_DOWN_SYNDROME: u16 = 2024;

pub(super) const RULE: Rule = Rule {
    id: "need_outside_years",
    level: Level::Note,
    column: "SENtype",
    sentence: "a type of need was not in use at this census",
    remedy: "use SEMH only after a fresh look at a BESD pupil; use DS from 2024/25",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    let start = record.year.start();
    record
        .needs_written()
        .iter()
        .any(|ranked| match ranked.need.code() {
            Some(Need::Besd) => start >= FIRST_OF_SEN_SUPPORT,
            Some(Need::Semh | Need::Nsa) => start < FIRST_OF_SEN_SUPPORT,
            Some(Need::Ds) => start < FIRST_OF_DOWN_SYNDROME,
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{K, P};
    use crate::record::example::in_year;
    use crate::record::example::with_sen;

    #[test]
    fn straddles_its_edges() {
        let cases = [
            (in_year(with_sen(P, &[(1, "BESD")]), "201314"), false),
            (in_year(with_sen(K, &[(1, "BESD")]), "201415"), true),
            (in_year(with_sen(P, &[(1, "SEMH")]), "201314"), true),
            (in_year(with_sen(K, &[(1, "SEMH")]), "201415"), false),
            (in_year(with_sen(P, &[(1, "NSA")]), "201314"), true),
            (in_year(with_sen(K, &[(1, "DS")]), "202324"), true),
            (in_year(with_sen(K, &[(1, "DS")]), "202425"), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
