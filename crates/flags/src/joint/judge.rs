//! From schools to verdicts: learn what is ordinary, weigh the explanations, hold the flags to their promise.

use std::collections::BTreeMap;

use crate::{Explanation, Level};

use super::area::{self, ShareDistribution};
use super::displaced::{DisplacedPupils, Moments, Part, displaced, moments};
use super::hypothesis::{Donors, EXPLANATIONS, Hypotheses};
use super::leap::Place;
use super::learn::{Learning, Look, Parameters, Prepared, Purpose, Reach, Warm, warm_size};
use super::prior::{self, PHASES};
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
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// One verdict for each school given, in that order.
    pub schools: Vec<SchoolVerdict>,
    /// Every district, part and authority that has a judged school, and all together.
    pub areas: Vec<AreaVerdict>,
    /// Share of schools that mask in general.
    pub general_share: f64,
    /// Whether the schools were too few to learn their own spread, so that the shipped assumption decides.
    pub spread_is_assumed: bool,
}

/// Fewer pupils on roll than this and a school is not judged.
const FEWEST_PUPILS: u32 = 20;
/// Fewer schools of a phase than this and the shipped spread decides.
const FEWEST_TO_LEARN: usize = 300;

/// Judges every school and area.
pub fn judge(schools: &[School], settings: &Settings) -> Judgement {
    Engine::new(schools, settings).judge()
}

struct Engine<'a> {
    schools: &'a [School],
    settings: &'a Settings,
    /// Places of the judged schools among `schools`.
    judged: Vec<usize>,
    prepared: Vec<Prepared>,
    parameters: Parameters,
    areas: usize,
}

impl<'a> Engine<'a> {
    fn new(schools: &'a [School], settings: &'a Settings) -> Self {
        let judged: Vec<usize> = (0..schools.len())
            .filter(|place| {
                matches!(
                    schools[*place].phase,
                    SchoolPhase::Primary | SchoolPhase::Secondary
                ) && schools[*place].pupils >= FEWEST_PUPILS
            })
            .collect();
        let mut authorities = BTreeMap::new();
        let mut districts = BTreeMap::new();
        let mut areas = BTreeMap::new();
        for place in &judged {
            let school = &schools[*place];
            let next = authorities.len();
            authorities.entry(school.authority).or_insert(next);
            let next = districts.len();
            districts.entry(school.district_key()).or_insert(next);
            let next = areas.len();
            areas.entry((school.authority, school.part)).or_insert(next);
        }
        let rates = prior::log_rate(settings.counted).map(|rates| rates.map(libm::exp));
        let prepared: Vec<Prepared> = judged
            .iter()
            .map(|place| {
                let school = &schools[*place];
                let phase = usize::from(school.phase == SchoolPhase::Secondary);
                Prepared {
                    authority: authorities[&school.authority],
                    district: districts[&school.district_key()],
                    area: areas[&(school.authority, school.part)],
                    phase,
                    provision: school.provision(),
                    observed: school.observed(settings.counted),
                    offset: school.offset(&rates[phase]),
                    further: 0.0,
                }
            })
            .collect();
        let hypotheses = Hypotheses::new(settings.donors);
        let mut parameters = Parameters::before(
            settings.counted,
            hypotheses,
            settings.assumed_spread,
            settings.masked_before.0,
        );
        parameters.area_share = vec![settings.masked_before.0; areas.len()];
        parameters.start(&prepared, authorities.len(), districts.len());
        Self {
            schools,
            settings,
            judged,
            prepared,
            parameters,
            areas: areas.len(),
        }
    }

    fn judge(mut self) -> Judgement {
        let (looks, shares) = self.learn();
        let parameters = &self.parameters;
        let general = parameters.masked_share;
        let mut verdicts: Vec<SchoolVerdict> = self.schools.iter().map(SchoolVerdict::unjudged).collect();
        let mut each: Vec<Moments> = Vec::with_capacity(self.prepared.len());
        for ((place, school), look) in self.judged.iter().zip(&self.prepared).zip(&looks) {
            let (verdict, school_moments) = school_verdict(
                self.schools[*place].id,
                school,
                look,
                &shares[school.area],
                parameters,
            );
            verdicts[*place] = verdict;
            each.push(school_moments);
        }
        self.flag(&mut verdicts);
        let areas = self.area_verdicts(&verdicts, &looks, &each);
        let fewest = (0..PHASES)
            .map(|phase| {
                self.prepared
                    .iter()
                    .filter(|school| school.phase == phase)
                    .count()
            })
            .max()
            .unwrap_or(0);
        Judgement {
            schools: verdicts,
            areas,
            general_share: general,
            spread_is_assumed: fewest < FEWEST_TO_LEARN,
        }
    }

    fn learn(&mut self) -> (Vec<Look>, Vec<ShareDistribution>) {
        let mut learning = Learning {
            effect_worth: prior::EFFECT_WORTH,
            spread: self.settings.assumed_spread,
            stride: 1.6,
            reach: Reach::Ordinary,
        };
        // What is ordinary, all schools taken as ordinary.
        let full = std::mem::replace(&mut self.parameters.hypotheses, Hypotheses::ordinary_only());
        let mut warm = self.cold(&self.prepared);
        for _ in 0..ORDINARY_ROUNDS {
            let looks = self.parameters.look(&self.prepared, &mut warm, Purpose::Learn);
            self.parameters.learn(&self.prepared, &looks, learning);
        }
        self.parameters.hypotheses = full;
        self.parameters.hypotheses.start_from(RIVALS_FROM);
        drop(warm);

        // Then every explanation: spread, tails and weights from a sample of the schools spread over all
        // authorities, authorities' means from all.
        learning.reach = Reach::Sample;
        learning.stride = 1.0;
        let stride = (self.prepared.len() / SAMPLE).max(1);
        let sample: Vec<Prepared> = self.prepared.iter().step_by(stride).cloned().collect();
        let mut warm = self.cold(&sample);
        for _ in 0..SAMPLE_LEAPS {
            let mut places = vec![Place::of(&self.parameters)];
            for _ in 0..2 {
                self.round(&sample, &mut warm, learning);
                places.push(Place::of(&self.parameters));
            }
            Place::leap(&places[0], &places[1], &places[2], &mut self.parameters);
            self.round(&sample, &mut warm, learning);
        }
        drop(warm);
        learning.reach = Reach::Everything;
        let mut warm = self.cold(&self.prepared);
        for _ in 0..FULL_ROUNDS {
            let looks = self.parameters.look(&self.prepared, &mut warm, Purpose::Learn);
            self.parameters.learn(&self.prepared, &looks, learning);
            self.learn_shares_of_all(&looks);
        }
        self.learn_parts();
        let looks = self.parameters.look(&self.prepared, &mut warm, Purpose::Judge);
        let shares = self.learn_shares_of_all(&looks);
        (looks, shares)
    }

    fn round(&mut self, schools: &[Prepared], warm: &mut Warm, learning: Learning) {
        let looks = self.parameters.look(schools, warm, Purpose::Learn);
        self.parameters.learn(schools, &looks, learning);
        self.learn_shares(schools, &looks);
    }

    /// More rounds for authorities cut into parts: a masked part first passes for an ordinary shift of its districts,
    /// and a round undoes only some of it.
    fn learn_parts(&mut self) {
        let cut: Vec<Prepared> = self
            .judged
            .iter()
            .zip(&self.prepared)
            .filter(|(place, _)| self.schools[**place].part.is_some())
            .map(|(_, school)| school.clone())
            .collect();
        let mut warm = self.cold(&cut);
        let learning = Learning {
            effect_worth: 0.0,
            spread: 1.0,
            stride: 1.0,
            reach: Reach::Means,
        };
        for _ in 0..PART_ROUNDS {
            let looks = self.parameters.look(&cut, &mut warm, Purpose::Learn);
            self.parameters.learn(&cut, &looks, learning);
            self.learn_part_shares(&cut, &looks);
        }
    }

    /// The masked share of the areas that hold the schools given; the general share stays.
    fn learn_part_shares(&mut self, schools: &[Prepared], looks: &[Look]) {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, school) in schools.iter().enumerate() {
            members.entry(school.area).or_default().push(place);
        }
        for (area, places) in members {
            let share = area::masked_share(
                &places.iter().map(|place| &looks[*place]),
                self.parameters.masked_share,
                self.settings.area_level,
            );
            self.parameters.area_share[area] = share.mean();
        }
    }

    fn cold(&self, schools: &[Prepared]) -> Warm {
        vec![0.0; schools.len() * warm_size(&self.parameters.hypotheses)]
    }

    fn learn_shares_of_all(&mut self, looks: &[Look]) -> Vec<ShareDistribution> {
        let prepared = std::mem::take(&mut self.prepared);
        let shares = self.learn_shares(&prepared, looks);
        self.prepared = prepared;
        shares
    }

    /// The general share of masked schools and that of every area.
    fn learn_shares(&mut self, schools: &[Prepared], looks: &[Look]) -> Vec<ShareDistribution> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.areas];
        for (place, school) in schools.iter().enumerate() {
            members[school.area].push(place);
        }
        let (before, worth) = self.settings.masked_before;
        let mut shares = Vec::new();
        for _ in 0..SHARE_ROUNDS {
            let general = self.parameters.masked_share;
            shares = members
                .iter()
                .map(|places| {
                    area::masked_share(
                        &places.iter().map(|place| &looks[*place]),
                        general,
                        self.settings.area_level,
                    )
                })
                .collect();
            let (mut masked, mut schools) = (before * worth, worth);
            for (places, share) in members.iter().zip(&shares) {
                let like_others = 1.0 - share.culture;
                for place in places {
                    masked += like_others * looks[*place].masking(general);
                    schools += like_others;
                }
            }
            self.parameters.masked_share = masked / schools;
        }
        self.parameters.area_share = shares.iter().map(ShareDistribution::mean).collect();
        shares
    }

    /// Red: the largest set of schools, by probability, whose expected share of wrong flags keeps the promise.
    fn flag(&self, verdicts: &mut [SchoolVerdict]) {
        let mut order: Vec<usize> = self.judged.clone();
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

    fn area_verdicts(
        &self,
        verdicts: &[SchoolVerdict],
        looks: &[Look],
        each: &[Moments],
    ) -> Vec<AreaVerdict> {
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
            .map(|(key, places)| self.area_verdict(key, &places, verdicts, looks, each))
            .collect()
    }

    fn area_verdict(
        &self,
        key: AreaKey,
        places: &[usize],
        verdicts: &[SchoolVerdict],
        looks: &[Look],
        each: &[Moments],
    ) -> AreaVerdict {
        let share = area::masked_share(
            &places.iter().map(|place| &looks[*place]),
            self.parameters.masked_share,
            self.settings.area_level,
        );
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
                lower: quantile(&share.points, 0.05),
                upper: quantile(&share.points, 0.95),
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

const ORDINARY_ROUNDS: usize = 16;
const PART_ROUNDS: usize = 8;
const SAMPLE: usize = 5000;
const SAMPLE_LEAPS: usize = 6;
const FULL_ROUNDS: usize = 1;
/// Rivals start this many times as common as before data: learning is quicker downwards.
const RIVALS_FROM: f64 = 4.0;
const SHARE_ROUNDS: usize = 12;

fn quantile(points: &[(f64, f64)], at: f64) -> f64 {
    let mut sum = 0.0;
    for (value, probability) in points {
        sum += probability;
        if sum >= at {
            return *value;
        }
    }
    points.last().map_or(0.0, |(value, _)| *value)
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
    let mut parts = Vec::new();
    for (place, within) in look.within.iter().enumerate() {
        let explanation = parameters.hypotheses.all[place].explanation;
        let probability = within
            * if explanation == Explanation::Masking {
                masking
            } else {
                not_masking
            };
        probabilities[explanation as usize] += probability;
        if explanation == Explanation::Masking {
            let shared = look.displaced[parts.len()];
            parts.push(Part {
                weight: probability,
                mean: shared.mean,
                variance: shared.variance,
                slcn_of_it: shared.slcn_of_it,
            });
        }
    }
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
