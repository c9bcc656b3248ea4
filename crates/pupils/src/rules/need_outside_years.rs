//! A type outside the years in which the census has it: BESD from 2014/15; SEMH and NSA before; DS before 2024/25.

use super::rule::{Level, Rule, Scope};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "need_outside_years",
    level: Level::Note,
    column: "SENtype",
    sentence: "a type of need was not in use at this census",
    remedy: "use SEMH only after a fresh look at a BESD pupil; use DS from 2024/25",
    scope: Scope::Record(check_need_outside_years),
};

fn check_need_outside_years(record: &Record) -> bool {
    let mut written = record.needs_written().iter();
    written.any(|ranked| {
        ranked
            .need
            .code()
            .is_some_and(|need| !need.is_in_use(record.year))
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{K, P};
    use crate::record::example::in_year;
    use crate::record::example::with_sen;

    #[test]
    fn a_type_is_found_in_years_that_did_not_have_it() {
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
