//! Two types of need of one rank. The first written is counted.

use super::rule::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "duplicate_rank",
    level: Level::Note,
    column: "SENtypeRank",
    sentence: "two types of need have the same rank",
    remedy: "rank the types 1, 2, 3",
    scope: Scope::Record(check_duplicate_rank),
};

fn check_duplicate_rank(record: &Record) -> bool {
    let needs = record.needs_written();
    needs.iter().enumerate().any(|(at, ranked)| {
        matches!(ranked.rank, Reading::Of(_)) && needs[..at].iter().any(|earlier| earlier.rank == ranked.rank)
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::K;
    use crate::record::example::with_sen;

    #[test]
    fn two_types_of_one_rank_are_found() {
        let cases = [
            (with_sen(K, &[(1, "MLD"), (1, "SLCN")]), true),
            (with_sen(K, &[(1, "MLD"), (2, "SLCN"), (2, "ASD")]), true),
            (with_sen(K, &[(1, "MLD"), (2, "SLCN")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
