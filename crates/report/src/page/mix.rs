//! Section "The mix of needs".

use super::figure;
use crate::ReportError;
use crate::charts::{self, need_mix};
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::wording;

pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    html.paragraph(
        "Shares add up to one hundred. Where one need is recorded more often, others take a smaller share, even if as \
         many pupils have them as elsewhere.",
    );
    figure(
        html,
        facts,
        charts::NEED_MIX,
        "The input holds no counts by type of need that may be shown.",
    )?;
    let mut table = PageTable::new("Main needs of pupils with SEN")
        .words("Main need")
        .figures("Pupils")
        .figures("Share")
        .figures("Range of the share")
        .figures(facts.about.region.clone())
        .figures("England");
    for mix in need_mix::mixes(facts) {
        table.push(vec![
            wording::need_heading(mix.need),
            wording::count(mix.own.events),
            wording::percent(mix.own.per_hundred),
            wording::range(mix.own.lower, mix.own.upper, wording::percent),
            wording::share_of(mix.region.as_ref()),
            wording::share_of(mix.england.as_ref()),
        ]);
    }
    if !table.is_empty() {
        html.table(&table);
    }
    Ok(())
}
