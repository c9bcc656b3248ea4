//! Section "How this was made": what was counted and how it was compared, in words.

use super::figure_where_there_is_one;
use crate::ReportError;
use crate::charts;
use crate::facts::{Facts, Of};
use crate::html::Html;
use crate::rounding::round_half_up;
use senlens_release::Base;

pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let spread = facts
        .against_england(facts.own(), Of::mld(Base::Sen))
        .and_then(|row| row.phi_winsorised.figure())
        .map_or_else(String::new, |phi| {
            format!(
                " Here the variance between authorities is {} times what chance alone would make it (phi: the mean squared \
                 distance from England in standard errors, its extremes clipped).",
                round_half_up(phi, 1)
            )
        });
    html.list(&[
        "Of whom it is a share. A share of SEN divides by pupils with SEN support or a plan. Pupils at SEN support whose \
         need no specialist has assessed yet (NSA) are among them, as in the Department for Education's tables. A share of \
         pupils divides by all pupils on roll. The two can disagree, so both stand here. The tables hold a third, without \
         NSA."
            .to_owned(),
        "Need is the main (primary) need that schools recorded on census day. SEN support and education, health and care \
         plans are counted apart and together."
            .to_owned(),
        "Range of a share: Wilson's interval at 95%. Of twenty such ranges, about nineteen hold the underlying share."
            .to_owned(),
        "Expected: the pupils of a place times the rate of those it is compared with, phase by phase where the table says \
         so. Ratio: pupils counted over pupils expected, with Byar's limits at 95%."
            .to_owned(),
        format!(
            "Position: places differ from each other more than chance alone explains, so limits are widened by how much \
             places of one kind ordinarily differ (overdispersion).{spread} Only beyond those wider limits is a place \
             higher or lower than expected; within them it is similar. Neither is good or bad in itself: a low number \
             may mean needs that nobody recorded."
        ),
        "Many places at once: the tables hold q-values, which allow for the number of comparisons (Benjamini and Hochberg)."
            .to_owned(),
        "Rounding: figures on this page are rounded half up. The files hold every digit.".to_owned(),
        format!("What may be shown: {}", facts.about.policy),
    ]);
    figure_where_there_is_one(html, facts, charts::FALSE_FLAGS)
}
