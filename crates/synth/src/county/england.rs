//! The rest of an invented England: 151 other authorities that differ from one another as the real ones do.

use super::invent::correlation_factor;
use super::margins::{
    AUTHORITIES_BY_REGION, AUTHORITY_PUPILS, AUTHORITY_RATE_SPREAD, AUTHORITY_SPREAD, ENGLAND, NEED_COUNT,
    NeedTable, SIZE_QUANTILES, STATE_PHASES, fit, scale_to,
};
use super::names;
use super::school::{CountySchool, NeedCounts, SenCounts};
use crate::random::Random;
use senlens_model::{AreaCode, LaCode, Phase};
use senlens_stats::quantile::of_known;

/// How many authorities there are besides the county: with it, the 152 of 2022/23.
pub const OTHER_AUTHORITIES: usize = 151;

/// Brings the overdispersion of MLD's share of SEN between authorities to that published in 2022/23 (phi 236): with the
/// published spread as it is, which counts small authorities as much as large ones, it came to 270 (mean of 20 seeds).
const SPREAD_OF_LARGE: f64 = 0.935;

/// **Assumed**: standard deviation of the log of a phase's share of an authority's pupils.
const PHASE_SPREAD: f64 = 0.15;

/// **Assumed**: share of authorities with a non-maintained special school.
const WITH_NON_MAINTAINED: f64 = 0.25;

/// One authority's state-funded and non-maintained special schools, counted by phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventedAuthority {
    /// Its number.
    pub la_code: LaCode,
    /// Its code.
    pub area_code: AreaCode,
    /// Its name.
    pub name: String,
    pub(super) region: usize,
    /// By phase, in the order of [`Phase::ALL`] without independent schools.
    pub(super) phases: [PhaseCounts; STATE_PHASES],
}

/// Pupils of one phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct PhaseCounts {
    pub(super) pupils: u32,
    /// SEN support, then plans.
    pub(super) sen: [NeedCounts; 2],
}

impl PhaseCounts {
    pub(super) fn add(&mut self, other: &Self) {
        self.pupils += other.pupils;
        for (sum, more) in self.sen.iter_mut().zip(other.sen) {
            sum.add(more);
        }
    }
}

impl InventedAuthority {
    /// Pupils on roll.
    pub fn pupils(&self) -> u32 {
        self.phases.iter().map(|phase| phase.pupils).sum()
    }

    /// Pupils with SEN support, by need.
    pub fn support(&self) -> NeedCounts {
        self.of(0)
    }

    /// Pupils with a plan, by need.
    pub fn plans(&self) -> NeedCounts {
        self.of(1)
    }

    fn of(&self, provision: usize) -> NeedCounts {
        let mut all = NeedCounts::default();
        for phase in &self.phases {
            all.add(phase.sen[provision]);
        }
        all
    }
}

/// Counts the county's own schools, as recorded.
pub(super) fn county(schools: &[CountySchool]) -> InventedAuthority {
    let mut phases = [PhaseCounts::default(); STATE_PHASES];
    for school in schools {
        let SenCounts::ByNeed { support, plans } = school.sen else {
            continue;
        };
        let phase = Phase::ALL
            .iter()
            .position(|phase| *phase == school.phase)
            .filter(|phase| *phase < STATE_PHASES)
            .expect("schools counted by need are not independent");
        phases[phase].add(&PhaseCounts {
            pupils: school.pupils,
            sen: [support, plans],
        });
    }
    InventedAuthority {
        la_code: names::county_number(),
        area_code: names::area_code("E10", 901),
        name: names::COUNTY_NAME.to_owned(),
        region: names::COUNTY_REGION,
        phases,
    }
}

/// Invents the others, so that they and the county (before masking) add up to the published England.
pub(super) fn others(seed: u64, england: &NeedTable, county: &InventedAuthority) -> Vec<InventedAuthority> {
    let random = &mut Random::of(seed, &[11]);
    let rolls = rolls(random, county);
    let sen = sen(random, england, county, &rolls);
    let table = needs(random, england, county, &sen);
    let names = names::authorities(random, OTHER_AUTHORITIES);
    let mut regions = regions();
    random.shuffle(&mut regions);
    let described = names.into_iter().zip(regions).enumerate();
    described
        .map(|(place, (name, region))| InventedAuthority {
            la_code: names::authority_number(place),
            area_code: names::area_code("E06", 901 + place),
            name,
            region,
            phases: std::array::from_fn(|phase| {
                let sen =
                    table[place][phase].map(|needs| NeedCounts(needs.map(|pupils| random.rounded(pupils))));
                // Rounding may lift pupils with SEN past the roll of a phase in which nearly all have it.
                let least = sen[0].total() + sen[1].total();
                PhaseCounts {
                    pupils: random.rounded(rolls[place][phase]).max(least),
                    sen,
                }
            }),
        })
        .collect()
}

/// The regions of the others: as many in each as in England, the county's place taken.
fn regions() -> Vec<usize> {
    let mut left = AUTHORITIES_BY_REGION;
    left[names::COUNTY_REGION] -= 1;
    left.iter()
        .enumerate()
        .flat_map(|(region, authorities)| std::iter::repeat_n(region, *authorities))
        .collect()
}

/// Pupils on roll by authority and phase: sizes as published, phases as in England and a little apart.
fn rolls(random: &mut Random, county: &InventedAuthority) -> Vec<[f64; STATE_PHASES]> {
    let wanted: [f64; STATE_PHASES] = std::array::from_fn(|phase| {
        f64::from(ENGLAND[phase].pupils) - f64::from(county.phases[phase].pupils)
    });
    let england: f64 = ENGLAND[..STATE_PHASES]
        .iter()
        .map(|facts| f64::from(facts.pupils))
        .sum();
    let mut sizes: Vec<f64> = (0..OTHER_AUTHORITIES)
        .map(|order| (order as f64 + random.uniform()) / OTHER_AUTHORITIES as f64)
        .map(|share| {
            of_known(&SIZE_QUANTILES, &AUTHORITY_PUPILS, share).expect("the quantiles run from 0 to 1")
        })
        .collect();
    random.shuffle(&mut sizes);
    scale_to(&mut sizes, wanted.iter().sum());
    let mut rolls: Vec<[f64; STATE_PHASES]> = sizes
        .iter()
        .map(|size| {
            std::array::from_fn(|phase| {
                let absent = ENGLAND[phase].phase == Phase::NonMaintainedSpecial
                    && !random.happens(WITH_NON_MAINTAINED);
                let share = f64::from(ENGLAND[phase].pupils) / england;
                let apart = libm::exp(PHASE_SPREAD * random.normal());
                if absent { 0.0 } else { size * share * apart }
            })
        })
        .collect();
    fit(&mut rolls, &sizes, &wanted);
    rolls
}

/// Pupils with SEN support and with plans by authority and phase.
fn sen(
    random: &mut Random,
    england: &NeedTable,
    county: &InventedAuthority,
    rolls: &[[f64; STATE_PHASES]],
) -> Vec<[[f64; 2]; STATE_PHASES]> {
    let effects: [Vec<f64>; 2] = std::array::from_fn(|_| random.balanced_normals(OTHER_AUTHORITIES));
    let mut all = vec![[[0.0; 2]; STATE_PHASES]; OTHER_AUTHORITIES];
    for phase in 0..STATE_PHASES {
        // In special schools and alternative provision nearly everyone has SEN everywhere.
        let ordinary = !ENGLAND[phase].phase.is_specialist();
        for provision in 0..2 {
            let mut expected: Vec<f64> = (0..OTHER_AUTHORITIES)
                .map(|place| {
                    let effect = AUTHORITY_RATE_SPREAD[provision] * effects[provision][place];
                    rolls[place][phase] * if ordinary { libm::exp(effect) } else { 1.0 }
                })
                .collect();
            let own = county.phases[phase].sen[provision].total();
            let wanted = england[phase][provision].iter().sum::<f64>() - f64::from(own);
            scale_to(&mut expected, wanted.max(0.0));
            for (place, pupils) in expected.into_iter().enumerate() {
                all[place][phase][provision] = pupils;
            }
        }
    }
    all
}

/// Pupils by authority, phase, provision and need: each authority leans its own way, alike in every phase and
/// provision (**assumed**), with the published spread and correlation.
fn needs(
    random: &mut Random,
    england: &NeedTable,
    county: &InventedAuthority,
    sen: &[[[f64; 2]; STATE_PHASES]],
) -> Vec<NeedTable> {
    let factor = correlation_factor();
    let independent: [Vec<f64>; NEED_COUNT] =
        std::array::from_fn(|_| random.balanced_normals(OTHER_AUTHORITIES));
    let leanings: Vec<[f64; NEED_COUNT]> = (0..OTHER_AUTHORITIES)
        .map(|place| {
            let effects = factor.times(&independent.each_ref().map(|normals| normals[place]));
            std::array::from_fn(|need| libm::exp(SPREAD_OF_LARGE * AUTHORITY_SPREAD[need] * effects[need]))
        })
        .collect();
    let mut table: Vec<NeedTable> = vec![[[[0.0; NEED_COUNT]; 2]; STATE_PHASES]; OTHER_AUTHORITIES];
    for phase in 0..STATE_PHASES {
        for provision in 0..2 {
            let rows: Vec<f64> = sen.iter().map(|authority| authority[phase][provision]).collect();
            let columns: [f64; NEED_COUNT] = std::array::from_fn(|need| {
                let own = f64::from(county.phases[phase].sen[provision].0[need]);
                (england[phase][provision][need] - own).max(0.0)
            });
            let mut cells: Vec<[f64; NEED_COUNT]> = rows
                .iter()
                .zip(&leanings)
                .map(|(row, leaning)| std::array::from_fn(|need| row * columns[need] * leaning[need]))
                .collect();
            fit(&mut cells, &rows, &columns);
            for (authority, needs) in table.iter_mut().zip(cells) {
                authority[phase][provision] = needs;
            }
        }
    }
    table
}
