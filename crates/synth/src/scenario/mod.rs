//! Invents an England of mainstream schools with masking planted in some of them, to measure detectors of masking. Takes
//! a [`Scenario`] (how schools differ, what is planted where, a seed); gives a [`SimulatedEngland`]: every school's counts
//! by need and provision, with the truth about it.
//!
//! Rates by need, their spread between authorities and the numbers and sizes of schools follow the published
//! figures for 2022/23 (state-funded primary and secondary schools); how much schools differ within an authority is
//! not published by need, so it is an assumption, varied between scenarios. No real school is in any of them.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "simulated pupils and places are small whole numbers, rounded and bounded before they are cast"
)]

mod geography;
mod pupils;
mod school;
mod wide_layout;

pub use geography::{ESSEX_DISTRICTS, ESSEX_QUADRANTS};
pub use pupils::{AuditedCount, EVIDENCE_SHOWN, EvidenceShown, RecordsShown, Seen};
pub use wide_layout::{FIRST_URN, quadrant_name, write_wide_layout};

use crate::random::Random;
use geography::ScenarioAuthority;
use senlens_model::published_rates::{
    self, BETWEEN_PHASES, LOG_RATE, PRIMARY_COVARIANCE, SECONDARY_COVARIANCE,
};
use senlens_stats::matrix::Cholesky;

/// The needs a scenario draws, in the order of every array in this module: MLD, SLCN, SEMH, ASD, SPLD, all other
/// named needs together, and `SEN support but no specialist assessment` (NSA).
pub const NEED_GROUPS: usize = published_rates::NEED_GROUPS;
/// Moderate learning difficulty.
pub const MLD: usize = 0;
/// Speech, language and communication needs.
pub const SLCN: usize = 1;
/// Social, emotional and mental health.
pub const SEMH: usize = 2;
/// Autistic spectrum disorder.
pub const ASD: usize = 3;
/// Specific learning difficulty.
pub const SPLD: usize = 4;
/// All other named needs.
pub const REST: usize = 5;
/// No specialist assessment.
pub const NSA: usize = 6;

/// One number for each need group.
pub type ByNeed = [f64; NEED_GROUPS];

/// Primary or secondary: a scenario holds mainstream schools only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScenarioPhase {
    /// State-funded primary.
    Primary,
    /// State-funded secondary.
    Secondary,
}

/// How counts arise from a school's rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountModel {
    /// Each need's count is Poisson around pupils times rate.
    Poisson,
    /// The number with any need is negative binomial (a gamma of coefficient of variation 0.33 times a Poisson)
    /// around what the authority leads one to expect, and the needs are a multinomial split of it: a school's
    /// effects move shares, not rates.
    Multinomial,
}

/// The shape of a school's effects on the log rate of each need.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EffectTails {
    /// Jointly normal.
    Normal,
    /// A joint t: one draw of scale for all of a school's effects.
    StudentShared(f64),
    /// A t for each need, then correlated.
    StudentEach(f64),
    /// Gamma multipliers (log-gamma effects, skewed to the left) of the same variance on the log scale.
    Gamma,
}

/// Which schools mask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Masked {
    /// No school.
    Nobody,
    /// This share of all schools.
    Share(f64),
    /// One quadrant of Essex (its place in [`ESSEX_QUADRANTS`]): share of its schools, share of all others.
    Quadrant {
        /// Place in [`ESSEX_QUADRANTS`].
        quadrant: usize,
        /// Share of the quadrant's schools that mask.
        inside: f64,
        /// Share of all other schools that mask.
        outside: f64,
    },
}

/// A rival of masking planted in a share of the schools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rival {
    /// More of every need, by a factor between 1.4 and 2.2.
    MoreOfEverything,
    /// ASD higher by a factor between 1.8 and 3; the numbers with other needs unchanged.
    AsdSurge,
    /// ASD higher by a factor between 1.8 and 3, taken from the school's other needs in proportion.
    AsdSurgeSqueezing,
    /// A unit: 8 to 25 more pupils with MLD, flagged in the census.
    FlaggedMldUnit,
    /// A unit: 8 to 25 more pupils with MLD, not flagged.
    UnflaggedMldUnit,
    /// A unit: 8 to 25 more pupils with one need drawn from MLD, SLCN, SEMH, ASD and the rest, flagged.
    FlaggedUnit,
    /// Thirty to seventy of every hundred at SEN support have no assessed type.
    MissingCodes,
}

/// How an England is invented.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Short name, for tables.
    pub name: &'static str,
    /// Decides everything.
    pub seed: u64,
    /// Share of the real number of schools in each authority (1.0 gives about 20,000); Essex is never cut.
    pub size: f64,
    /// How counts arise.
    pub counts: CountModel,
    /// Shape of the school effects.
    pub tails: EffectTails,
    /// Standard deviation of the school effect on each need's log rate.
    pub effect_sd: ByNeed,
    /// Correlation between any two needs' school effects.
    pub correlation: f64,
    /// Further correlation of MLD with SLCN and SEMH alone (negative: ordinary substitution between labels).
    pub mld_correlation: f64,
    /// Factor on the published spread of authorities.
    pub authority_spread: f64,
    /// Ordinary spread of districts in each need's log rate (standard deviation).
    pub district_sd: f64,
    /// Which schools mask.
    pub masked: Masked,
    /// Smallest and largest fraction of SLCN and SEMH moved into MLD.
    pub fraction: (f64, f64),
    /// Whether SLCN and SEMH move by the same fraction in a school.
    pub same_fraction: bool,
    /// A rival planted in a share of the schools that do not mask.
    pub rival: Option<(Rival, f64)>,
    /// Strengths of what is planted, equally common (factors, or pupils of a unit); empty: the usual range of each.
    pub strengths: &'static [f64],
    /// Which year of the same schools: their effects and what is planted stay, their pupils change.
    pub year: u32,
    /// What a year adds to every school's log rate of MLD: national drift.
    pub mld_drift: f64,
    /// How often displaced pupils, and all others recorded with MLD, show each kind of evidence.
    pub evidence: EvidenceShown,
}

impl Default for Scenario {
    /// Nobody masked, normal effects of plausible size.
    fn default() -> Self {
        Self {
            name: "nobody",
            seed: 1,
            size: 1.0,
            counts: CountModel::Poisson,
            tails: EffectTails::Normal,
            effect_sd: [0.5, 0.4, 0.4, 0.45, 0.5, 0.35, 0.8],
            correlation: 0.3,
            mld_correlation: 0.0,
            authority_spread: 1.0,
            district_sd: 0.0,
            masked: Masked::Nobody,
            fraction: (0.3, 0.6),
            same_fraction: true,
            rival: None,
            strengths: &[],
            year: 0,
            mld_drift: 0.0,
            evidence: EVIDENCE_SHOWN,
        }
    }
}

/// What is true of a school.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SchoolTruth {
    /// Whether it masks.
    pub masked: bool,
    /// The rival planted in it.
    pub rival: Option<Rival>,
    /// Its strength: a factor, or the pupils of a unit; 1 where none is planted.
    pub strength: f64,
    /// Fraction of SLCN and of SEMH moved into MLD.
    pub fraction: [f64; 2],
    /// Pupils moved into MLD from SLCN and from SEMH.
    pub displaced: [u32; 2],
    /// What records of its pupils show.
    pub evidence: RecordsShown,
    /// Mean of the school's log rates per pupil given its authority, district and phase: what one who knows the
    /// parameters knows.
    pub mean_log_rate: ByNeed,
}

/// One invented school.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedSchool {
    /// Place of its authority in [`SimulatedEngland::authorities`].
    pub authority: usize,
    /// Place of its region among the nine.
    pub region: usize,
    /// Place of its district in the authority (for Essex in [`ESSEX_DISTRICTS`]).
    pub district: usize,
    /// Place of its quadrant in [`ESSEX_QUADRANTS`], for Essex.
    pub quadrant: Option<usize>,
    /// Primary or secondary.
    pub phase: ScenarioPhase,
    /// Pupils on roll.
    pub pupils: u32,
    /// Flagged as having an SEN unit.
    pub has_unit: bool,
    /// Flagged as having provision for MLD.
    pub has_mld_provision: bool,
    /// Pupils at SEN support by need group.
    pub support: [u32; NEED_GROUPS],
    /// Pupils with a plan by need group.
    pub plans: [u32; NEED_GROUPS],
    /// What is true of it.
    pub truth: SchoolTruth,
}

impl SimulatedSchool {
    /// Pupils at SEN support and with plans together, by need group.
    pub fn total(&self) -> [u32; NEED_GROUPS] {
        std::array::from_fn(|need| self.support[need] + self.plans[need])
    }
}

/// An invented England.
#[derive(Debug, Clone)]
pub struct SimulatedEngland {
    /// What it was made from.
    pub scenario: Scenario,
    /// Three-digit authority numbers.
    pub authorities: Vec<u16>,
    /// Every school, authority by authority.
    pub schools: Vec<SimulatedSchool>,
    /// Covariance of the school effects (the log-scale covariance of the normal or t part).
    pub covariance: [ByNeed; NEED_GROUPS],
}

/// Share of pupils with each need who have a plan, not SEN support: as published, but NSA is a code of SEN support alone.
const PLAN_SHARE: ByNeed = {
    let mut share = published_rates::PLAN_SHARE;
    share[NSA] = 0.0;
    share
};

impl Scenario {
    /// Invents the England this scenario describes.
    pub fn simulate(&self) -> SimulatedEngland {
        let mut random = Random::of(self.seed, &[]);
        let authorities = geography::authorities(&mut random, self.size);
        let covariance = self.covariance();
        let factor = Cholesky::of(&covariance).expect("correlations that can be");
        let mut schools = Vec::new();
        for (place, authority) in authorities.iter().enumerate() {
            self.simulate_authority(place, authority, &factor, &mut random, &mut schools);
        }
        SimulatedEngland {
            scenario: self.clone(),
            authorities: authorities.iter().map(|authority| authority.number).collect(),
            schools,
            covariance,
        }
    }

    fn covariance(&self) -> [ByNeed; NEED_GROUPS] {
        std::array::from_fn(|row| {
            std::array::from_fn(|column| {
                let correlation = if row == column {
                    1.0
                } else if (row == MLD && (column == SLCN || column == SEMH))
                    || (column == MLD && (row == SLCN || row == SEMH))
                {
                    self.correlation + self.mld_correlation
                } else {
                    self.correlation
                };
                correlation * self.effect_sd[row] * self.effect_sd[column]
            })
        })
    }

    fn simulate_authority(
        &self,
        place: usize,
        authority: &ScenarioAuthority,
        factor: &Cholesky<[ByNeed; NEED_GROUPS]>,
        random: &mut Random,
        schools: &mut Vec<SimulatedSchool>,
    ) {
        let mut means = [[0.0; NEED_GROUPS]; 2];
        for need in 0..NEED_GROUPS {
            let shared = random.normal();
            let own = random.normal();
            let primary_sd = PRIMARY_COVARIANCE[need][need].sqrt();
            let secondary_sd = SECONDARY_COVARIANCE[need][need].sqrt();
            let correlation = BETWEEN_PHASES[need][need] / (primary_sd * secondary_sd);
            let other = correlation * shared + (1.0 - correlation * correlation).sqrt() * own;
            means[0][need] = LOG_RATE[0][need] + self.authority_spread * primary_sd * shared;
            means[1][need] = LOG_RATE[1][need] + self.authority_spread * secondary_sd * other;
        }
        for phase in &mut means {
            phase[MLD] += f64::from(self.year) * self.mld_drift;
        }
        for (district, (primaries, secondaries)) in authority.schools.iter().enumerate() {
            let shift: ByNeed = std::array::from_fn(|_| self.district_sd * random.normal());
            for (phase, number) in [
                (ScenarioPhase::Primary, *primaries),
                (ScenarioPhase::Secondary, *secondaries),
            ] {
                for _ in 0..number {
                    // One stream for what stays true of a school, one for a year's pupils.
                    let (mut standing, mut yearly) = random.school(self.year);
                    let mean = std::array::from_fn(|need| means[phase as usize][need] + shift[need]);
                    let quadrant = authority.is_essex().then(|| geography::quadrant_of(district));
                    schools.push(self.simulate_school(
                        (place, authority.region, district, quadrant),
                        phase,
                        mean,
                        factor,
                        &mut standing,
                        &mut yearly,
                    ));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masking_moves_pupils_and_loses_none() {
        let quiet = Scenario {
            size: 0.1,
            ..Scenario::default()
        }
        .simulate();
        let planted = Scenario {
            size: 0.1,
            masked: Masked::Share(1.0),
            ..Scenario::default()
        }
        .simulate();
        let sum = |england: &SimulatedEngland, need: usize| -> f64 {
            england
                .schools
                .iter()
                .map(|school| f64::from(school.total()[need]))
                .sum()
        };
        let all = |england: &SimulatedEngland| (0..NEED_GROUPS).map(|need| sum(england, need)).sum::<f64>();
        assert!((all(&planted) / all(&quiet) - 1.0).abs() < 0.05);
        let kept = sum(&planted, SLCN) / sum(&quiet, SLCN);
        assert!((kept - 0.55).abs() < 0.05, "kept {kept}");
        for school in &planted.schools {
            assert!(school.truth.masked);
            assert!(school.truth.displaced[0] + school.truth.displaced[1] <= school.total()[MLD]);
        }
    }

    #[test]
    fn a_year_later_the_schools_are_the_same_and_fewer_of_them_mask() {
        let year = |year, share| {
            Scenario {
                size: 0.05,
                year,
                masked: Masked::Share(share),
                ..Scenario::default()
            }
            .simulate()
        };
        let (before, after) = (year(0, 0.3), year(1, 0.1));
        let mut changed = 0;
        for (one, other) in before.schools.iter().zip(&after.schools) {
            assert_eq!((one.pupils, one.phase), (other.pupils, other.phase));
            assert!(one.truth.masked || !other.truth.masked);
            changed += usize::from(one.total() != other.total());
        }
        assert!(
            changed * 10 > before.schools.len() * 9,
            "{changed} schools changed"
        );
    }

    #[test]
    fn an_england_has_the_published_shape() {
        let england = Scenario::default().simulate();
        let schools = england.schools.len();
        assert!((19_500..=21_000).contains(&schools), "{schools} schools");
        assert_eq!(england.authorities.len(), 152);
        let essex = england
            .schools
            .iter()
            .filter(|school| school.quadrant.is_some())
            .count();
        assert_eq!(essex, 528);
        let pupils: f64 = england
            .schools
            .iter()
            .map(|school| f64::from(school.pupils))
            .sum();
        let mld: f64 = england
            .schools
            .iter()
            .map(|school| f64::from(school.total()[MLD]))
            .sum();
        let rate = 1000.0 * mld / pupils;
        assert!((20.0..36.0).contains(&rate), "MLD per thousand pupils: {rate}");
    }

    #[test]
    fn a_quadrant_is_masked_where_it_was_planted() {
        let masked = Masked::Quadrant {
            quadrant: 1,
            inside: 0.4,
            outside: 0.05,
        };
        let england = Scenario {
            masked,
            size: 0.2,
            ..Scenario::default()
        }
        .simulate();
        let share = |inside: bool| {
            let schools: Vec<_> = england
                .schools
                .iter()
                .filter(|s| (s.quadrant == Some(1)) == inside)
                .collect();
            schools.iter().filter(|s| s.truth.masked).count() as f64 / schools.len() as f64
        };
        assert!((share(true) - 0.4).abs() < 0.15);
        assert!((share(false) - 0.05).abs() < 0.02);
    }
}
