//! How an area's verdict changes when its assumptions are varied, and what would have to be true for it to change.

mod reassign_unassessed;
mod variation;

pub use variation::Variation;

use crate::{Explanation, Level};

use super::area;
use super::displaced::DisplacedPupils;
use super::engine::{Engine, Judgement, Refit, Refitted};
use super::hypothesis::Donors;
use super::school::{Counted, School};
use super::settings::Settings;
use super::verdict::{AreaKey, AreaVerdict};
use rayon::prelude::*;
use reassign_unassessed::{reassign_in_proportion, reassign_unassessed};
use senlens_model::{Need, NeedMap};

/// A verdict under one variation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SensitivityRow {
    /// What was varied.
    pub variation: Variation,
    /// Schools judged.
    pub schools: usize,
    /// Probability of masking in the area.
    pub probability: f64,
    /// Level that follows.
    pub level: Level,
    /// Pupils displaced.
    pub displaced: DisplacedPupils,
    /// The school left out (the caller's number), where one is.
    pub left_out: Option<u32>,
}

/// An area's verdict under every variation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensitivity {
    /// The area.
    pub area: AreaKey,
    /// One row a variation; the first is [`Variation::AsJudged`].
    pub rows: Vec<SensitivityRow>,
    /// The chance of a masking culture before data at which the verdict would cross the red line.
    pub tipping_prior: f64,
    /// The chance assumed.
    pub culture_before: f64,
    /// Lowest and highest probability when each school in turn is left out.
    pub leave_one_out: (f64, f64),
}

/// Judgements of SEN support alone and of plans alone, where they were made: the source of the rows for each.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByProvision<'a> {
    /// SEN support.
    pub support: Option<&'a Judgement>,
    /// Education, health and care plans.
    pub plans: Option<&'a Judgement>,
}

/// Rounds of learning the authority's means anew where pupils are counted otherwise. Other variations hardly move them.
const ROUNDS: usize = 1;
/// The same where provisions are counted separately and no judgement of them is given.
const ROUNDS_APART: usize = 10;

/// Varies the verdict on one area; see [`sensitivities`]. `None` where the judgement has no row for it.
pub fn sensitivity(
    schools: &[School],
    settings: &Settings,
    judgement: &Judgement,
    area: AreaKey,
) -> Option<Sensitivity> {
    sensitivities(schools, settings, judgement, ByProvision::default(), &[area]).pop()
}

/// Varies the verdicts on areas of one authority. `schools` and `settings` are those of the `judgement`. What is
/// ordinary is taken as learned there; the authority is refitted under each variation, and its verdict moved by as
/// much as the refitted one moves. Areas without a row in the judgement are left out.
pub fn sensitivities(
    schools: &[School],
    settings: &Settings,
    judgement: &Judgement,
    by_provision: ByProvision<'_>,
    areas: &[AreaKey],
) -> Vec<Sensitivity> {
    let judged: Vec<&AreaVerdict> = areas
        .iter()
        .filter_map(|area| judgement.areas.iter().find(|verdict| verdict.area == *area))
        .collect();
    let mut authorities: Vec<u32> = schools
        .iter()
        .filter(|school| judged.iter().any(|verdict| verdict.area.holds(school)))
        .map(|school| school.authority)
        .collect();
    authorities.sort_unstable();
    authorities.dedup();
    let own: Vec<School> = schools
        .iter()
        .filter(|school| authorities.binary_search(&school.authority).is_ok())
        .cloned()
        .collect();
    if judged.is_empty() {
        return Vec::new();
    }
    let engine = Engine::new(&own, settings);
    let members: Vec<&School> = engine.judged().iter().map(|place| &own[*place]).collect();
    let control = Control {
        own: &own,
        settings,
        members,
        refitted: engine.judge_as(&judgement.learned, refit(0, 1.0), None),
    };
    let shared = control.shared(by_provision);
    judged
        .into_iter()
        .map(|verdict| control.vary(verdict, &shared))
        .collect()
}

const fn refit(rounds: usize, spread: f64) -> Refit {
    Refit {
        spread,
        rounds,
        recounted: false,
    }
}

/// The control: verdicts refitted without any variation, and the posteriors behind them.
struct Control<'a> {
    own: &'a [School],
    settings: &'a Settings,
    /// The judged schools, in the order of the posteriors.
    members: Vec<&'a School>,
    refitted: Refitted,
}

enum Run<'a> {
    /// Refitted with the parameters learned for the verdict.
    Refitted(Box<Judgement>),
    /// Judged in its own right.
    ByProvision(&'a Judgement),
}

impl Control<'_> {
    fn vary(&self, verdict: &AreaVerdict, shared: &[(Variation, Run<'_>)]) -> Sensitivity {
        let area = verdict.area;
        let as_learned = self.refitted.judgement.of(area).unwrap_or(verdict);
        let mut rows = vec![row(Variation::AsJudged, verdict, None)];
        for (variation, run) in shared {
            let varied = match run {
                Run::Refitted(result) => result
                    .of(area)
                    .map(|varied| moved(*variation, (verdict, as_learned), varied, self.settings)),
                Run::ByProvision(result) => result.of(area).map(|varied| row(*variation, varied, None)),
            };
            rows.extend(varied);
        }
        // The posteriors of the schools stay: only the prior probability of a culture changes.
        let before = self.settings.culture_before;
        for (variation, culture_before) in [
            (Variation::StrongerPrior, before / 3.0),
            (Variation::WeakerPrior, (3.0 * before).min(0.5)),
        ] {
            let settings = Settings {
                culture_before,
                ..self.settings.clone()
            };
            let varied = AreaVerdict {
                score: self.log_odds(area, &settings),
                ..as_learned.clone()
            };
            rows.push(moved(variation, (verdict, as_learned), &varied, self.settings));
        }
        let left_out = self.leave_one_out(area);
        for (variation, end) in [
            (Variation::WithoutStrongestSchool, left_out.first()),
            (Variation::WithoutWeakestSchool, left_out.last()),
        ] {
            let Some((score, gone)) = end else { continue };
            let rest = self.without(as_learned, *gone, *score);
            rows.push(SensitivityRow {
                left_out: Some(*gone),
                ..moved(variation, (verdict, as_learned), &rest, self.settings)
            });
        }
        let range = |end: Option<&(f64, u32)>| {
            end.map_or(rows[0].probability, |(score, _)| {
                moved_probability(verdict.score, *score, as_learned.score)
            })
        };
        Sensitivity {
            area,
            tipping_prior: tipping_prior(verdict.score, self.settings),
            culture_before: before,
            leave_one_out: (range(left_out.first()), range(left_out.last())),
            rows,
        }
    }

    /// An area's schools and their likelihood ratios, masking over everything else.
    fn inside(&self, area: AreaKey) -> (Vec<u32>, Vec<f64>) {
        let members = self.members.iter().zip(&self.refitted.posteriors);
        members
            .filter(|(school, _)| area.holds(school))
            .map(|(school, posterior)| (school.id, posterior.ratio()))
            .unzip()
    }

    /// Log odds of masking in an area, from the posteriors of its schools.
    fn log_odds(&self, area: AreaKey, settings: &Settings) -> f64 {
        let (_, ratios) = self.inside(area);
        let general = self.refitted.judgement.general_share;
        log_odds(area::masked_share(&ratios, general, settings).culture)
    }

    /// Log odds of the area without each of its schools in turn; lowest first.
    fn leave_one_out(&self, area: AreaKey) -> Vec<(f64, u32)> {
        let (schools, ratios) = self.inside(area);
        let general = self.refitted.judgement.general_share;
        let culture = area::culture_without_each(&ratios, general, self.settings);
        let mut each: Vec<(f64, u32)> = culture.into_iter().map(log_odds).zip(schools).collect();
        each.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        each
    }

    /// An area's verdict without one of its schools.
    fn without(&self, verdict: &AreaVerdict, gone: u32, score: f64) -> AreaVerdict {
        let mut rest = AreaVerdict {
            score,
            schools: verdict.schools - 1,
            ..verdict.clone()
        };
        let schools = &self.refitted.judgement.schools;
        if let Some(school) = schools.iter().find(|school| school.id == gone)
            && verdict.displaced.mean > 0.0
        {
            let kept = (1.0 - school.displaced.mean / verdict.displaced.mean).max(0.0);
            let all = verdict.displaced;
            rest.displaced = DisplacedPupils {
                mean: kept * all.mean,
                lower: kept * all.lower,
                upper: kept * all.upper,
                slcn: kept * all.slcn,
                semh: kept * all.semh,
            };
        }
        rest
    }

    /// The variations that need a refit; they are the same for every area.
    fn shared<'b>(&self, by_provision: ByProvision<'b>) -> Vec<(Variation, Run<'b>)> {
        let run = |schools: &[School], settings: &Settings, refit| {
            let learned = &self.refitted.judgement.learned;
            let refitted =
                Engine::new(schools, settings).judge_as(learned, refit, Some(&self.refitted.warm_starts));
            Run::Refitted(Box::new(refitted.judgement))
        };
        let with = |change: &dyn Fn(&mut Settings), rounds| {
            let mut varied = self.settings.clone();
            change(&mut varied);
            run(self.own, &varied, refit(rounds, 1.0))
        };
        let recounted = |change: &dyn Fn(&mut NeedMap<u32>)| {
            let mut varied = self.own.to_vec();
            for school in &mut varied {
                change(&mut school.support);
                change(&mut school.plans);
            }
            let refit = Refit {
                recounted: true,
                ..refit(ROUNDS, 1.0)
            };
            run(&varied, self.settings, refit)
        };
        let counted = |counted, given: Option<&'b Judgement>| match given {
            Some(given) => Run::ByProvision(given),
            None => with(&|varied| varied.counted = counted, ROUNDS_APART),
        };
        let plain: Vec<School> = self
            .own
            .iter()
            .filter(|school| !(school.has_unit || school.has_resourced_provision || school.has_mld_provision))
            .cloned()
            .collect();
        let of = |variation| match variation {
            Variation::SupportAlone => counted(Counted::Support, by_provision.support),
            Variation::PlansAlone => counted(Counted::Plans, by_provision.plans),
            Variation::UnassessedAsMld => recounted(&|counts| reassign_unassessed(counts, &[(Need::Mld, 1)])),
            Variation::UnassessedAsSlcnAndSemh => {
                recounted(&|counts| reassign_unassessed(counts, &[(Need::Slcn, 1), (Need::Semh, 1)]))
            }
            Variation::UnassessedInProportion => recounted(&reassign_in_proportion),
            Variation::WithoutUnits => run(&plain, self.settings, refit(0, 1.0)),
            Variation::WiderDonors => with(&|varied| varied.donors = Donors::WithAsdAndSpld, 0),
            Variation::WiderSpread => run(self.own, self.settings, refit(0, 1.2)),
            _ => run(self.own, self.settings, refit(0, 1.0 / 1.2)),
        };
        REFITTED_VARIATIONS
            .par_iter()
            .map(|variation| (*variation, of(*variation)))
            .collect()
    }
}

/// The variations that need a refit.
const REFITTED_VARIATIONS: [Variation; 9] = [
    Variation::SupportAlone,
    Variation::PlansAlone,
    Variation::UnassessedAsMld,
    Variation::UnassessedAsSlcnAndSemh,
    Variation::UnassessedInProportion,
    Variation::WithoutUnits,
    Variation::WiderDonors,
    Variation::WiderSpread,
    Variation::NarrowerSpread,
];

/// A verdict moved as far as its refitted form moves under a variation, so that changes made by refitting alone cancel.
fn moved(
    variation: Variation,
    (verdict, as_learned): (&AreaVerdict, &AreaVerdict),
    varied: &AreaVerdict,
    settings: &Settings,
) -> SensitivityRow {
    let probability = moved_probability(verdict.score, varied.score, as_learned.score);
    let times = if as_learned.displaced.mean > 0.0 {
        verdict.displaced.mean / as_learned.displaced.mean
    } else {
        1.0
    };
    let DisplacedPupils {
        mean,
        lower,
        upper,
        slcn,
        semh,
    } = varied.displaced;
    SensitivityRow {
        variation,
        schools: varied.schools,
        probability,
        level: if probability >= settings.area_red {
            Level::Red
        } else if probability >= settings.amber {
            Level::Amber
        } else {
            Level::None
        },
        displaced: DisplacedPupils {
            mean: times * mean,
            lower: times * lower,
            upper: times * upper,
            slcn: times * slcn,
            semh: times * semh,
        },
        left_out: None,
    }
}

/// Bayes: the odds beforehand at which the same evidence would only just reach the red line.
fn tipping_prior(score: f64, settings: &Settings) -> f64 {
    let evidence = score - log_odds(settings.culture_before);
    chance(log_odds(settings.area_red) - evidence)
}

fn log_odds(probability: f64) -> f64 {
    let bounded = probability.clamp(1e-12, 1.0 - 1e-12);
    libm::log(bounded / (1.0 - bounded))
}

/// The probability of a verdict whose log odds move as far as a variation moves those of the control. A probability
/// rounded to one has unbounded log odds, so all three log odds are kept within the same bound.
fn moved_probability(verdict: f64, varied: f64, as_learned: f64) -> f64 {
    let sure = log_odds(1.0);
    let held = |score: f64| score.clamp(-sure, sure);
    chance(held(verdict) + held(varied) - held(as_learned))
}

fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

fn row(variation: Variation, verdict: &AreaVerdict, left_out: Option<u32>) -> SensitivityRow {
    SensitivityRow {
        variation,
        schools: verdict.schools,
        probability: verdict.probabilities[Explanation::Masking as usize],
        level: verdict.level,
        displaced: verdict.displaced,
        left_out,
    }
}

impl Sensitivity {
    /// What would have to be true for the verdict to change, in one or two sentences.
    pub fn sentence(&self) -> String {
        let Some((base, varied)) = self.rows.split_first() else {
            return String::new();
        };
        let changes: Vec<String> = varied
            .iter()
            .filter(|row| row.level != base.level)
            .map(|row| format!("{} ({})", row.variation.words(), row.level))
            .collect();
        let level = base.level;
        let number = varied.len();
        let under = if changes.is_empty() {
            format!("The verdict ({level}) is the same under all {number} variations.")
        } else {
            format!(
                "The verdict ({level}) is the same under {} of {number} variations; it changes {}.",
                number - changes.len(),
                changes.join(", ")
            )
        };
        let assumed = format!("(assumed: {})", chance_in_words(self.culture_before));
        let prior = if level == Level::Red {
            format!(
                "It would fall below the red line if a culture of masking were thought less likely than {} before \
                 any count was seen {assumed}.",
                chance_in_words(self.tipping_prior)
            )
        } else {
            format!(
                "It would reach the red line only if a culture of masking were thought likelier than {} before any \
                 count was seen {assumed}.",
                chance_in_words(self.tipping_prior)
            )
        };
        format!("{under} {prior}")
    }
}

/// A chance as a person says it.
fn chance_in_words(chance: f64) -> String {
    if chance < 0.000_1 {
        "1 in 10,000".to_owned()
    } else if chance < 0.01 {
        format!("1 in {:.0}", 1.0 / chance)
    } else if chance > 0.995 {
        "99 in 100".to_owned()
    } else {
        format!("{:.0} in 100", 100.0 * chance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A score of 690 is of a probability that was rounded to one, 36.7 of one that was not; 27.6 is the bound.
    #[test]
    fn sure_verdicts_that_stay_sure_have_not_moved() {
        for (verdict, varied, as_learned, red) in [
            (36.7, 27.6, 690.8, true),
            (690.8, 27.6, 36.7, true),
            (36.7, 690.8, 690.8, true),
            (36.7, -3.0, 690.8, false),
            (4.0, 2.0, 4.0, false),
            (4.0, 4.0, 4.0, true),
            (-20.0, -690.8, -20.0, false),
        ] {
            let chance = moved_probability(verdict, varied, as_learned);
            assert_eq!(chance >= 0.95, red, "{verdict} {varied} {as_learned}: {chance}");
        }
    }
}
