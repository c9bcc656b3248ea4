//! Section "The mix of needs".

use super::figure;
use crate::ReportError;
use crate::charts::{self, need_mix};
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_model::{GeographicLevel, Need, NeedCut};
use senlens_release::Base;

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
    let bounded = bounded(facts);
    if !bounded.is_empty() {
        html.paragraph(
            "The source does not give every count of the needs below. What it gives puts them between these bounds; nothing \
             is compared or judged by them.",
        );
        html.table(&bounded);
    }
    Ok(())
}

/// The main needs that are not known, of the authority and its parts.
fn bounded(facts: &Facts<'_>) -> PageTable {
    let mut table = PageTable::new("Main needs whose number is not known")
        .words("Place")
        .words("Main need")
        .figures("Pupils between")
        .figures("Of pupils with SEN")
        .figures("Share between");
    let own = facts.own();
    for row in facts.bounds(Base::Sen) {
        let is_of_authority = match row.level {
            GeographicLevel::LocalAuthority => row.area_code == own.code,
            GeographicLevel::Quadrant => true,
            _ => false,
        };
        let NeedCut::Of(need) = row.of.need else { continue };
        if !is_of_authority || (row.level == GeographicLevel::Quadrant && !SHOWN_OF_PARTS.contains(&need)) {
            continue;
        }
        let [least, most] = row.per_hundred;
        table.push(vec![
            row.area_name.to_owned(),
            wording::need_heading(need),
            wording::between(row.events),
            wording::between(row.population),
            wording::range(least, most, wording::percent),
        ]);
    }
    table
}

/// The needs shown of an authority's parts: those that the paper is about.
const SHOWN_OF_PARTS: [Need; 3] = [Need::Mld, Need::Slcn, Need::Semh];
