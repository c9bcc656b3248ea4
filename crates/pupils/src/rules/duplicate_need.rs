//! One type of need twice.

use super::rule::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "duplicate_need",
    level: Level::Note,
    column: "SENtype",
    sentence: "the same type of need stands twice",
    remedy: "remove the second",
    scope: Scope::Record(check_duplicate_need),
};

fn check_duplicate_need(record: &Record) -> bool {
    let needs = record.needs_written();
    needs.iter().enumerate().any(|(at, ranked)| {
        matches!(ranked.need, Reading::Of(_)) && needs[..at].iter().any(|earlier| earlier.need == ranked.need)
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::K;
    use crate::record::example::with_sen;

    #[test]
    fn a_type_of_need_named_twice_is_found() {
        let cases = [
            (with_sen(K, &[(1, "MLD"), (2, "MLD")]), true),
            (with_sen(K, &[(1, "MLD"), (2, "SLCN"), (3, "MLD")]), true),
            (with_sen(K, &[(1, "MLD"), (2, "SLCN")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
