//! A rank that is missing or not a number from 1 to 99.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "need_rank_code",
    level: Level::Note,
    column: "SENtypeRank",
    sentence: "the rank of a type of need is missing or is not a number from 1",
    remedy: "rank the types from 1 (primary) on",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record.needs_written().iter().any(|ranked| {
        matches!(
            ranked.rank,
            Reading::Blank | Reading::Unreadable | Reading::Absent
        )
    })
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::K;
    use crate::record::Record;
    use crate::record::example::with_sen;
    use crate::record::{Needs, RankedNeed, Reading};

    fn ranked(rank: Reading<u8>) -> Record {
        let mut needs = Needs::none();
        let need = Reading::Of(senlens_model::Need::Mld);
        needs.push(RankedNeed { rank, need });
        Record {
            needs: Some(needs),
            ..with_sen(K, &[])
        }
    }

    #[test]
    fn straddles_its_edges() {
        let cases = [
            (ranked(Reading::Unreadable), true),
            (ranked(Reading::Blank), true),
            (ranked(Reading::Of(1)), false),
            (with_sen(K, &[(1, "MLD"), (2, "SLCN")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
