//! What the indicators share: the places they judge, sums over schools, and how far a place lies from what is expected of
//! it.

use super::pupil_evidence::PupilEvidence;
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_compare::{Base, BenchmarkRow, Comparator, Comparison, Inputs, Key, SchoolCounts};
use senlens_model::{
    Coverage, Extent, GeographicLevel, Need, NeedCut, Phase, PhaseCut, Place, ProvisionCut, Urn,
};
use senlens_stats::overdispersion::pearson_phi;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Standard errors from which an indicator is amber: 95%.
pub(super) const AMBER_Z: f64 = 1.959_964;
/// With fewer schools than this, their spread is not estimated from them.
const FEWEST_SCHOOLS: usize = 10;

/// What the indicators read.
pub(super) struct Context<'a> {
    pub(super) inputs: &'a Inputs<'a>,
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) known: &'a PupilEvidence<'a>,
    pub(super) spots: Vec<Spot>,
    benchmarks: OnceCell<Benchmarks<'a>>,
}

/// The benchmark rows of the authority's places, by level, code, provision and need.
pub(super) type Benchmarks<'a> =
    BTreeMap<(GeographicLevel, &'a str, ProvisionCut, NeedCut), &'a BenchmarkRow>;

/// A place an indicator judges: the authority, a part, a district or a school of it.
pub(super) struct Spot {
    pub(super) place: Arc<Place>,
    pub(super) phase: PhaseCut,
    /// Its state-funded schools.
    pub(super) schools: Vec<Urn>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        inputs: &'a Inputs<'a>,
        comparison: &'a Comparison<'a>,
        known: &'a PupilEvidence<'a>,
    ) -> Self {
        Self {
            inputs,
            comparison,
            known,
            spots: spots(inputs, comparison),
            benchmarks: OnceCell::new(),
        }
    }

    /// The cuts of provision for which the schools' needs are known.
    pub(super) fn cuts(&self) -> Vec<ProvisionCut> {
        let known = self.comparison.atlas.schools_known;
        [ProvisionCut::Total, ProvisionCut::SenSupport, ProvisionCut::Plan]
            .into_iter()
            .filter(|cut| known.needs[*cut])
            .collect()
    }

    /// The places larger than a school.
    pub(super) fn areas(&self) -> impl Iterator<Item = &Spot> {
        self.spots.iter().filter(|spot| !spot.is_school())
    }

    pub(super) fn key(&self, spot: &Spot, cut: ProvisionCut) -> Key {
        Key {
            time_period: self.inputs.year,
            coverage: Coverage::StateFunded,
            place: Arc::clone(&spot.place),
            phase: spot.phase,
            sen_provision: cut,
        }
    }

    /// The authority's state-funded schools.
    pub(super) fn schools(&self) -> impl Iterator<Item = &'a SchoolCounts<'a>> {
        let own = self.inputs.area.la_code;
        self.comparison
            .atlas
            .schools
            .iter()
            .filter(move |each| each.school.la_code == own && Coverage::StateFunded.counts(each.school.phase))
    }

    /// The benchmark rows of the authority's places, by level, code, provision and need: as a share of all pupils,
    /// against England (schools against their own authority), within as much as is known.
    pub(super) fn benchmarks(&self) -> &Benchmarks<'a> {
        self.benchmarks.get_or_init(|| self.find_benchmarks())
    }

    fn find_benchmarks(&self) -> Benchmarks<'a> {
        let england = self.comparison.atlas.england.is_some();
        let own: BTreeMap<(GeographicLevel, &str), PhaseCut> = self
            .spots
            .iter()
            .map(|spot| ((spot.place.level, spot.place.code.as_str()), spot.phase))
            .collect();
        let mut best: BTreeMap<_, &'a BenchmarkRow> = BTreeMap::new();
        for row in &self.comparison.benchmarks {
            let (level, code) = (row.key.place.level, row.key.place.code.as_str());
            let wanted = if level == GeographicLevel::School || !england {
                Comparator::OwnAuthority
            } else {
                Comparator::England
            };
            let of_need = matches!(
                row.primary_need,
                NeedCut::Total | NeedCut::Of(Need::Mld | Need::Slcn | Need::Semh)
            );
            if row.base != Base::Pupils
                || row.comparator != wanted
                || !of_need
                || row.key.coverage != Coverage::StateFunded
                || row.adjustment.strata().is_empty()
            {
                continue;
            }
            let Some(phase) = own.get(&(level, code)) else {
                continue;
            };
            let whole = *phase == row.key.phase || row.key.phase == PhaseCut::Total;
            if !whole {
                continue;
            }
            let key = (level, code, row.key.sen_provision, row.primary_need);
            let better = best
                .get(&key)
                .is_none_or(|other| row.adjustment.strata().len() > other.adjustment.strata().len());
            if better {
                best.insert(key, row);
            }
        }
        best
    }
}

impl Spot {
    pub(super) fn is_school(&self) -> bool {
        self.place.level == GeographicLevel::School
    }

    pub(super) fn is_authority(&self) -> bool {
        self.place.level == GeographicLevel::LocalAuthority
    }

    /// The entries of a map by school, for the schools of the place.
    pub(super) fn each<'m, T>(&self, by_school: &'m BTreeMap<Urn, T>) -> Vec<&'m T> {
        self.schools.iter().filter_map(|urn| by_school.get(urn)).collect()
    }
}

fn spots(inputs: &Inputs<'_>, comparison: &Comparison<'_>) -> Vec<Spot> {
    let (area, atlas) = (inputs.area, &comparison.atlas);
    let own: Vec<&SchoolCounts<'_>> = atlas
        .schools
        .iter()
        .filter(|each| each.school.la_code == area.la_code && Coverage::StateFunded.counts(each.school.phase))
        .collect();
    let within = |inside: &dyn Fn(&SchoolCounts<'_>) -> bool| -> Vec<Urn> {
        own.iter()
            .filter(|each| inside(each))
            .map(|each| each.school.urn)
            .collect()
    };
    let mut spots = Vec::new();
    let mut add = |place: &Arc<Place>, schools: Vec<Urn>| {
        if !schools.is_empty() {
            spots.push(Spot {
                place: Arc::clone(place),
                phase: PhaseCut::Total,
                schools,
            });
        }
    };
    // A part of its schools says nothing of the authority as a whole.
    let whole = matches!(atlas.schools_extent, Extent::Whole | Extent::Unchecked);
    if let Some(authority) = atlas.authorities.get(&area.la_code).filter(|_| whole) {
        add(&authority.place, within(&|_| true));
    }
    let geography = &atlas.geography;
    for (at, counts) in atlas.parts.iter().enumerate() {
        add(
            &counts.place,
            within(&|each| geography.part_of(each.school) == Some(at)),
        );
    }
    for (code, counts) in &atlas.districts {
        add(
            &counts.place,
            within(&|each| geography.district_of(each.school) == Some(*code)),
        );
    }
    spots.extend(own.iter().map(|each| Spot {
        place: Arc::new(Place::of_school(each.school)),
        phase: PhaseCut::Of(each.school.phase),
        schools: vec![each.school.urn],
    }));
    spots
}

/// A count at one school beside what is expected, and the variance chance alone gives.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Against {
    pub(super) observed: f64,
    pub(super) expected: f64,
    pub(super) variance: f64,
}

impl Against {
    /// So many of so many, where a share is expected.
    pub(super) fn share(observed: u32, of: u32, share: f64) -> Self {
        Self {
            observed: f64::from(observed),
            expected: f64::from(of) * share,
            variance: f64::from(of) * share * (1.0 - share),
        }
    }

    fn z(self) -> Option<f64> {
        (self.variance > 0.0).then(|| (self.observed - self.expected) / self.variance.sqrt())
    }
}

/// How much the schools of an authority differ beyond chance: the mean squared z, at least 1.
pub(super) fn spread_of(schools: &[Against]) -> f64 {
    let z: Vec<f64> = schools.iter().filter_map(|one| one.z()).collect();
    if z.len() < FEWEST_SCHOOLS {
        return 1.0;
    }
    pearson_phi(&z).unwrap_or(1.0).max(1.0)
}

/// The sum over a place's schools, and how many standard errors it lies from what is expected: chance alone, or how
/// much its own schools differ where that is more (the sandwich of school sums), or the authority's spread where the
/// place has few.
pub(super) fn stands(inside: &[Against], spread: f64) -> (Against, Option<f64>) {
    let mut sum = Against::default();
    let mut robust = 0.0;
    for one in inside {
        sum.observed += one.observed;
        sum.expected += one.expected;
        sum.variance += one.variance;
        robust += (one.observed - one.expected) * (one.observed - one.expected);
    }
    let variance = if inside.len() >= FEWEST_SCHOOLS {
        sum.variance.max(robust)
    } else {
        sum.variance * spread
    };
    let z = (variance > 0.0).then(|| (sum.observed - sum.expected) / variance.sqrt());
    (sum, z)
}

/// The sum over a place's schools; none where a count of one of them is not known.
pub(super) fn sum_of_known<const N: usize>(each: Vec<&Option<[u64; N]>>) -> Option<[u64; N]> {
    each.into_iter().try_fold([0; N], |sum, one| {
        one.map(|one| std::array::from_fn(|at| sum[at] + one[at]))
    })
}

/// A finding without probability or displaced pupils.
pub(super) fn finding(
    key: Key,
    rule: RuleId,
    level: Level,
    score: Option<f64>,
    (observed, expected): (Option<u64>, Option<f64>),
    evidence: &str,
    wording: &str,
) -> Finding {
    let name = &key.place.name;
    let among = match key.sen_provision {
        ProvisionCut::Total => "",
        ProvisionCut::SenSupport => " (SEN support)",
        ProvisionCut::Plan => " (plans)",
    };
    Finding {
        evidence: format!("{rule} 1: {evidence}"),
        wording: format!("{name}{among}: {wording}"),
        rule,
        level,
        score: score.filter(|score| score.is_finite()),
        probability: None,
        observed,
        expected,
        displaced: None,
        key,
    }
}

/// Whether a school is mainstream: its intake is not its purpose.
pub(super) fn is_mainstream(phase: Phase) -> bool {
    matches!(phase, Phase::Primary | Phase::Secondary)
}

/// A share in hundred with its Wilson limits, for a sentence: `12 of 40 (30%; 18% to 45%)`.
pub(super) fn share_in_words(events: u64, of: u64) -> String {
    let Some(interval) = senlens_stats::CountOf::new(events, of)
        .ok()
        .and_then(|count| senlens_stats::interval::wilson(count, senlens_stats::Confidence::P95))
    else {
        return format!("{events} of {of}");
    };
    format!(
        "{events} of {of} ({:.1}%; {:.1}% to {:.1}%)",
        100.0 * interval.value,
        100.0 * interval.lower,
        100.0 * interval.upper
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schools_that_differ_widen_the_margin_of_their_area() {
        // Twelve schools of 100 pupils, a tenth expected: evenly 12 each (z = 24/sqrt(108) = 2.31), or all of the
        // excess in one (24 more there: the sandwich is 24, z = 1).
        let even = [Against::share(12, 100, 0.1); 12];
        let (sum, z) = stands(&even, 1.0);
        assert!((sum.expected - 120.0).abs() < 1e-9 && (sum.variance - 108.0).abs() < 1e-9);
        assert!((z.expect("twelve schools") - 24.0 / 108.0_f64.sqrt()).abs() < 1e-9);
        let mut uneven = [Against::share(10, 100, 0.1); 12];
        uneven[0] = Against::share(34, 100, 0.1);
        let (_, z) = stands(&uneven, 1.0);
        assert!((z.expect("twelve schools") - 1.0).abs() < 1e-9);
    }

    #[test]
    fn few_schools_take_the_spread_of_the_authority() {
        let one = [Against::share(16, 100, 0.1)];
        let (_, z) = stands(&one, 4.0);
        assert!((z.expect("a school") - 1.0).abs() < 1e-9);
        assert!((spread_of(&one) - 1.0).abs() < 1e-12);
        // z of 2 and -2 by turns: a mean square of 4.
        let many: Vec<Against> = (0..20)
            .map(|at| Against::share(if at % 2 == 0 { 16 } else { 4 }, 100, 0.1))
            .collect();
        assert!((spread_of(&many) - 4.0).abs() < 1e-9);
    }
}
