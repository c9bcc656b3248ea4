//! The expected number of pupils with each need at a school: its counts by year group, sex and free school meals, at the
//! rates of its authority's schools of the phase.

use senlens_compare::{Inputs, PhaseTally, Stratum};
use senlens_model::{
    Cell, Dimension, FreeSchoolMeals, LaCode, NcYear, NeedCut, NeedMap, Phase, ProvisionCut, Sex, Urn,
};
use std::collections::BTreeMap;

/// The strata that may be used, with the dimensions that carry them. Ethnicity is left out: it may itself affect which
/// need is recorded.
const STRATA: [(Stratum, Dimension); 3] = [
    (Stratum::NcYear, Dimension::NcYear),
    (Stratum::Sex, Dimension::Sex),
    (Stratum::FreeSchoolMeals, Dimension::FreeSchoolMeals),
];

/// Pupils alike in what is adjusted for; a dimension that is not adjusted for is the same for all.
type Mix = (Option<NcYear>, Option<Sex>, Option<FreeSchoolMeals>);

/// Counts of one school by mix.
type ByMix = BTreeMap<Mix, PhaseTally>;

/// Expected pupils with each need by school. Empty where the inputs count pupils by none
/// of the strata that are to be adjusted for.
pub(super) fn expected(inputs: &Inputs<'_>, cut: ProvisionCut) -> BTreeMap<Urn, NeedMap<f64>> {
    let Some(cells) = inputs.schools else {
        return BTreeMap::new();
    };
    let carried = |dimension| cells.dimensions().carry(dimension);
    let used = STRATA.map(|(stratum, dimension)| carried(dimension) && inputs.adjust_for.contains(&stratum));
    if !used.contains(&true) || !carried(Dimension::Roll) || !carried(Dimension::PrimaryNeed) {
        return BTreeMap::new();
    }
    let mix_of = |cell: &Cell| -> Mix {
        (
            cell.nc_year.filter(|_| used[0]),
            cell.sex.filter(|_| used[1]),
            cell.fsm.filter(|_| used[2]),
        )
    };
    let mut schools: BTreeMap<(LaCode, Phase), BTreeMap<Urn, ByMix>> = BTreeMap::new();
    for cell in cells
        .cells()
        .iter()
        .filter(|cell| cell.time_period == inputs.year)
    {
        let Some(school) = cells.place(cell.place).school() else {
            continue;
        };
        if matches!(school.phase, Phase::Primary | Phase::Secondary) {
            schools
                .entry((school.la_code, school.phase))
                .or_default()
                .entry(school.urn)
                .or_default()
                .entry(mix_of(cell))
                .or_default()
                .add_cell(cell);
        }
    }
    schools
        .into_values()
        .flat_map(|schools| expected_of_alike(&schools, cut))
        .collect()
}

/// Of the schools of one authority and phase, at their own rates together.
fn expected_of_alike(schools: &BTreeMap<Urn, ByMix>, cut: ProvisionCut) -> Vec<(Urn, NeedMap<f64>)> {
    let mut together = ByMix::new();
    for (mix, tally) in schools.values().flatten() {
        together.entry(*mix).or_default().add(tally);
    }
    let rates: BTreeMap<Mix, NeedMap<f64>> = together
        .iter()
        .map(|(mix, tally)| {
            let pupils = tally.roll().unwrap_or(0).max(1) as f64;
            (
                *mix,
                with_each_need(tally, cut).map(|_, events| events as f64 / pupils),
            )
        })
        .collect();
    schools
        .iter()
        .map(|(urn, mixes)| {
            let mut expected = NeedMap::default();
            for (mix, tally) in mixes {
                for (need, rate) in rates[mix] {
                    expected[need] += tally.roll().unwrap_or(0) as f64 * rate;
                }
            }
            (*urn, expected)
        })
        .collect()
}

fn with_each_need(tally: &PhaseTally, cut: ProvisionCut) -> NeedMap<u64> {
    // Schools whose counts are not known are not judged, so that what stands in for them says nothing.
    NeedMap::from_fn(|need| tally.events(cut, NeedCut::Of(need)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use senlens_model::{Need, PlaceIndex, Provision};

    fn tally(mld: u32, others: u32) -> PhaseTally {
        let mut tally = PhaseTally::default();
        let year = "202223".parse().expect("a year");
        let phase = Some(Phase::Primary);
        let mut cell = Cell::new(PlaceIndex(0), year, phase, Provision::SenSupport, mld);
        cell.primary_need = Some(Need::Mld);
        tally.add_cell(&cell);
        tally.add_cell(&Cell::new(PlaceIndex(0), year, phase, Provision::NoSen, others));
        tally
    }

    #[test]
    fn a_school_with_more_of_those_at_higher_rates_is_expected_to_have_more() {
        let eligible = (None, None, Some(FreeSchoolMeals::Eligible));
        let others = (None, None, Some(FreeSchoolMeals::NotEligible));
        let urn = |number: u32| -> Urn { number.to_string().parse().expect("a URN") };
        // 10% of the eligible and 2% of the others have MLD, in both schools together.
        let schools = BTreeMap::from([
            (
                urn(100_001),
                BTreeMap::from([(eligible, tally(16, 84)), (others, tally(1, 99))]),
            ),
            (
                urn(100_002),
                BTreeMap::from([(eligible, tally(4, 96)), (others, tally(13, 487))]),
            ),
        ]);
        let expected = expected_of_alike(&schools, ProvisionCut::Total);
        let mld = Need::Mld;
        let rest = 14.0 / 600.0;
        assert!(
            (expected[0].1[mld] - (10.0 + 100.0 * rest)).abs() < 1e-9,
            "{expected:?}"
        );
        assert!(
            (expected[1].1[mld] - (10.0 + 500.0 * rest)).abs() < 1e-9,
            "{expected:?}"
        );
        assert!((expected[0].1[mld] + expected[1].1[mld] - 34.0).abs() < 1e-9);
    }
}
