//! A type of need outside its codes. It is counted as no type recorded.

use super::{Level, Rule, Scope};
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "need_code",
    level: Level::Note,
    column: "SENtype",
    sentence: "a type of need is not one of the census's codes",
    remedy: "enter a code of the list",
    scope: Scope::Record(broken),
};

fn broken(record: &Record) -> bool {
    record
        .needs_written()
        .iter()
        .any(|ranked| ranked.need == Reading::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::K;
    use crate::record::Record;
    use crate::record::example::with_sen;
    use crate::record::{Needs, RankedNeed, Reading};

    fn unreadable(need: Reading<senlens_model::Need>) -> Record {
        let mut needs = Needs::none();
        let rank = Reading::Of(1);
        needs.push(RankedNeed { rank, need });
        Record {
            needs: Some(needs),
            ..with_sen(K, &[])
        }
    }

    #[test]
    fn straddles_its_edges() {
        let cases = [
            (unreadable(Reading::Unreadable), true),
            (unreadable(Reading::Of(senlens_model::Need::Mld)), false),
            (with_sen(K, &[(1, "MLD")]), false),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
