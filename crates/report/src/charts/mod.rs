//! Charts: each file takes released figures and gives a drawing, and one file renders drawings.

mod axis;
mod drawing;
mod false_flags;
mod funnel;
mod layout;
pub(crate) mod need_mix;
pub(crate) mod need_ratios;
mod render;
mod sen_rates;
pub(crate) mod sensitivity;

pub(crate) use drawing::Drawing;
pub(crate) use layout::Size;
pub(crate) use render::{inline_svg, png, svg};

use crate::facts::Facts;
use senlens_release::{Declared, TableSchema};

/// The declaration of the data behind every chart.
pub(crate) const DATA: [&TableSchema; 6] = [
    funnel::Data::SCHEMA,
    need_mix::Data::SCHEMA,
    need_ratios::Data::SCHEMA,
    sen_rates::Data::SCHEMA,
    sensitivity::Data::SCHEMA,
    false_flags::Data::SCHEMA,
];

/// A chart that a page may show, or none where nothing of it may be shown.
pub(crate) type Chart = fn(&Facts<'_>, Size) -> Option<Drawing>;

/// Every authority's share of MLD.
pub(crate) const FUNNEL: Chart = funnel::funnel;
/// MLD, SLCN and SEMH by place.
pub(crate) const NEED_RATIOS: Chart = need_ratios::need_ratios;
/// SEN by place.
pub(crate) const SEN_RATES: Chart = sen_rates::sen_rates;
/// False flags by size of school and rule.
pub(crate) const FALSE_FLAGS: Chart = false_flags::false_flags;
/// The mix of needs.
pub(crate) const NEED_MIX: Chart = need_mix::need_mix;

/// The verdict under every variation.
pub(crate) const SENSITIVITY: Chart = sensitivity::sensitivity;

/// The charts a page shows, as drawn for a laptop or paper. Rates of SEN as a whole stand where needs by place cannot.
pub(crate) fn of_the_page(facts: &Facts<'_>) -> Vec<Drawing> {
    let by_place = NEED_RATIOS(facts, Size::Wide).or_else(|| SEN_RATES(facts, Size::Wide));
    let charts = [
        FUNNEL(facts, Size::Wide),
        by_place,
        NEED_MIX(facts, Size::Wide),
        SENSITIVITY(facts, Size::Wide),
        FALSE_FLAGS(facts, Size::Wide),
    ];
    charts.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
