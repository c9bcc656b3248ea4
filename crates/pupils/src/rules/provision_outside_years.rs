//! A provision code outside its years: A, P from 2014/15; S from the summer of 2018; K, E before 2014/15.

use super::rule::{Level, Rule, Scope};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "provision_outside_years",
    level: Level::Note,
    column: "SENprovision",
    sentence: "the provision code was not in use at this census",
    remedy: "use K for School Action and School Action Plus, E for a statement since converted",
    scope: Scope::Record(check_provision_outside_years),
};

fn check_provision_outside_years(record: &Record) -> bool {
    let code = record.provision.code();
    code.is_some_and(|code| !code.validity().covers_census(record.year, record.term))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{A, E, K, N, P, S};
    use crate::record::Record;
    use crate::record::Term;
    use crate::record::example::in_year;
    use crate::record::example::with_sen;

    #[test]
    fn a_provision_is_found_in_years_that_did_not_have_it() {
        let cases = [
            (in_year(with_sen(A, &[]), "201314"), false),
            (in_year(with_sen(A, &[]), "201415"), true),
            (in_year(with_sen(P, &[(1, "MLD")]), "201314"), false),
            (in_year(with_sen(P, &[(1, "MLD")]), "201415"), true),
            (in_year(with_sen(K, &[(1, "MLD")]), "201314"), true),
            (in_year(with_sen(E, &[(1, "MLD")]), "201415"), false),
            (in_year(with_sen(S, &[(1, "MLD")]), "201718"), false),
            (
                Record {
                    term: Term::Summer,
                    ..in_year(with_sen(S, &[(1, "MLD")]), "201718")
                },
                true,
            ),
            (in_year(with_sen(S, &[(1, "MLD")]), "201819"), true),
            (in_year(with_sen(N, &[]), "201819"), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
