//! NSA beside a type of need.

use super::rule::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;
use senlens_model::Need;

pub(super) const RULE: Rule = Rule {
    id: "nsa_with_need",
    level: Level::Note,
    column: "SENtype",
    sentence: "NSA (no specialist assessment) stands beside another type of need",
    remedy: "keep the type of need and remove NSA",
    scope: Scope::Record(check_nsa_with_need),
};

fn check_nsa_with_need(record: &Record) -> bool {
    let needs = record.needs_written();
    let other =
        |ranked: &crate::record::RankedNeed| matches!(ranked.need, Reading::Of(need) if need != Need::Nsa);
    record.needs.is_some_and(|needs| needs.contain(Need::Nsa)) && needs.iter().any(other)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::K;
    use crate::record::example::with_sen;

    #[test]
    fn nsa_beside_another_type_is_found() {
        let cases = [
            (with_sen(K, &[(1, "NSA"), (2, "MLD")]), true),
            (with_sen(K, &[(1, "MLD"), (2, "NSA")]), true),
            (with_sen(K, &[(1, "NSA")]), false),
            (with_sen(K, &[(1, "MLD"), (2, "SLCN")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
