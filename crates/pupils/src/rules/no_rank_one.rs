//! Types of need, none of them ranked first. The primary need is counted as not recorded.

use super::rule::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "no_rank_one",
    level: Level::Note,
    column: "SENtypeRank",
    sentence: "the pupil has types of need, but none of rank 1",
    remedy: "rank the primary type 1",
    scope: Scope::Record(check_no_rank_one),
};

fn check_no_rank_one(record: &Record) -> bool {
    let needs = record.needs_written();
    let readable = needs.iter().all(|ranked| matches!(ranked.rank, Reading::Of(_)));
    !needs.is_empty() && readable && !needs.iter().any(|ranked| ranked.rank == Reading::Of(1))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::K;
    use crate::record::example::with_sen;

    #[test]
    fn types_without_a_first_rank_are_found() {
        let cases = [
            (with_sen(K, &[(2, "MLD")]), true),
            (with_sen(K, &[(2, "MLD"), (3, "SLCN")]), true),
            (with_sen(K, &[(2, "MLD"), (1, "SLCN")]), false),
            (with_sen(K, &[]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
