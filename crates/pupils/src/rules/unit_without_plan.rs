//! A place in a SEN unit without a plan (a query: authorities differ).

use super::rule::{Level, Rule, Scope};
use crate::record::ProvisionCode;
use crate::record::Reading;
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    id: "unit_without_plan",
    level: Level::Note,
    column: "SENunitIndicator",
    sentence: "the pupil is in a SEN unit without a plan",
    remedy: "check the unit flag and the provision; confirm the query if the place is agreed",
    scope: Scope::Record(check_unit_without_plan),
};

fn check_unit_without_plan(record: &Record) -> bool {
    record.unit == Reading::Of(true)
        && matches!(record.provision, Reading::Of(ProvisionCode::K | ProvisionCode::N))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::record::ProvisionCode::{E, K, N};
    use crate::record::Reading;
    use crate::record::Record;
    use crate::record::example::with_sen;

    #[test]
    fn a_unit_place_without_a_plan_is_found() {
        let cases = [
            (
                Record {
                    unit: Reading::Of(true),
                    ..with_sen(K, &[(1, "ASD")])
                },
                true,
            ),
            (
                Record {
                    unit: Reading::Of(true),
                    ..with_sen(N, &[])
                },
                true,
            ),
            (
                Record {
                    unit: Reading::Of(true),
                    ..with_sen(E, &[(1, "ASD")])
                },
                false,
            ),
            (
                Record {
                    unit: Reading::Of(false),
                    ..with_sen(K, &[(1, "ASD")])
                },
                false,
            ),
            (
                Record {
                    resourced: Reading::Of(true),
                    ..with_sen(K, &[(1, "ASD")])
                },
                false,
            ),
        ];
        for (at, (record, broken)) in cases.iter().enumerate() {
            assert_eq!(RULE.is_broken_by(record), *broken, "case {at}");
        }
    }
}
