//! A type of need for a pupil without provision. It is not counted.

use super::rule::{Level, Rule, Scope};
use crate::record::ProvisionCode;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "need_without_provision",
    level: Level::Note,
    column: "SENtype",
    sentence: "the pupil has a type of need, but no SEN support or plan",
    remedy: "remove the type, or record the provision",
    scope: Scope::Record(check_need_without_provision),
};

fn check_need_without_provision(record: &Record) -> bool {
    record.provision.code() == Some(ProvisionCode::N) && !record.needs_written().is_empty()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{K, N};
    use crate::record::example::with_sen;

    #[test]
    fn a_type_for_a_pupil_without_provision_is_found() {
        let cases = [
            (with_sen(N, &[(1, "MLD")]), true),
            (with_sen(N, &[]), false),
            (with_sen(K, &[(1, "MLD")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
