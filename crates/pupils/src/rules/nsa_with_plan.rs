//! NSA for a pupil with a plan, who has been assessed.

use super::rule::{Level, Rule, Scope};
use crate::record::{ProvisionCode, Record};
use senlens_model::{Need, Provision};

pub(super) const RULE: Rule = Rule {
    id: "nsa_with_plan",
    level: Level::Note,
    column: "SENtype",
    sentence: "NSA (no specialist assessment) stands beside a plan, which follows an assessment",
    remedy: "record the type of need the plan names",
    scope: Scope::Record(check_nsa_with_plan),
};

fn check_nsa_with_plan(record: &Record) -> bool {
    let plan = record.provision.code().map(ProvisionCode::provision) == Some(Provision::Plan);
    plan && record.needs.is_some_and(|needs| needs.contain(Need::Nsa))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{E, K};
    use crate::record::example::with_sen;

    #[test]
    fn nsa_with_a_plan_is_found() {
        let cases = [
            (with_sen(E, &[(1, "NSA")]), true),
            (with_sen(K, &[(1, "NSA")]), false),
            (with_sen(E, &[(1, "MLD")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
