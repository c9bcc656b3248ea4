//! SEN support or a plan without a type of need, in spring. School Action needed none.

use super::rule::{Level, Rule, Scope};
use crate::record::ProvisionCode;
use crate::record::Record;
use crate::record::Term;

pub(super) const RULE: Rule = Rule {
    id: "need_missing",
    level: Level::Note,
    column: "SENtype",
    sentence: "the pupil has SEN support or a plan, but no type of need",
    remedy: "record the primary type of need; NSA only where support has begun without an assessment",
    scope: Scope::Record(check_need_missing),
};

fn check_need_missing(record: &Record) -> bool {
    let wants = record.has_sen() && record.provision.code() != Some(ProvisionCode::A);
    wants && record.term == Term::Spring && record.needs.is_some_and(|needs| needs.as_slice().is_empty())
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{A, E, K, N};
    use crate::record::Record;
    use crate::record::Term;
    use crate::record::example::in_year;
    use crate::record::example::with_sen;

    #[test]
    fn support_or_a_plan_without_a_type_is_found_in_spring_alone() {
        let cases = [
            (with_sen(K, &[]), true),
            (with_sen(E, &[]), true),
            (with_sen(N, &[]), false),
            (with_sen(K, &[(1, "MLD")]), false),
            (
                Record {
                    term: Term::Autumn,
                    ..with_sen(K, &[])
                },
                false,
            ),
            (
                Record {
                    needs: None,
                    ..with_sen(K, &[])
                },
                false,
            ),
            (in_year(with_sen(A, &[]), "201314"), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
