//! From schools to a judgement: prepare, learn, add the evidence of pupils and audits, decide the levels.

use super::evidence::{
    EVIDENCE_KINDS, EvidenceKind, EvidenceObservation, EvidenceRates, learn_rates, update_by_evidence,
};
use super::hypothesis::Hypotheses;
use super::learning::Learner;
use super::learning::e_step::{Purpose, SchoolPosterior};
use super::parameters::{Parameters, WarmStarts};
use super::prepared::{Places, Prepared};
use super::prior::{self, PHASES};
use super::school::{ByGroup, Counted, GROUPS, MLD, School};
use super::settings::Settings;
use super::verdict::{AreaKey, AreaVerdict, SchoolVerdict, VerdictContext};

/// Fewer schools of both phases than this and the shipped spread decides.
const FEWEST_TO_LEARN: usize = 300;

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
    /// Rates of each kind of evidence as the data left them, in the order of [`EvidenceKind::ALL`].
    pub evidence: [Option<EvidenceRates>; EVIDENCE_KINDS],
    /// What was learned, for judging variations of the same schools.
    pub learned: Learned,
}

impl Judgement {
    /// The verdict on an area, where it has a judged school.
    pub fn of(&self, area: AreaKey) -> Option<&AreaVerdict> {
        self.areas.iter().find(|verdict| verdict.area == area)
    }
}

/// Judges every school and area.
pub fn judge(schools: &[School], settings: &Settings) -> Judgement {
    Engine::new(schools, settings).judge()
}

/// What was learned from one set of schools: opaque, for judging variations of them.
#[derive(Debug, Clone)]
pub struct Learned {
    parameters: Parameters,
    counted: Counted,
    places: Places,
    /// Where the authorities' means started, from their counts alone.
    started: Vec<[ByGroup; PHASES]>,
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
    /// The posteriors of the judged schools, in their order.
    pub(super) posteriors: Vec<SchoolPosterior>,
    /// Where the integration of each ended.
    pub(super) warm_starts: WarmStarts,
}

/// One judgement in the making.
pub(super) struct Engine<'a> {
    schools: &'a [School],
    prepared: Prepared,
    learner: Learner<'a>,
    started: Vec<[ByGroup; PHASES]>,
}

impl<'a> Engine<'a> {
    pub(super) fn new(schools: &'a [School], settings: &'a Settings) -> Self {
        let prepared = Prepared::new(schools, settings);
        let places = &prepared.places;
        let mut parameters = Parameters::initial(
            settings.counted,
            Hypotheses::new(settings.donors),
            settings.assumed_spread,
            settings.masked_before.0,
        );
        parameters.area_share = vec![parameters.masked_share; places.areas.len()];
        parameters.start(
            &prepared.schools,
            places.authorities.len(),
            places.districts.len(),
        );
        let started = parameters.authority.clone();
        let areas = places.areas.len();
        Self {
            schools,
            prepared,
            learner: Learner {
                settings,
                parameters,
                areas,
            },
            started,
        }
    }

    /// Judges with everything learned from the schools.
    pub(super) fn judge(mut self) -> Judgement {
        let mut warm_starts = self.learner.learn(&self.prepared.schools);
        let mut posteriors =
            self.learner
                .parameters
                .e_step(&self.prepared.schools, &mut warm_starts, Purpose::Judge);
        self.conclude(&mut posteriors, true)
    }

    /// Judges with the spread and the weights already learned; only the means of the authorities and districts given
    /// are learned anew, from where they were learned. `warm_starts`: where the integration of the same schools ended.
    pub(super) fn judge_as(
        mut self,
        learned: &Learned,
        refit: Refit,
        warm_starts: Option<&WarmStarts>,
    ) -> Refitted {
        self.take_parameters(learned, refit);
        let schools = &self.prepared.schools;
        let cold_starts = self.learner.cold_starts(schools);
        let mut warm_starts = match warm_starts {
            Some(warm_starts) if warm_starts.len() == cold_starts.len() => warm_starts.clone(),
            _ => cold_starts,
        };
        self.learner.learn_means(schools, &mut warm_starts, refit.rounds);
        let mut posteriors = self
            .learner
            .parameters
            .e_step(schools, &mut warm_starts, Purpose::Judge);
        Refitted {
            judgement: self.conclude(&mut posteriors, false),
            posteriors,
            warm_starts,
        }
    }

    /// Replaces the parameters by those learned before, varied as `refit` says.
    fn take_parameters(&mut self, learned: &Learned, refit: Refit) {
        let counted = self.learner.settings.counted;
        let means_before = prior::log_rate(learned.counted);
        let means_now = prior::log_rate(counted);
        let own = std::mem::replace(&mut self.learner.parameters, learned.parameters.clone());
        self.learner.parameters.authority = own.authority;
        self.learner.parameters.district = own.district;
        self.learner.parameters.area_share = own.area_share;
        if learned.counted == counted {
            self.take_means(learned, refit.recounted);
        }
        let parameters = &mut self.learner.parameters;
        if own.hypotheses.all != parameters.hypotheses.all {
            parameters.hypotheses = own.hypotheses;
        }
        for phase in 0..PHASES {
            for (group, mean) in parameters.national[phase].iter_mut().enumerate() {
                *mean += means_now[phase][group] - means_before[phase][group];
            }
            for row in &mut parameters.effects[phase] {
                for value in row {
                    *value *= refit.spread * refit.spread;
                }
            }
        }
    }

    /// Takes the means of the authorities, districts and areas that were learned before; others keep their start.
    fn take_means(&mut self, learned: &Learned, recounted: bool) {
        let Learned {
            parameters: known,
            places: known_places,
            ..
        } = learned;
        let (places, parameters) = (&self.prepared.places, &mut self.learner.parameters);
        for (key, number) in &places.authorities {
            if let Some(known_number) = known_places.authorities.get(key) {
                let own = &mut parameters.authority[*number];
                for phase in 0..PHASES {
                    for group in 0..GROUPS {
                        let moved = own[phase][group] - learned.started[*known_number][phase][group];
                        own[phase][group] = known.authority[*known_number][phase][group]
                            + if recounted { moved } else { 0.0 };
                    }
                }
            }
        }
        for (key, number) in &places.districts {
            if let Some(known_number) = known_places.districts.get(key) {
                parameters.district[*number] = known.district[*known_number];
            }
        }
        for (key, number) in &places.areas {
            if let Some(known_number) = known_places.areas.get(key) {
                parameters.area_share[*number] = known.area_share[*known_number];
            }
        }
    }

    /// Positions of the judged schools among the schools given, in the order of the posteriors.
    pub(super) fn judged(&self) -> &[usize] {
        &self.prepared.judged
    }

    fn conclude(mut self, posteriors: &mut [SchoolPosterior], learn_general: bool) -> Judgement {
        let evidence = self.learn_evidence(posteriors, learn_general);
        let shares = self
            .learner
            .shares(&self.prepared.schools, posteriors, learn_general);
        let context = VerdictContext {
            schools: self.schools,
            settings: self.learner.settings,
            judged: &self.prepared.judged,
            prepared: &self.prepared.schools,
            parameters: &self.learner.parameters,
            posteriors,
            shares: &shares,
        };
        let (schools, areas) = context.verdicts();
        Judgement {
            schools,
            areas,
            general_share: self.learner.parameters.masked_share,
            spread_is_assumed: self.prepared.schools.len() < FEWEST_TO_LEARN,
            evidence,
            learned: Learned {
                parameters: self.learner.parameters,
                counted: self.learner.settings.counted,
                places: self.prepared.places,
                started: self.started,
            },
        }
    }

    /// Updates every posterior by the evidence beyond the counts, and learns how often each kind shows.
    fn learn_evidence(
        &mut self,
        posteriors: &mut [SchoolPosterior],
        learn_general: bool,
    ) -> [Option<EvidenceRates>; EVIDENCE_KINDS] {
        let assumed = self.learner.settings.evidence;
        if self
            .prepared
            .judged
            .iter()
            .all(|position| self.schools[*position].evidence.is_empty())
        {
            return assumed;
        }
        let from_counts: Vec<SchoolPosterior> = posteriors.to_vec();
        // The rates of records are learned from what the counts and audits say of a school: learned from a posterior
        // that holds the records already, they would confirm themselves.
        let known = assumed.map(|rates| rates.filter(EvidenceRates::are_known));
        self.apply_evidence(&known, &from_counts, posteriors);
        self.learner
            .shares(&self.prepared.schools, posteriors, learn_general);
        let rates = EvidenceKind::ALL.map(|kind| {
            let assumed = assumed[kind as usize]?;
            Some(learn_rates(assumed, &self.observations(kind, posteriors)))
        });
        self.apply_evidence(&rates, &from_counts, posteriors);
        self.learner
            .shares(&self.prepared.schools, posteriors, learn_general);
        rates
    }

    /// Sets each posterior to the one from counts alone, updated by the evidence of the kinds that have rates.
    fn apply_evidence(
        &self,
        rates: &[Option<EvidenceRates>; EVIDENCE_KINDS],
        from_counts: &[SchoolPosterior],
        posteriors: &mut [SchoolPosterior],
    ) {
        for ((posterior, counts), position) in
            posteriors.iter_mut().zip(from_counts).zip(&self.prepared.judged)
        {
            let evidence = &self.schools[*position].evidence;
            if !evidence.is_empty() {
                let (log_ratio, displaced_shares) =
                    update_by_evidence(evidence, rates, &counts.displaced_shares);
                posterior.log_masking = counts.log_masking + log_ratio;
                posterior.displaced_shares = displaced_shares;
            }
        }
    }

    /// One kind of evidence at each school that has it, with the number of displaced expected among the pupils looked at.
    fn observations(&self, kind: EvidenceKind, posteriors: &[SchoolPosterior]) -> Vec<EvidenceObservation> {
        let mut observations = Vec::new();
        let Prepared { judged, schools, .. } = &self.prepared;
        for ((position, school), posterior) in judged.iter().zip(schools).zip(posteriors) {
            for one in self.schools[*position]
                .evidence
                .iter()
                .filter(|one| one.kind == kind && one.of > 0)
            {
                let masking = posterior.masking(self.learner.parameters.area_share[school.area]);
                let share: f64 = posterior
                    .displaced_shares
                    .iter()
                    .map(|share| share.weight * share.mean)
                    .sum();
                let of = f64::from(one.of).min(school.observed[MLD].max(1.0));
                observations.push(EvidenceObservation {
                    of,
                    found: f64::from(one.found.min(one.of)),
                    displaced: masking * share * of,
                });
            }
        }
        observations
    }
}
