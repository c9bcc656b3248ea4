//! From schools to verdicts: learn what is ordinary, weigh the explanations, hold the flags to their promise.

use std::collections::BTreeMap;

use crate::{Explanation, Level};

use super::area::{self, ShareDistribution};
use super::displaced::{DisplacedPupils, Moments, Part, displaced, moments};
use super::engine::{Engine, Learned};
use super::evidence::{EVIDENCE_KINDS, EvidenceRates};
use super::hypothesis::{Donors, EXPLANATIONS};
use super::look::Look;
use super::parameters::{Parameters, Prepared};
use super::school::{Counted, MLD, School, SchoolPhase};

/// What the model may be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which pupils are counted.
    pub counted: Counted,
    /// Share of wrong flags among the schools flagged red that is held to (default 0.05).
    pub false_discovery_rate: f64,
    /// An area masks when more than this share of its schools does (default 0.15).
    pub area_level: f64,
    /// An area is red from this probability on (default 0.95).
    pub area_red: f64,
    /// Schools and areas are amber from this probability on (default 0.5).
    pub amber: f64,
    /// Needs masking may draw from.
    pub donors: Donors,
    /// Factor on the assumed spread of schools, for schools too few to show it (default 1).
    pub assumed_spread: f64,
    /// Share of masked schools assumed before data, and the number of schools it counts for (default 0.05 and 40).
    pub masked_before: (f64, f64),
    /// Chance, before its schools are seen, that an area has a masking culture of its own (default 0.03).
    pub culture_before: f64,
    /// Rates at which each kind of evidence shows, in the order of [`super::EvidenceKind::ALL`]; `None` leaves a kind out.
    pub evidence: [Option<EvidenceRates>; EVIDENCE_KINDS],
    /// How much work to spend on learning (default [`Effort::Full`]).
    pub effort: Effort,
}

/// How much work is spent on learning the spread of schools and the weights of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Effort {
    /// For the verdict.
    #[default]
    Full,
    /// For rows that stand beside it, such as SEN support and plans apart: about half the time on England.
    Quick,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            counted: Counted::Total,
            false_discovery_rate: 0.05,
            area_level: 0.15,
            area_red: 0.95,
            amber: 0.5,
            donors: Donors::SlcnAndSemh,
            assumed_spread: 1.0,
            masked_before: (0.05, 40.0),
            culture_before: 0.03,
            evidence: EvidenceRates::ASSUMED.map(Some),
            effort: Effort::Full,
        }
    }
}

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

/// All verdicts.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// One verdict for each school given, in that order.
    pub schools: Vec<SchoolVerdict>,
    /// Every district, part and authority that has a judged school, and all together.
    pub areas: Vec<AreaVerdict>,
    /// Share of schools that mask in general.
    pub general_share: f64,
    /// Whether the schools were too few to learn their own spread, so that the shipped assumption decides.
    pub spread_is_assumed: bool,
    /// Rates of each kind of evidence as the data left them, in the order of [`super::EvidenceKind::ALL`].
    pub evidence: [Option<EvidenceRates>; EVIDENCE_KINDS],
    /// What was learned, for judging variations of the same schools.
    pub learned: Learned,
}

/// Judges every school and area.
pub fn judge(schools: &[School], settings: &Settings) -> Judgement {
    Engine::new(schools, settings).judge()
}

/// Judges the school and area rows from looks at the schools.
pub(super) struct Bench<'a> {
    pub(super) schools: &'a [School],
    pub(super) settings: &'a Settings,
    /// Places of the judged schools among `schools`, and the schools as the engine sees them.
    pub(super) judged: &'a [usize],
    pub(super) prepared: &'a [Prepared],
    pub(super) parameters: &'a Parameters,
    pub(super) looks: &'a [Look],
    pub(super) shares: &'a [ShareDistribution],
}

impl Bench<'_> {
    pub(super) fn verdicts(&self) -> (Vec<SchoolVerdict>, Vec<AreaVerdict>) {
        let mut verdicts: Vec<SchoolVerdict> = self.schools.iter().map(SchoolVerdict::unjudged).collect();
        let mut each: Vec<Moments> = Vec::with_capacity(self.prepared.len());
        for ((place, school), look) in self.judged.iter().zip(self.prepared).zip(self.looks) {
            let share = &self.shares[school.area];
            let id = self.schools[*place].id;
            let (verdict, moments) = school_verdict(id, school, look, share, self.parameters);
            verdicts[*place] = verdict;
            each.push(moments);
        }
        self.flag(&mut verdicts);
        let areas = self.area_verdicts(&verdicts, &each);
        (verdicts, areas)
    }

    /// Red: the largest set of schools, by probability, whose expected share of wrong flags keeps the promise.
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
        let ratios: Vec<f64> = places.iter().map(|place| self.looks[*place].ratio()).collect();
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
        // Beyond chance at each school, the share itself is uncertain, and moves all schools together.
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
                lower: share.quantile(0.05),
                upper: share.quantile(0.95),
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
    school: &Prepared,
    look: &Look,
    share: &ShareDistribution,
    parameters: &Parameters,
) -> (SchoolVerdict, Moments) {
    let mut masking = 0.0;
    let mut not_masking = 0.0;
    for (value, probability) in &share.points {
        let given = look.masking(*value);
        masking += probability * given;
        not_masking += probability * (1.0 - given);
    }
    let mut probabilities = [0.0; EXPLANATIONS];
    for (place, within) in look.within.iter().enumerate() {
        let explanation = parameters.hypotheses.all[place].explanation;
        probabilities[explanation as usize] += within
            * if explanation == Explanation::Masking {
                masking
            } else {
                not_masking
            };
    }
    let parts: Vec<Part> = look
        .parts
        .iter()
        .map(|part| Part {
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
        displaced: displaced(recorded, &parts),
    };
    (verdict, moments(recorded, &parts))
}
