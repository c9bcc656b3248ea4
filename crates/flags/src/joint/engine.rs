//! The order of learning: what is ordinary, then every explanation, then the evidence of pupils and audits.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::area::{self, ShareDistribution};
use super::evidence::{EVIDENCE_KINDS, EvidenceKind, EvidenceRates, Seen, learn_rates, weigh};
use super::hypothesis::Hypotheses;
use super::judge::{Bench, Effort, Judgement, Settings};
use super::leap::Place;
use super::learn::{Learning, Reach};
use super::look::{Look, Purpose};
use super::parameters::{Parameters, Prepared, Start, Warm, warm_size};
use super::prior::{self, PHASES};
use super::school::{ByGroup, Counted, GROUPS, MLD, School, SchoolPhase};

/// Fewer pupils on roll than this and a school is not judged.
const FEWEST_PUPILS: u32 = 20;
/// Fewer schools of both phases than this and the shipped spread decides.
const FEWEST_TO_LEARN: usize = 300;
/// Rounds of learning, by stage.
const ORDINARY_ROUNDS: usize = 16;
const QUICK_ORDINARY_ROUNDS: usize = 10;
/// At most so many rounds for parts, which end once no mean moves by more than this.
const PART_ROUNDS: usize = 40;
const PART_SETTLED: f64 = 2e-3;
const SAMPLE: usize = 5000;
const SAMPLE_LEAPS: usize = 4;
const QUICK_SAMPLE: usize = 2000;
const QUICK_LEAPS: usize = 3;
const FULL_ROUNDS: usize = 1;
/// Rivals start this many times as common as before data: learning is quicker downwards.
const RIVALS_FROM: f64 = 4.0;
const SHARE_ROUNDS: usize = 12;

/// What was learned from one set of schools: opaque, for judging variations of them.
#[derive(Debug, Clone)]
pub struct Learned {
    parameters: Parameters,
    counted: Counted,
    places: Places,
    /// Where the authorities' means started, from their counts alone.
    started: Vec<[ByGroup; PHASES]>,
}

/// Where the means of each authority, district and area stand in the parameters.
#[derive(Debug, Clone, Default)]
struct Places {
    authorities: BTreeMap<u32, usize>,
    districts: BTreeMap<(u32, Option<u32>, Option<u32>), usize>,
    areas: BTreeMap<(u32, Option<u32>), usize>,
}

/// How what was learned is varied, and how much is learned anew.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refit {
    /// Factor on the learned standard deviations of school effects.
    pub(super) spread: f64,
    /// Rounds for the means of authorities and districts, which start where they were learned.
    pub(super) rounds: usize,
    /// Whether pupils were counted otherwise: the means then start as much higher or lower as the counts do.
    pub(super) recounted: bool,
}

/// A judgement with what was learned already.
pub(super) struct Refitted {
    pub(super) judgement: Judgement,
    /// The looks at the judged schools, in their order.
    pub(super) looks: Vec<Look>,
    /// Where the integration of each left off.
    pub(super) warm: Warm,
}

pub(super) struct Engine<'a> {
    schools: &'a [School],
    settings: &'a Settings,
    /// Places of the judged schools among `schools`.
    judged: Vec<usize>,
    prepared: Vec<Prepared>,
    parameters: Parameters,
    places: Places,
    started: Vec<[ByGroup; PHASES]>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(schools: &'a [School], settings: &'a Settings) -> Self {
        let judged: Vec<usize> = (0..schools.len())
            .filter(|place| {
                let school = &schools[*place];
                matches!(school.phase, SchoolPhase::Primary | SchoolPhase::Secondary)
                    && school.pupils >= FEWEST_PUPILS
            })
            .collect();
        let mut places = Places::default();
        let Places {
            authorities,
            districts,
            areas,
        } = &mut places;
        for place in &judged {
            let school = &schools[*place];
            let next = authorities.len();
            authorities.entry(school.authority).or_insert(next);
            let next = districts.len();
            districts.entry(school.district_key()).or_insert(next);
            let next = areas.len();
            areas.entry((school.authority, school.part)).or_insert(next);
        }
        let usual = usual_mix(judged.iter().map(|place| &schools[*place]));
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
                    offset: school.offset(usual.get(&(school.authority, phase)).unwrap_or(&[0.0; GROUPS])),
                }
            })
            .collect();
        let parameters = Parameters::before(
            settings.counted,
            Hypotheses::new(settings.donors),
            settings.assumed_spread,
            settings.masked_before.0,
        );
        let mut engine = Self {
            schools,
            settings,
            judged,
            prepared,
            parameters,
            places,
            started: Vec::new(),
        };
        engine.start();
        engine.started.clone_from(&engine.parameters.authority);
        engine
    }

    fn start(&mut self) {
        self.parameters.area_share = vec![self.parameters.masked_share; self.places.areas.len()];
        self.parameters.start(
            &self.prepared,
            self.places.authorities.len(),
            self.places.districts.len(),
        );
    }

    /// Judges with everything learned from the schools.
    pub(super) fn judge(mut self) -> Judgement {
        let mut warm = self.learn();
        let mut looks = self.parameters.look(&self.prepared, &mut warm, Purpose::Judge);
        self.conclude(&mut looks, true)
    }

    /// Judges with the spread and the weights already learned; only the means of the authorities and districts given
    /// are learned anew, from where they were learned. `warm`: where the integration of the same schools left off.
    pub(super) fn judge_as(mut self, learned: &Learned, refit: Refit, warm: Option<&Warm>) -> Refitted {
        let means_before = prior::log_rate(learned.counted);
        let means_now = prior::log_rate(self.settings.counted);
        let own = std::mem::replace(&mut self.parameters, learned.parameters.clone());
        self.parameters.authority = own.authority;
        self.parameters.district = own.district;
        self.parameters.area_share = own.area_share;
        if learned.counted == self.settings.counted {
            self.start_from(learned, refit.recounted);
        }
        if own.hypotheses.all != self.parameters.hypotheses.all {
            self.parameters.hypotheses = own.hypotheses;
        }
        for phase in 0..PHASES {
            for (group, mean) in self.parameters.national[phase].iter_mut().enumerate() {
                *mean += means_now[phase][group] - means_before[phase][group];
            }
            for row in &mut self.parameters.effects[phase] {
                for value in row {
                    *value *= refit.spread * refit.spread;
                }
            }
        }
        let learning = Learning {
            effect_worth: 0.0,
            spread: 1.0,
            stride: 1.0,
            reach: Reach::Means,
        };
        let prepared = std::mem::take(&mut self.prepared);
        let cold = self.cold(&prepared);
        let mut warm = match warm {
            Some(warm) if warm.len() == cold.len() => warm.clone(),
            _ => cold,
        };
        for _ in 0..refit.rounds {
            let looks = self.parameters.look(&prepared, &mut warm, Purpose::Learn);
            self.parameters.learn(&prepared, &looks, learning);
            self.learn_part_shares(&prepared, &looks);
        }
        let mut looks = self.parameters.look(&prepared, &mut warm, Purpose::Judge);
        self.prepared = prepared;
        Refitted {
            judgement: self.conclude(&mut looks, false),
            looks,
            warm,
        }
    }

    /// Means of the authorities, districts and areas that were learned before; others keep their start.
    fn start_from(&mut self, learned: &Learned, recounted: bool) {
        let Learned {
            parameters, places, ..
        } = learned;
        for (key, place) in &self.places.authorities {
            if let Some(known) = places.authorities.get(key) {
                let own = &mut self.parameters.authority[*place];
                for phase in 0..PHASES {
                    for group in 0..GROUPS {
                        let moved = own[phase][group] - learned.started[*known][phase][group];
                        own[phase][group] =
                            parameters.authority[*known][phase][group] + if recounted { moved } else { 0.0 };
                    }
                }
            }
        }
        for (key, place) in &self.places.districts {
            if let Some(known) = places.districts.get(key) {
                self.parameters.district[*place] = parameters.district[*known];
            }
        }
        for (key, place) in &self.places.areas {
            if let Some(known) = places.areas.get(key) {
                self.parameters.area_share[*place] = parameters.area_share[*known];
            }
        }
    }

    /// Places of the judged schools among the schools given, in the order of the looks.
    pub(super) fn judged(&self) -> &[usize] {
        &self.judged
    }

    fn conclude(mut self, looks: &mut [Look], learn_general: bool) -> Judgement {
        let evidence = self.weigh_evidence(looks, learn_general);
        let prepared = std::mem::take(&mut self.prepared);
        let shares = self.shares(&prepared, looks, learn_general);
        self.prepared = prepared;
        let bench = Bench {
            schools: self.schools,
            settings: self.settings,
            judged: &self.judged,
            prepared: &self.prepared,
            parameters: &self.parameters,
            looks,
            shares: &shares,
        };
        let (schools, areas) = bench.verdicts();
        Judgement {
            schools,
            areas,
            general_share: self.parameters.masked_share,
            spread_is_assumed: self.prepared.len() < FEWEST_TO_LEARN,
            evidence,
            learned: Learned {
                parameters: self.parameters,
                counted: self.settings.counted,
                places: self.places,
                started: self.started,
            },
        }
    }

    /// Leaves where every integration ended, to judge from.
    fn learn(&mut self) -> Warm {
        let mut learning = Learning {
            effect_worth: prior::effect_worth(self.prepared.len()),
            spread: self.settings.assumed_spread,
            stride: 1.6,
            reach: Reach::Ordinary,
        };
        let (ordinary_rounds, size, leaps) = match self.settings.effort {
            Effort::Full => (ORDINARY_ROUNDS, SAMPLE, SAMPLE_LEAPS),
            Effort::Quick => (QUICK_ORDINARY_ROUNDS, QUICK_SAMPLE, QUICK_LEAPS),
        };
        let prepared = std::mem::take(&mut self.prepared);
        // What is ordinary, all schools taken as ordinary.
        let full = std::mem::replace(&mut self.parameters.hypotheses, Hypotheses::ordinary_only());
        let mut warm = self.cold(&prepared);
        for _ in 0..ordinary_rounds {
            let looks = self.parameters.look(&prepared, &mut warm, Purpose::Learn);
            self.parameters.learn(&prepared, &looks, learning);
        }
        self.parameters.hypotheses = full;
        self.parameters.hypotheses.start_from(RIVALS_FROM);
        drop(warm);

        // Then every explanation: spread, tails and weights from a sample of the schools spread over all
        // authorities, means from all.
        learning.reach = Reach::Sample;
        learning.stride = 1.0;
        let stride = (prepared.len() / size).max(1);
        let sample: Vec<Prepared> = prepared.iter().step_by(stride).cloned().collect();
        let mut warm = self.cold(&sample);
        for _ in 0..leaps {
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
        let mut warm = self.cold(&prepared);
        for _ in 0..FULL_ROUNDS {
            self.round(&prepared, &mut warm, learning);
        }
        self.prepared = prepared;
        self.learn_parts();
        warm
    }

    fn round(&mut self, schools: &[Prepared], warm: &mut Warm, learning: Learning) {
        let looks = self.parameters.look(schools, warm, Purpose::Learn);
        self.parameters.learn(schools, &looks, learning);
        self.shares(schools, &looks, true);
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
            let before = (
                self.parameters.authority.clone(),
                self.parameters.district.clone(),
            );
            let looks = self.parameters.look(&cut, &mut warm, Purpose::Learn);
            self.parameters.learn(&cut, &looks, learning);
            self.learn_part_shares(&cut, &looks);
            let authorities = before.0.iter().flatten().flatten();
            let now = self.parameters.authority.iter().flatten().flatten();
            let moved = largest_difference(authorities, now).max(largest_difference(
                before.1.iter().flatten(),
                self.parameters.district.iter().flatten(),
            ));
            if moved < PART_SETTLED {
                break;
            }
        }
    }

    /// The masked share of the areas that hold the schools given; the general share stays.
    fn learn_part_shares(&mut self, schools: &[Prepared], looks: &[Look]) {
        for (area, places) in self.members(schools).into_iter().enumerate() {
            if !places.is_empty() {
                let ratios: Vec<f64> = places.iter().map(|place| looks[*place].ratio()).collect();
                let share = area::masked_share(&ratios, self.parameters.masked_share, self.settings);
                self.parameters.area_share[area] = share.mean();
            }
        }
    }

    fn cold(&self, schools: &[Prepared]) -> Warm {
        vec![Start::default(); schools.len() * warm_size(&self.parameters.hypotheses)]
    }

    fn members(&self, schools: &[Prepared]) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.places.areas.len()];
        for (place, school) in schools.iter().enumerate() {
            members[school.area].push(place);
        }
        members
    }

    /// The masked share of every area, and with `learn_general` the general share.
    fn shares(
        &mut self,
        schools: &[Prepared],
        looks: &[Look],
        learn_general: bool,
    ) -> Vec<ShareDistribution> {
        let ratios: Vec<Vec<f64>> = self
            .members(schools)
            .into_iter()
            .map(|places| places.into_iter().map(|place| looks[place].ratio()).collect())
            .collect();
        let (before, worth) = self.settings.masked_before;
        let rounds = if learn_general { SHARE_ROUNDS } else { 1 };
        let mut shares = Vec::new();
        for _ in 0..rounds {
            let general = self.parameters.masked_share;
            shares = ratios
                .par_iter()
                .map(|ratios| area::masked_share(ratios, general, self.settings))
                .collect();
            if !learn_general {
                break;
            }
            let (mut masked, mut counted) = (before * worth, worth);
            for (ratios, share) in ratios.iter().zip(&shares) {
                let like_others = 1.0 - share.culture;
                for ratio in ratios {
                    masked += like_others * general * ratio / (1.0 - general + general * ratio);
                    counted += like_others;
                }
            }
            self.parameters.masked_share = masked / counted;
        }
        self.parameters.area_share = shares.iter().map(ShareDistribution::mean).collect();
        shares
    }

    /// Lets evidence beyond the counts move every look, and learns how often each kind shows.
    fn weigh_evidence(
        &mut self,
        looks: &mut [Look],
        learn_general: bool,
    ) -> [Option<EvidenceRates>; EVIDENCE_KINDS] {
        let assumed = self.settings.evidence;
        if self
            .judged
            .iter()
            .all(|place| self.schools[*place].evidence.is_empty())
        {
            return assumed;
        }
        let from_counts: Vec<Look> = looks.to_vec();
        let prepared = std::mem::take(&mut self.prepared);
        // What records are worth is judged by what the counts and audits say of a school: by the records themselves
        // they would confirm themselves.
        let known = assumed.map(|rates| rates.filter(EvidenceRates::are_known));
        self.let_speak(&known, &from_counts, looks);
        self.shares(&prepared, looks, learn_general);
        let rates = EvidenceKind::ALL.map(|kind| {
            let assumed = assumed[kind as usize]?;
            Some(learn_rates(assumed, &self.seen(kind, &prepared, looks)))
        });
        self.let_speak(&rates, &from_counts, looks);
        self.shares(&prepared, looks, learn_general);
        self.prepared = prepared;
        rates
    }

    /// Looks from counts alone, and what evidence of the kinds with rates makes of them.
    fn let_speak(
        &self,
        rates: &[Option<EvidenceRates>; EVIDENCE_KINDS],
        from_counts: &[Look],
        looks: &mut [Look],
    ) {
        for ((look, counts), place) in looks.iter_mut().zip(from_counts).zip(&self.judged) {
            let evidence = &self.schools[*place].evidence;
            if !evidence.is_empty() {
                let (log_ratio, parts) = weigh(evidence, rates, &counts.parts);
                look.log_masking = counts.log_masking + log_ratio;
                look.parts = parts;
            }
        }
    }

    /// What schools show of one kind of evidence, and how many of those looked at are expected to be displaced.
    fn seen(&self, kind: EvidenceKind, prepared: &[Prepared], looks: &[Look]) -> Vec<Seen> {
        let mut seen = Vec::new();
        for ((place, school), look) in self.judged.iter().zip(prepared).zip(looks) {
            for one in self.schools[*place]
                .evidence
                .iter()
                .filter(|one| one.kind == kind && one.of > 0)
            {
                let masking = look.masking(self.parameters.area_share[school.area]);
                let share: f64 = look.parts.iter().map(|part| part.weight * part.mean).sum();
                let of = f64::from(one.of).min(school.observed[MLD].max(1.0));
                seen.push(Seen {
                    of,
                    found: f64::from(one.found.min(one.of)),
                    displaced: masking * share * of,
                });
            }
        }
        seen
    }
}

/// By authority and phase: pupils with each need expected from case mix, per pupil on roll, at the schools whose mix is
/// known.
fn usual_mix<'a>(schools: impl Iterator<Item = &'a School>) -> BTreeMap<(u32, usize), ByGroup> {
    let mut sums: BTreeMap<(u32, usize), (ByGroup, f64)> = BTreeMap::new();
    for school in schools {
        if let Some(expected) = school.expected_in_groups() {
            let phase = usize::from(school.phase == SchoolPhase::Secondary);
            let (sum, roll) = sums.entry((school.authority, phase)).or_default();
            *roll += f64::from(school.pupils.max(1));
            for (total, one) in sum.iter_mut().zip(expected) {
                *total += one;
            }
        }
    }
    sums.into_iter()
        .map(|(key, (sum, roll))| (key, sum.map(|expected| expected / roll)))
        .collect()
}

fn largest_difference<'a>(before: impl Iterator<Item = &'a f64>, now: impl Iterator<Item = &'a f64>) -> f64 {
    before
        .zip(now)
        .map(|(before, now)| (before - now).abs())
        .fold(0.0, f64::max)
}
