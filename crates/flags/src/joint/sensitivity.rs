//! What an area's verdict becomes when what it rests on is varied, and what would have to be true for it to change.

use crate::{Explanation, Level};

use super::displaced::DisplacedPupils;
use super::engine::Engine;
use super::hypothesis::Donors;
use super::judge::{AreaKey, AreaVerdict, Judgement, Settings};
use super::school::{Counted, NEEDS, School, SchoolPhase};

/// One way to vary a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variation {
    /// As judged.
    AsJudged,
    /// SEN support alone.
    SupportAlone,
    /// Education, health and care plans alone.
    PlansAlone,
    /// Pupils without an assessed or usable code counted as MLD.
    UnassessedAsMld,
    /// Pupils without an assessed or usable code counted as SLCN and SEMH, half each.
    UnassessedAsSlcnAndSemh,
    /// Pupils without an assessed or usable code divided among a school's other needs in proportion.
    UnassessedInProportion,
    /// Without schools that have a unit, resourced provision or provision for MLD.
    WithoutUnits,
    /// ASD and SPLD may be recorded as MLD too.
    WiderDonors,
    /// Without the one school whose loss lowers the probability most.
    WithoutStrongestSchool,
    /// Without the one school whose loss raises it most.
    WithoutWeakestSchool,
    /// A culture of masking thought a third as likely before data.
    StrongerPrior,
    /// A culture of masking thought three times as likely before data.
    WeakerPrior,
    /// Schools thought to differ by a fifth more.
    WiderSpread,
    /// Schools thought to differ by a fifth less.
    NarrowerSpread,
}

impl Variation {
    /// In words, for the first column of the table.
    pub const fn words(self) -> &'static str {
        match self {
            Self::AsJudged => "as judged",
            Self::SupportAlone => "SEN support alone",
            Self::PlansAlone => "education, health and care plans alone",
            Self::UnassessedAsMld => "pupils without an assessed need counted as MLD",
            Self::UnassessedAsSlcnAndSemh => "pupils without an assessed need counted as SLCN and SEMH",
            Self::UnassessedInProportion => "pupils without an assessed need divided in proportion",
            Self::WithoutUnits => "without schools that have a unit or resourced provision",
            Self::WiderDonors => "ASD and SPLD may be recorded as MLD too",
            Self::WithoutStrongestSchool => "without the school that speaks loudest for it",
            Self::WithoutWeakestSchool => "without the school that speaks loudest against it",
            Self::StrongerPrior => "masking thought a third as likely beforehand",
            Self::WeakerPrior => "masking thought three times as likely beforehand",
            Self::WiderSpread => "schools thought to differ by a fifth more",
            Self::NarrowerSpread => "schools thought to differ by a fifth less",
        }
    }
}

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
    /// The school whose loss lowers the probability most (the caller's number).
    pub strongest_school: Option<u32>,
}

/// Varies the verdict on one area. `schools` and `settings` are those of the `judgement`. What is ordinary is taken
/// as learned there; the area's authority is refitted under each variation. `None` where the judgement has no row
/// for the area.
pub fn sensitivity(
    schools: &[School],
    settings: &Settings,
    judgement: &Judgement,
    area: AreaKey,
) -> Option<Sensitivity> {
    judgement.areas.iter().find(|verdict| verdict.area == area)?;
    let authorities: Vec<u32> = schools
        .iter()
        .filter(|school| area.holds(school))
        .map(|school| school.authority)
        .collect();
    let own: Vec<School> = schools
        .iter()
        .filter(|school| authorities.contains(&school.authority))
        .cloned()
        .collect();
    let run = |variation: Variation, schools: &[School], settings: &Settings, spread: f64| {
        let result = Engine::new(schools, settings).judge_as(&judgement.learned, spread);
        result
            .areas
            .iter()
            .find(|verdict| verdict.area == area)
            .map(|verdict| row(variation, verdict))
    };
    let same = |variation| run(variation, &own, settings, 1.0);
    let with = |variation, change: &dyn Fn(&mut Settings)| {
        let mut varied = settings.clone();
        change(&mut varied);
        run(variation, &own, &varied, 1.0)
    };
    let recounted = |variation, change: &dyn Fn(&mut [u32; NEEDS])| {
        let mut varied = own.clone();
        for school in &mut varied {
            for counts in &mut school.counts {
                change(counts);
            }
        }
        run(variation, &varied, settings, 1.0)
    };
    let base = same(Variation::AsJudged)?;
    let without_units: Vec<School> = own
        .iter()
        .filter(|school| !(school.has_unit || school.has_resourced_provision || school.has_mld_provision))
        .cloned()
        .collect();
    let before = settings.culture_before;
    let mut rows = vec![base];
    rows.extend(
        [
            with(Variation::SupportAlone, &|varied| {
                varied.counted = Counted::Support;
            }),
            with(Variation::PlansAlone, &|varied| varied.counted = Counted::Plans),
            recounted(Variation::UnassessedAsMld, &|counts| allot(counts, &[(MLD, 1)])),
            recounted(Variation::UnassessedAsSlcnAndSemh, &|counts| {
                allot(counts, &[(SLCN, 1), (SEMH, 1)]);
            }),
            recounted(Variation::UnassessedInProportion, &allot_in_proportion),
            run(Variation::WithoutUnits, &without_units, settings, 1.0),
            with(Variation::WiderDonors, &|varied| {
                varied.donors = Donors::WithAsdAndSpld;
            }),
            with(Variation::StrongerPrior, &|varied| {
                varied.culture_before = before / 3.0;
            }),
            with(Variation::WeakerPrior, &|varied| {
                varied.culture_before = (3.0 * before).min(0.5);
            }),
            run(Variation::WiderSpread, &own, settings, 1.2),
            run(Variation::NarrowerSpread, &own, settings, 1.0 / 1.2),
        ]
        .into_iter()
        .flatten(),
    );
    let strongest_school = leave_one_out(&own, settings, judgement, area, &mut rows);
    let log_odds = |probability: f64| libm::log(probability / (1.0 - probability));
    let bounded = base.probability.clamp(1e-12, 1.0 - 1e-12);
    let evidence = log_odds(bounded) - log_odds(before);
    let tipping_prior = 1.0 / (1.0 + libm::exp(evidence - log_odds(settings.area_red)));
    Some(Sensitivity {
        area,
        rows,
        tipping_prior,
        strongest_school,
    })
}

const MLD: usize = 1;
const SEMH: usize = 4;
const SLCN: usize = 5;
const NSA: usize = 12;
const MISSING: usize = 14;

fn allot(counts: &mut [u32; NEEDS], to: &[(usize, u32)]) {
    let unassessed = counts[NSA] + counts[MISSING];
    counts[NSA] = 0;
    counts[MISSING] = 0;
    let parts: u32 = to.iter().map(|(_, part)| part).sum();
    let mut left = unassessed;
    for (place, (need, part)) in to.iter().enumerate() {
        let share = if place + 1 == to.len() {
            left
        } else {
            unassessed * part / parts
        };
        counts[*need] += share;
        left -= share;
    }
}

fn allot_in_proportion(counts: &mut [u32; NEEDS]) {
    let unassessed = counts[NSA] + counts[MISSING];
    counts[NSA] = 0;
    counts[MISSING] = 0;
    let before = *counts;
    let assessed: u32 = before.iter().sum();
    if assessed == 0 {
        counts[NSA] = unassessed;
        return;
    }
    // Whole pupils by running total, so that none is lost.
    let (mut reached, mut given) = (0, 0);
    for (count, own) in counts.iter_mut().zip(before) {
        reached += own;
        let due = unassessed * reached / assessed;
        *count += due - given;
        given = due;
    }
}

fn leave_one_out(
    own: &[School],
    settings: &Settings,
    judgement: &Judgement,
    area: AreaKey,
    rows: &mut Vec<SensitivityRow>,
) -> Option<u32> {
    // The schools that weigh most either way are found from their own verdicts, then truly left out.
    let mut members: Vec<(f64, u32)> = own
        .iter()
        .filter(|school| {
            area.holds(school) && matches!(school.phase, SchoolPhase::Primary | SchoolPhase::Secondary)
        })
        .filter_map(|school| {
            let verdict = judgement.schools.iter().find(|verdict| verdict.id == school.id)?;
            verdict.score.is_finite().then_some((verdict.score, school.id))
        })
        .collect();
    members.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    let strongest = members.last()?.1;
    let weakest = members.first()?.1;
    for (variation, gone) in [
        (Variation::WithoutStrongestSchool, strongest),
        (Variation::WithoutWeakestSchool, weakest),
    ] {
        let rest: Vec<School> = own.iter().filter(|school| school.id != gone).cloned().collect();
        let result = Engine::new(&rest, settings).judge_as(&judgement.learned, 1.0);
        rows.extend(
            result
                .areas
                .iter()
                .find(|verdict| verdict.area == area)
                .map(|verdict| row(variation, verdict)),
        );
    }
    Some(strongest)
}

fn row(variation: Variation, verdict: &AreaVerdict) -> SensitivityRow {
    SensitivityRow {
        variation,
        schools: verdict.schools,
        probability: verdict.probabilities[Explanation::Masking as usize],
        level: verdict.level,
        displaced: verdict.displaced,
    }
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

impl Sensitivity {
    /// One sentence: what would have to be true for the verdict to change.
    pub fn sentence(&self) -> String {
        let base = self.rows[0];
        let changes: Vec<&str> = self
            .rows
            .iter()
            .filter(|row| row.level != base.level)
            .map(|row| row.variation.words())
            .collect();
        let name = base.level.as_str();
        let prior = if base.level == Level::Red {
            format!(
                "it would fall below the red line only if a masking culture were thought less likely beforehand \
                 than 1 in {:.0}",
                (1.0 / self.tipping_prior).max(2.0)
            )
        } else {
            format!(
                "it would reach the red line only if a masking culture were thought likelier beforehand than {:.0} \
                 in 100",
                100.0 * self.tipping_prior
            )
        };
        if changes.is_empty() {
            format!(
                "the verdict ({name}) is the same under all {} variations; {prior}",
                self.rows.len() - 1
            )
        } else {
            format!("the verdict ({name}) changes: {}; {prior}", changes.join("; "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allotting_loses_no_pupil() {
        let mut counts = [3, 5, 0, 0, 7, 11, 1, 0, 0, 2, 4, 1, 9, 0, 4];
        let all: u32 = counts.iter().sum();
        let mut other = counts;
        allot(&mut counts, &[(SLCN, 1), (SEMH, 1)]);
        assert_eq!(
            (
                counts.iter().sum::<u32>(),
                counts[SLCN],
                counts[SEMH],
                counts[NSA]
            ),
            (all, 17, 14, 0)
        );
        allot_in_proportion(&mut other);
        assert_eq!(
            (other.iter().sum::<u32>(), other[NSA], other[MISSING]),
            (all, 0, 0)
        );
        assert!(other[SLCN] > 11);
    }

    #[test]
    fn a_school_with_nothing_assessed_keeps_its_pupils() {
        let mut counts = [0; NEEDS];
        counts[MISSING] = 6;
        allot_in_proportion(&mut counts);
        assert_eq!(counts.iter().sum::<u32>(), 6);
    }
}
