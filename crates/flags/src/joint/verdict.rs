//! Verdicts on schools and areas: probabilities of the explanations, displaced pupils, and levels held to a stated rate
//! of false discoveries.

use std::collections::BTreeMap;

use crate::{Explanation, Level};

use super::area::{self, ShareDistribution};
use super::displaced::{DisplacedPupils, DisplacedShare, Moments, TAIL, displaced, moments};
use super::hypothesis::EXPLANATIONS;
use super::learning::e_step::SchoolPosterior;
use super::parameters::Parameters;
use super::prepared::PreparedSchool;
use super::school::{MLD, School, SchoolPhase};
use super::settings::Settings;

/// The verdict on one school.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolVerdict {
    /// The caller's number for the school.
    pub id: u32,
    /// How strongly it is flagged.
    pub level: Level,
    /// Probability of each explanation, in the order of [`Explanation::ALL`]; they sum to one.
    pub probabilities: [f64; EXPLANATIONS],
    /// Log odds of masking: orders schools whose probabilities print alike.
    pub score: f64,
    /// Pupils recorded with MLD.
    pub observed: f64,
    /// MLD expected of a school of its roll, authority and phase.
    pub expected: f64,
    /// Pupils displaced.
    pub displaced: DisplacedPupils,
}

/// Which area a verdict is about, by the caller's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaKey {
    /// A district.
    District(u32),
    /// A part ("quadrant") of an authority.
    Part(u32),
    /// An authority.
    Authority(u32),
    /// All schools given.
    All,
}

impl AreaKey {
    /// Whether a school lies in the area.
    pub fn holds(self, school: &School) -> bool {
        match self {
            Self::District(district) => school.district == Some(district),
            Self::Part(part) => school.part == Some(part),
            Self::Authority(authority) => school.authority == authority,
            Self::All => true,
        }
    }
}

/// The share of an area's schools that mask.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaskedShare {
    /// Expected share.
    pub mean: f64,
    /// Fifth percentile.
    pub lower: f64,
    /// Ninety-fifth percentile.
    pub upper: f64,
}

/// The verdict on an area, from its mainstream schools together.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaVerdict {
    /// Which area.
    pub area: AreaKey,
    /// Schools judged in it.
    pub schools: usize,
    /// How strongly it is flagged.
    pub level: Level,
    /// Probability of each explanation of the area's figures, in the order of [`Explanation::ALL`]: masking is the
    /// probability that more of its schools mask than the level set and than is general; the rest is divided as
    /// among its schools.
    pub probabilities: [f64; EXPLANATIONS],
    /// Log odds of masking.
    pub score: f64,
    /// Share of its schools that mask.
    pub masked_share: MaskedShare,
    /// Pupils recorded with MLD.
    pub observed: f64,
    /// MLD expected without masking: what its schools' authorities and phases lead one to expect.
    pub expected: f64,
    /// Pupils displaced.
    pub displaced: DisplacedPupils,
    /// Part of the displaced that is in the ten schools with most: near one, a few schools; near ten over the
    /// number of schools, a culture.
    pub top_ten_share: f64,
}

/// What verdicts are made from.
pub(super) struct VerdictContext<'a> {
    pub(super) schools: &'a [School],
    pub(super) settings: &'a Settings,
    /// Positions of the judged schools among `schools`, and these schools as the model sees them.
    pub(super) judged: &'a [usize],
    pub(super) prepared: &'a [PreparedSchool],
    pub(super) parameters: &'a Parameters,
    pub(super) posteriors: &'a [SchoolPosterior],
    pub(super) shares: &'a [ShareDistribution],
}

impl VerdictContext<'_> {
    pub(super) fn verdicts(&self) -> (Vec<SchoolVerdict>, Vec<AreaVerdict>) {
        let mut verdicts: Vec<SchoolVerdict> = self.schools.iter().map(SchoolVerdict::unjudged).collect();
        let mut each: Vec<Moments> = Vec::with_capacity(self.prepared.len());
        for ((place, school), posterior) in self.judged.iter().zip(self.prepared).zip(self.posteriors) {
            let share = &self.shares[school.area];
            let id = self.schools[*place].id;
            let (verdict, moments) = school_verdict(id, school, posterior, share, self.parameters);
            verdicts[*place] = verdict;
            each.push(moments);
        }
        self.flag(&mut verdicts);
        let areas = self.area_verdicts(&verdicts, &each);
        (verdicts, areas)
    }

    /// Red: the largest set of schools, by probability, whose expected share of wrong flags is at most the rate set.
    fn flag(&self, verdicts: &mut [SchoolVerdict]) {
        let mut order: Vec<usize> = self.judged.to_vec();
        order.sort_by(|first, second| {
            verdicts[*second]
                .score
                .total_cmp(&verdicts[*first].score)
                .then(first.cmp(second))
        });
        let mut wrong = 0.0;
        let mut flagged = 0;
        for (rank, place) in order.iter().enumerate() {
            wrong += 1.0 - verdicts[*place].masking();
            if wrong <= self.settings.false_discovery_rate * (rank + 1) as f64 {
                flagged = rank + 1;
            }
        }
        for (rank, place) in order.iter().enumerate() {
            let verdict = &mut verdicts[*place];
            verdict.level = if rank < flagged {
                Level::Red
            } else if verdict.masking() >= self.settings.amber {
                Level::Amber
            } else {
                Level::None
            };
        }
    }

    fn area_verdicts(&self, verdicts: &[SchoolVerdict], each: &[Moments]) -> Vec<AreaVerdict> {
        let mut members: BTreeMap<AreaKey, Vec<usize>> = BTreeMap::new();
        for (place, judged) in self.judged.iter().enumerate() {
            let school = &self.schools[*judged];
            members.entry(AreaKey::All).or_default().push(place);
            members
                .entry(AreaKey::Authority(school.authority))
                .or_default()
                .push(place);
            if let Some(part) = school.part {
                members.entry(AreaKey::Part(part)).or_default().push(place);
            }
            if let Some(district) = school.district {
                members
                    .entry(AreaKey::District(district))
                    .or_default()
                    .push(place);
            }
        }
        members
            .into_iter()
            .map(|(key, places)| self.area_verdict(key, &places, verdicts, each))
            .collect()
    }

    fn area_verdict(
        &self,
        key: AreaKey,
        places: &[usize],
        verdicts: &[SchoolVerdict],
        each: &[Moments],
    ) -> AreaVerdict {
        let ratios: Vec<f64> = places
            .iter()
            .map(|place| self.posteriors[*place].ratio())
            .collect();
        let share = area::masked_share(&ratios, self.parameters.masked_share, self.settings);
        let mut probabilities = [0.0; EXPLANATIONS];
        let (mut observed, mut expected) = (0.0, 0.0);
        let mut sum = Moments::default();
        let mut numbers = Vec::with_capacity(places.len());
        for place in places {
            let verdict = &verdicts[self.judged[*place]];
            observed += verdict.observed;
            expected += verdict.expected;
            for (total, probability) in probabilities.iter_mut().zip(verdict.probabilities) {
                *total += probability;
            }
            sum.mean += each[*place].mean;
            sum.variance += each[*place].variance;
            sum.slcn += each[*place].slcn;
            numbers.push(each[*place].mean);
        }
        // Beyond chance at each school, the share itself is uncertain, and its error is common to all schools.
        let mean_share = share.mean();
        let share_variance: f64 = share
            .points
            .iter()
            .map(|(value, probability)| probability * (value - mean_share) * (value - mean_share))
            .sum();
        if mean_share > 0.0 {
            let relative = share_variance / (mean_share * mean_share);
            sum.variance += 0.5 * relative * sum.mean * sum.mean;
        }
        let masking = Explanation::Masking as usize;
        let others: f64 = probabilities.iter().sum::<f64>() - probabilities[masking];
        for (place, probability) in probabilities.iter_mut().enumerate() {
            *probability = if place == masking {
                share.culture
            } else {
                (1.0 - share.culture) * *probability / others
            };
        }
        numbers.sort_by(|first, second| second.total_cmp(first));
        let top_ten: f64 = numbers.iter().take(10).sum();
        let half_width = 1.644_853_6 * sum.variance.sqrt();
        AreaVerdict {
            area: key,
            schools: places.len(),
            level: if share.culture >= self.settings.area_red {
                Level::Red
            } else if share.culture >= self.settings.amber {
                Level::Amber
            } else {
                Level::None
            },
            probabilities,
            score: log_odds(share.culture),
            masked_share: MaskedShare {
                mean: mean_share,
                lower: share.quantile(TAIL),
                upper: share.quantile(1.0 - TAIL),
            },
            observed,
            expected,
            displaced: DisplacedPupils {
                mean: sum.mean,
                lower: (sum.mean - half_width).max(0.0),
                upper: sum.mean + half_width,
                slcn: sum.slcn,
                semh: sum.mean - sum.slcn,
            },
            top_ten_share: if sum.mean > 0.0 { top_ten / sum.mean } else { 0.0 },
        }
    }
}

fn log_odds(probability: f64) -> f64 {
    libm::log(probability.max(1e-300)) - libm::log((1.0 - probability).max(1e-300))
}

impl SchoolVerdict {
    /// Probability of masking.
    pub fn masking(&self) -> f64 {
        self.probabilities[Explanation::Masking as usize]
    }

    fn unjudged(school: &School) -> Self {
        let mut probabilities = [0.0; EXPLANATIONS];
        let level = match school.phase {
            SchoolPhase::Specialist => {
                probabilities[Explanation::SpecialistIntake as usize] = 1.0;
                Level::NotApplicable
            }
            SchoolPhase::Other => {
                probabilities[Explanation::Ordinary as usize] = 1.0;
                Level::NotApplicable
            }
            SchoolPhase::Primary | SchoolPhase::Secondary => {
                probabilities[Explanation::Ordinary as usize] = 1.0;
                Level::TooFew
            }
        };
        Self {
            id: school.id,
            level,
            probabilities,
            score: f64::NEG_INFINITY,
            observed: 0.0,
            expected: 0.0,
            displaced: DisplacedPupils::default(),
        }
    }
}

fn school_verdict(
    id: u32,
    school: &PreparedSchool,
    posterior: &SchoolPosterior,
    share: &ShareDistribution,
    parameters: &Parameters,
) -> (SchoolVerdict, Moments) {
    let mut masking = 0.0;
    let mut not_masking = 0.0;
    for (value, probability) in &share.points {
        let given = posterior.masking(*value);
        masking += probability * given;
        not_masking += probability * (1.0 - given);
    }
    let mut probabilities = [0.0; EXPLANATIONS];
    for (place, within) in posterior.within.iter().enumerate() {
        let explanation = parameters.hypotheses.all[place].explanation;
        probabilities[explanation as usize] += within
            * if explanation == Explanation::Masking {
                masking
            } else {
                not_masking
            };
    }
    let displaced_shares: Vec<DisplacedShare> = posterior
        .displaced_shares
        .iter()
        .map(|part| DisplacedShare {
            weight: part.weight * masking,
            ..*part
        })
        .collect();
    let total: f64 = probabilities.iter().sum();
    for probability in &mut probabilities {
        *probability /= total;
    }
    let mean = parameters.mean(school);
    let spread = parameters.effects[school.phase][MLD][MLD];
    let recorded = school.observed[MLD];
    let verdict = SchoolVerdict {
        id,
        level: Level::None,
        probabilities,
        score: libm::log(masking.max(1e-300)) - libm::log(not_masking.max(1e-300)),
        observed: recorded,
        expected: school.offset[MLD] * libm::exp(mean[MLD] + 0.5 * spread),
        displaced: displaced(recorded, &displaced_shares),
    };
    (verdict, moments(recorded, &displaced_shares))
}
