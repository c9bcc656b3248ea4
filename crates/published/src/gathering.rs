//! The rows of one place gathered from a long table, one provision and need at a time.

use crate::{
    counts::PlaceCounts,
    labels::{NeedLabel, ProvisionLabel},
};
use senlens_model::Need;

/// What a long table has said of one place so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathering {
    counts: PlaceCounts,
    /// Each combination of provision and need that had a row, and which.
    rows: Vec<(ProvisionLabel, NeedLabel, u32)>,
}

impl Gathering {
    /// Takes the count of one row.
    ///
    /// # Errors
    /// When the combination had a row before: that row's number.
    pub(crate) fn add(
        &mut self,
        provision: ProvisionLabel,
        need: NeedLabel,
        count: Option<u32>,
        row: u64,
    ) -> Result<(), u64> {
        let earlier = self.rows.iter().find(|(p, n, _)| (*p, *n) == (provision, need));
        if let Some((_, _, earlier)) = earlier {
            return Err(u64::from(*earlier));
        }
        self.rows
            .push((provision, need, u32::try_from(row).unwrap_or(u32::MAX)));
        let counts = &mut self.counts;
        let provided = match provision {
            ProvisionLabel::AllPupils if need == NeedLabel::Total => {
                counts.roll = count;
                return Ok(());
            }
            ProvisionLabel::NoSen => {
                if need == NeedLabel::Total {
                    counts.no_sen = count;
                }
                return Ok(());
            }
            // Needs of all pupils are those of pupils with special educational needs: no one else has one.
            ProvisionLabel::AllPupils | ProvisionLabel::AllSen => &mut counts.together,
            ProvisionLabel::SenSupport => &mut counts.support,
            ProvisionLabel::Plan => &mut counts.plan,
        };
        match need {
            NeedLabel::Total => provided.total = count,
            NeedLabel::Of(need) => provided.needs[need.index()] = count,
        }
        Ok(())
    }

    /// What has been printed so far.
    pub(crate) fn counts(&self) -> &PlaceCounts {
        &self.counts
    }

    /// The counts, once every row is in. A total without a row of its own comes from the rows there are; a provision
    /// without any row has no pupils, as long as something is said of special educational needs at all.
    pub(crate) fn finished(mut self) -> PlaceCounts {
        let has_row = |provision, need| self.rows.iter().any(|(p, n, _)| (*p, *n) == (provision, need));
        let any_row = |provision| self.rows.iter().any(|(p, _, _)| *p == provision);
        let (support, plan) = (any_row(ProvisionLabel::SenSupport), any_row(ProvisionLabel::Plan));
        let said = support || plan || self.counts.no_sen.is_some();
        for (provision, any, provided) in [
            (ProvisionLabel::SenSupport, support, &mut self.counts.support),
            (ProvisionLabel::Plan, plan, &mut self.counts.plan),
        ] {
            if !any && said {
                provided.total = Some(0);
            } else if any && !has_row(provision, NeedLabel::Total) {
                provided.total = sum_of_printed(&provided.needs);
            }
        }
        let together = &mut self.counts.together;
        if !has_row(ProvisionLabel::AllSen, NeedLabel::Total) {
            together.total = sum_of_printed(&together.needs);
        }
        self.counts
    }
}

fn sum_of_printed(needs: &[Option<u32>; Need::ALL.len()]) -> Option<u32> {
    needs.iter().flatten().copied().reduce(u32::saturating_add)
}

/// Whether a row of this provision and need goes into a cell of its own; the rest are totals or breakdowns.
pub(crate) fn is_counted(
    provision: ProvisionLabel,
    need: NeedLabel,
    carries_need: bool,
    apart: bool,
) -> bool {
    match (provision, need) {
        (ProvisionLabel::AllPupils | ProvisionLabel::NoSen, NeedLabel::Total) => true,
        (ProvisionLabel::NoSen, NeedLabel::Of(_)) => false,
        (ProvisionLabel::SenSupport | ProvisionLabel::Plan, need) => {
            apart && carries_need == (need != NeedLabel::Total)
        }
        (ProvisionLabel::AllSen, NeedLabel::Total) => !apart && !carries_need,
        (ProvisionLabel::AllPupils | ProvisionLabel::AllSen, NeedLabel::Of(_)) => !apart && carries_need,
    }
}

#[cfg(test)]
mod tests {
    use super::Gathering;
    use crate::labels::{
        NeedLabel::{Of, Total},
        ProvisionLabel::{AllPupils, NoSen, Plan, SenSupport},
    };
    use senlens_model::Need;

    #[test]
    fn absent_is_zero_only_where_something_is_said() {
        let mut silent = Gathering::default();
        silent.add(AllPupils, Total, Some(84), 2).expect("first");
        let counts = silent.finished();
        assert_eq!((counts.support.total, counts.plan.total), (None, None));

        let mut said = Gathering::default();
        said.add(AllPupils, Total, Some(84), 2).expect("first");
        said.add(NoSen, Total, Some(80), 3).expect("first");
        said.add(SenSupport, Of(Need::Mld), Some(4), 4).expect("first");
        let counts = said.finished();
        assert_eq!((counts.support.total, counts.plan.total), (Some(4), Some(0)));
    }

    #[test]
    fn a_symbol_in_the_totals_own_row_is_no_sum() {
        let mut gathering = Gathering::default();
        gathering.add(Plan, Total, None, 2).expect("first");
        gathering.add(Plan, Of(Need::Asd), Some(0), 3).expect("first");
        assert_eq!(gathering.add(Plan, Total, Some(1), 9), Err(2));
        assert_eq!(gathering.finished().plan.total, None);
    }
}
