//! The rows of one place gathered from a long table, one provision and need at a time.

use crate::counts::{PlaceCounts, Printed};
use senlens_model::{Need, NeedLabel, NeedMap, Provision, ProvisionLabel};

/// What a long table has said of one place so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlaceFromRows {
    counts: PlaceCounts,
    /// Each combination of provision and need that had a row, and which.
    rows: Vec<(ProvisionLabel, NeedLabel, u32)>,
}

impl PlaceFromRows {
    /// Takes the count of one row.
    ///
    /// # Errors
    /// When the combination had a row before: that row's number.
    pub(crate) fn add(
        &mut self,
        provision: ProvisionLabel,
        need: NeedLabel,
        count: Printed,
        row: u64,
    ) -> Result<(), u64> {
        let earlier = self.rows.iter().find(|(p, n, _)| (*p, *n) == (provision, need));
        if let Some((_, _, earlier)) = earlier {
            return Err(u64::from(*earlier));
        }
        self.rows
            .push((provision, need, u32::try_from(row).unwrap_or(u32::MAX)));
        // School Action and School Action Plus are both SEN support: their rows add up.
        let alike = |row: &&(ProvisionLabel, NeedLabel, u32)| {
            is_of(row.0, provision_of(provision)) && row.1 == need && row.0 != provision
        };
        let is_more = self.rows.iter().any(|row| alike(&row)) && provision_of(provision).is_some();
        let sum = |before: Printed| if is_more { before.plus(count) } else { count };
        let counts = &mut self.counts;
        let provided = match (provision_of(provision), need) {
            (Some(Provision::NoSen), NeedLabel::Total | NeedLabel::NoNeed) => {
                counts.no_sen = count;
                return Ok(());
            }
            (Some(Provision::NoSen), NeedLabel::Of(_)) => return Ok(()),
            (Some(Provision::SenSupport), _) => &mut counts.support,
            (Some(_), _) => &mut counts.plan,
            (None, NeedLabel::Total) if provision == ProvisionLabel::AllPupils => {
                counts.roll = count;
                return Ok(());
            }
            (None, NeedLabel::NoNeed) if provision == ProvisionLabel::AllPupils => return Ok(()),
            // Needs of all pupils are those of pupils with special educational needs: no one else has one.
            (None, _) => &mut counts.together,
        };
        match need {
            NeedLabel::Total => provided.total = sum(provided.total),
            NeedLabel::Of(need) => provided.needs[need] = sum(provided.needs[need]),
            // With provision and without a type of need.
            NeedLabel::NoNeed => {
                let missing = &mut provided.needs[Need::Missing];
                *missing = missing.plus(count);
            }
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
        let any_row = |provision| self.rows.iter().any(|(p, _, _)| is_of(*p, Some(provision)));
        let total_of = |provision| {
            let mut rows = self.rows.iter();
            rows.any(|(p, n, _)| is_of(*p, Some(provision)) && *n == NeedLabel::Total)
        };
        let (support, plan) = (any_row(Provision::SenSupport), any_row(Provision::Plan));
        let said = support || plan || self.counts.no_sen.known().is_some();
        for (has_total, any, provided) in [
            (total_of(Provision::SenSupport), support, &mut self.counts.support),
            (total_of(Provision::Plan), plan, &mut self.counts.plan),
        ] {
            if !any && said {
                provided.total = Printed::Known(0);
            } else if any && !has_total {
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

/// The sum of the rows there are; a symbol among them leaves it unknown.
fn sum_of_printed(needs: &NeedMap<Printed>) -> Printed {
    needs.values().copied().fold(Printed::Absent, Printed::plus)
}

/// Whether a row of this provision and need goes into a cell of its own; the rest are totals or breakdowns.
pub(crate) fn is_counted(
    provision: ProvisionLabel,
    need: NeedLabel,
    carries_need: bool,
    apart: bool,
) -> bool {
    match (provision, need) {
        (ProvisionLabel::AllPupils, NeedLabel::Total) => true,
        (ProvisionLabel::AllPupils, NeedLabel::NoNeed) => false,
        (ProvisionLabel::Of(code), need) if code.provision() == Provision::NoSen => {
            !matches!(need, NeedLabel::Of(_))
        }
        (ProvisionLabel::Of(_), need) => apart && carries_need == (need != NeedLabel::Total),
        (ProvisionLabel::AllSen, NeedLabel::Total) => !apart && !carries_need,
        (ProvisionLabel::AllSen, NeedLabel::NoNeed) => !apart && carries_need,
        (ProvisionLabel::AllPupils | ProvisionLabel::AllSen, NeedLabel::Of(_)) => !apart && carries_need,
    }
}

/// The provision of a label; none for totals.
fn provision_of(label: ProvisionLabel) -> Option<Provision> {
    match label {
        ProvisionLabel::Of(code) => Some(code.provision()),
        ProvisionLabel::AllPupils | ProvisionLabel::AllSen => None,
    }
}

fn is_of(label: ProvisionLabel, provision: Option<Provision>) -> bool {
    provision_of(label) == provision
}

#[cfg(test)]
mod tests {
    use super::PlaceFromRows;
    use crate::counts::Printed::{Absent, Known, Unknown};
    use senlens_model::NeedLabel::{NoNeed, Of, Total};
    use senlens_model::ProvisionLabel::AllPupils;
    use senlens_model::{Missing, Need, ProvisionCode, ProvisionLabel};

    const NO_SEN: ProvisionLabel = ProvisionLabel::Of(ProvisionCode::N);
    const SUPPORT: ProvisionLabel = ProvisionLabel::Of(ProvisionCode::K);
    const PLAN: ProvisionLabel = ProvisionLabel::Of(ProvisionCode::E);
    const ACTION: ProvisionLabel = ProvisionLabel::Of(ProvisionCode::A);
    const ACTION_PLUS: ProvisionLabel = ProvisionLabel::Of(ProvisionCode::P);

    #[test]
    fn absent_is_zero_only_where_something_is_said() {
        let mut silent = PlaceFromRows::default();
        silent.add(AllPupils, Total, Known(84), 2).expect("first");
        let counts = silent.finished();
        assert_eq!((counts.support.total, counts.plan.total), (Absent, Absent));

        let mut said = PlaceFromRows::default();
        said.add(AllPupils, Total, Known(84), 2).expect("first");
        said.add(NO_SEN, Total, Known(80), 3).expect("first");
        said.add(SUPPORT, Of(Need::Mld), Known(4), 4).expect("first");
        let counts = said.finished();
        assert_eq!((counts.support.total, counts.plan.total), (Known(4), Known(0)));
    }

    #[test]
    fn a_symbol_in_the_totals_own_row_is_no_sum() {
        let mut place = PlaceFromRows::default();
        place.add(PLAN, Total, Unknown(Missing::C), 2).expect("first");
        place.add(PLAN, Of(Need::Asd), Known(0), 3).expect("first");
        assert_eq!(place.add(PLAN, Total, Known(1), 9), Err(2));
        assert_eq!(place.finished().plan.total, Unknown(Missing::C));
    }

    #[test]
    fn a_symbol_among_the_needs_leaves_their_sum_unknown() {
        let mut place = PlaceFromRows::default();
        place
            .add(PLAN, Of(Need::Mld), Unknown(Missing::C), 2)
            .expect("first");
        place.add(PLAN, Of(Need::Asd), Known(7), 3).expect("first");
        assert_eq!(place.finished().plan.total, Unknown(Missing::C));
    }

    #[test]
    fn school_action_and_action_plus_add_up() {
        let mut place = PlaceFromRows::default();
        for (provision, need, count) in [
            (ACTION, Total, Known(25)),
            (ACTION_PLUS, Total, Known(15)),
            (ACTION_PLUS, Of(Need::Mld), Known(6)),
            (ACTION, Of(Need::Besd), Known(4)),
            (ACTION_PLUS, Of(Need::Besd), Unknown(Missing::X)),
        ] {
            place.add(provision, need, count, 2).expect("first");
        }
        assert_eq!(place.add(ACTION, Total, Known(1), 9), Err(2));
        let support = place.finished().support;
        assert_eq!(support.total, Known(40));
        assert_eq!(support.needs[Need::Mld], Known(6));
        // A sum over a count that is not known is not known.
        assert_eq!(support.needs[Need::Besd], Unknown(Missing::X));
    }

    #[test]
    fn no_primary_need_goes_with_no_sen() {
        let mut place = PlaceFromRows::default();
        place.add(AllPupils, Total, Known(84), 2).expect("first");
        place.add(AllPupils, NoNeed, Known(80), 3).expect("first");
        place.add(NO_SEN, NoNeed, Known(80), 4).expect("first");
        place.add(SUPPORT, Of(Need::Mld), Known(3), 5).expect("first");
        place.add(SUPPORT, Of(Need::Missing), Known(1), 6).expect("first");
        let counts = place.finished();
        assert_eq!((counts.roll, counts.no_sen), (Known(84), Known(80)));
        assert_eq!(counts.support.total, Known(4));
        assert_eq!(counts.together.total, Absent);
    }
}
