//! Two years of the same schools, one quadrant masking less in the second: is the change seen, and do its intervals
//! cover?

use std::fmt::Write as _;

use senlens_flags::joint::{AreaKey, AreaYear, Change, Judgement, Settings, area_spread, change, judge};
use senlens_synth::scenario::{MLD, Masked, Scenario, ScenarioPhase, SimulatedEngland};

use crate::measure::to_schools;

/// The quadrant that acts between the years, and the share of its schools that mask before and after.
const ACTING: (usize, f64, f64) = (1, 0.4, 0.1);

struct Year {
    england: SimulatedEngland,
    judgement: Judgement,
}

impl Year {
    fn invent(seed: u64, size: f64, year: u32) -> Self {
        let (quadrant, before, after) = ACTING;
        let england = Scenario {
            seed,
            size,
            year,
            // Fewer and fewer are recorded with MLD everywhere: what must not pass for the action's success.
            mld_drift: -0.05,
            masked: Masked::Quadrant {
                quadrant,
                inside: if year == 0 { before } else { after },
                outside: 0.05,
            },
            ..Scenario::default()
        }
        .simulate();
        let judgement = judge(&to_schools(&england), &Settings::default());
        Self { england, judgement }
    }

    /// MLD recorded over roll, by phase.
    fn rates(&self) -> [f64; 2] {
        [ScenarioPhase::Primary, ScenarioPhase::Secondary].map(|phase| {
            let (mut seen, mut roll) = (0.0, 0.0);
            for school in self.england.schools.iter().filter(|school| school.phase == phase) {
                seen += f64::from(school.total()[MLD]);
                roll += f64::from(school.pupils);
            }
            seen / roll
        })
    }

    fn area(&self, wanted: AreaKey) -> AreaYear<'_> {
        let rates = self.rates();
        let (mut roll, mut national, mut all_roll, mut all_seen) = (0.0, 0.0, 0.0, 0.0);
        for school in &self.england.schools {
            let pupils = f64::from(school.pupils);
            all_roll += pupils;
            all_seen += f64::from(school.total()[MLD]);
            if is_in(wanted, school.quadrant, school.authority) {
                roll += pupils;
                national += pupils * rates[usize::from(school.phase == ScenarioPhase::Secondary)];
            }
        }
        AreaYear {
            verdict: self
                .judgement
                .areas
                .iter()
                .find(|area| area.area == wanted)
                .expect("every quadrant is judged"),
            roll,
            national,
            national_rate: all_seen / all_roll,
        }
    }

    fn displaced_per_thousand(&self, quadrant: usize) -> f64 {
        let (mut displaced, mut roll) = (0.0, 0.0);
        for school in self
            .england
            .schools
            .iter()
            .filter(|school| school.quadrant == Some(quadrant))
        {
            displaced += school.truth.displaced.iter().map(|n| f64::from(*n)).sum::<f64>();
            roll += f64::from(school.pupils);
        }
        1000.0 * displaced / roll
    }
}

fn is_in(area: AreaKey, quadrant: Option<usize>, authority: usize) -> bool {
    match area {
        AreaKey::Part(part) => quadrant == Some(part as usize),
        AreaKey::Authority(wanted) => authority == wanted as usize,
        AreaKey::District(_) | AreaKey::All => false,
    }
}

/// A line for each seed and quadrant: the true change of displaced pupils per thousand on roll, and the one found with
/// its 90% interval.
pub(crate) fn changes_csv(first: u64, seeds: u64, size: f64) -> String {
    let mut text = String::from("seed,quadrant,acted,true_change,change,lower,upper,own_change_of_rate\n");
    for seed in first..first + seeds {
        let years = [Year::invent(seed, size, 0), Year::invent(seed, size, 1)];
        let spread = area_spread(
            &years[0].judgement,
            |key| years[0].area(key).national,
            |key| matches!(key, AreaKey::Authority(_)),
        );
        for quadrant in 0..4_usize {
            #[expect(clippy::cast_possible_truncation, reason = "one of four quadrants")]
            let key = AreaKey::Part(quadrant as u32);
            let found: Change = change(years[0].area(key), years[1].area(key), spread);
            let displaced = found.displaced_per_thousand;
            let truth = years[1].displaced_per_thousand(quadrant) - years[0].displaced_per_thousand(quadrant);
            let _ = writeln!(
                text,
                "{seed},{quadrant},{},{truth:.3},{:.3},{:.3},{:.3},{:.3}",
                quadrant == ACTING.0,
                displaced.difference,
                displaced.lower,
                displaced.upper,
                found.own.difference
            );
        }
    }
    text
}
