//! The whole comparison, in order: places, rates, benchmarks.

use crate::atlas::Atlas;
use crate::benchmarks::benchmarks;
use crate::case_mix::{CaseMixRows, ContributionRow, case_mix};
use crate::disproportionality::disproportionality;
use crate::false_flags::false_flags;
use crate::funnel_limits::funnel_limits;
use crate::ranges::{RangeRow, ranges};
use crate::ranks::ranks;
use crate::rates::rates;
use crate::school_variation::school_variation;
use crate::trends::{Trends, trends};
use crate::{
    BenchmarkRow, CompareError, DisproportionalityRow, FalseFlagRow, FunnelLimitRow, Inputs, RankRow,
    RateRow, SchoolVariationRow, StandardisedRateRow, TrendRow, YearRow,
};
use senlens_model::{Coverage, Extent, Need, NeedCut, NeighbourList, PhaseCut, ProvisionCut};

/// Rates and benchmarks of every place, with the places themselves.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// The places and their counts.
    pub atlas: Atlas<'a>,
    /// Table `rates`.
    pub rates: Vec<RateRow>,
    /// Table `ranges`.
    pub ranges: Vec<RangeRow>,
    /// Table `benchmarks`.
    pub benchmarks: Vec<BenchmarkRow>,
    /// Table `contributions`.
    pub contributions: Vec<ContributionRow>,
    /// Table `standardised_rates`.
    pub standardised_rates: Vec<StandardisedRateRow>,
    /// Table `ranks`.
    pub ranks: Vec<RankRow>,
    /// Table `funnel_limits`.
    pub funnel_limits: Vec<FunnelLimitRow>,
    /// Table `false_flags`.
    pub false_flags: Vec<FalseFlagRow>,
    /// Table `disproportionality`.
    pub disproportionality: Vec<DisproportionalityRow>,
    /// Table `school_variation`.
    pub school_variation: Vec<SchoolVariationRow>,
    /// Table `trends`.
    pub trends: Vec<TrendRow>,
    /// Table `yearly`.
    pub years: Vec<YearRow>,
    /// Which list of statistical neighbours was used, if any.
    pub neighbours: Option<NeighbourList>,
    /// What the reader should know.
    pub notes: Vec<String>,
}

/// Compares every place of the inputs with its comparators.
///
/// # Errors
/// As [`Atlas::new`].
pub fn compare<'a>(inputs: &Inputs<'a>) -> Result<Comparison<'a>, CompareError> {
    let atlas = Atlas::new(inputs)?;
    let needs = needs_present(&atlas);
    let list = inputs.area.neighbours_at(inputs.year);
    let mut notes = atlas.notes.clone();
    let usable = list.filter(|list| list.la_codes.iter().all(|la| atlas.authorities.contains_key(la)));
    if let (Some(list), None) = (list, usable) {
        let missing = list
            .la_codes
            .iter()
            .filter(|la| !atlas.authorities.contains_key(la))
            .count();
        notes.push(format!(
            "Not compared with statistical neighbours ({}): {missing} of {} are in no input.",
            list.list,
            list.la_codes.len()
        ));
    }
    // A part of an authority's schools says nothing of how they differ.
    let whole = matches!(atlas.schools_extent, Extent::Whole | Extent::Unchecked);
    let rates = rates(inputs, &atlas, &needs);
    let ranges = ranges(inputs, &atlas, &needs);
    let mut benchmarks = benchmarks(inputs, &atlas, &needs, usable);
    let CaseMixRows {
        benchmarks: adjusted,
        standardised: standardised_rates,
        contributions,
        notes: missing,
    } = if whole {
        case_mix(inputs, &atlas.geography)
    } else {
        CaseMixRows::default()
    };
    benchmarks.extend(adjusted);
    notes.extend(missing);
    let ranks = ranks(inputs, &atlas);
    let funnel_limits = funnel_limits(inputs, &atlas);
    let false_flags = false_flags(inputs, &atlas);
    let disproportionality = if whole {
        disproportionality(inputs, &atlas.geography)
    } else {
        Vec::new()
    };
    let school_variation = if whole {
        school_variation(inputs, &atlas.geography)
    } else {
        Vec::new()
    };
    let Trends {
        courses: trends,
        years,
        notes: of_trends,
    } = trends(inputs);
    notes.extend(of_trends);
    let unstated: Vec<_> = atlas.schools.iter().filter(|each| !each.is_stated()).collect();
    if !unstated.is_empty() {
        let pupils: u64 = unstated.iter().filter_map(|each| each.tally.roll()).sum();
        let schools = if unstated.len() == 1 {
            "1 school".to_owned()
        } else {
            format!("{} schools", unstated.len())
        };
        notes.push(format!(
            "{schools} ({pupils} pupils) in the input do not state how many of their pupils have special educational \
             needs: they count towards the number on roll and nothing else."
        ));
    }
    let of_stated = atlas.schools.iter().filter(|each| each.is_stated());
    let pupils: u64 = of_stated.map(|each| each.not_stated).sum();
    if pupils > 0 {
        let pupils = if pupils == 1 {
            "1 pupil's record does".to_owned()
        } else {
            format!("{pupils} pupils' records do")
        };
        notes.push(format!(
            "{pupils} not say whether they have special educational needs: they count towards the number on roll and \
             nothing else."
        ));
    }
    let neighbours = usable.cloned();
    Ok(Comparison {
        atlas,
        rates,
        ranges,
        benchmarks,
        contributions,
        standardised_rates,
        ranks,
        funnel_limits,
        false_flags,
        disproportionality,
        school_variation,
        trends,
        years,
        neighbours,
        notes,
    })
}

/// Every need that any authority or England has a pupil with.
fn needs_present(atlas: &Atlas<'_>) -> Vec<NeedCut> {
    let mut needs = vec![NeedCut::Total];
    let counted = |need: Need| {
        atlas
            .england
            .iter()
            .chain(atlas.authorities.values())
            .chain(&atlas.parts)
            .chain(atlas.districts.values())
            .any(|area| {
                [Coverage::StateFunded, Coverage::AllSchools]
                    .into_iter()
                    .any(|coverage| {
                        area.layers.on(coverage).any(|counts| {
                            ProvisionCut::ALL.into_iter().any(|provision| {
                                let range = counts.range(PhaseCut::Total, provision, NeedCut::Of(need));
                                range.is_some_and(|range| range.most != Some(0))
                            })
                        })
                    })
            })
    };
    needs.extend(
        Need::ALL
            .into_iter()
            .filter(|need| counted(*need))
            .map(NeedCut::Of),
    );
    needs
}
