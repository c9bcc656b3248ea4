//! I8, age-profile step: MLD steps up where SLCN steps down, from year 2 to 3 and from year 6 to 7, by more than in the
//! places compared with.

use super::indicator::{Context, finding};
use super::page::{Codes, Reads, Requires, RulePage};
use super::rule_id::RuleId;
use crate::{Finding, Level};
use senlens_model::{
    Cells, CountedPlace, Dimension, GeographicLevel, NcYear, Need, Provision, ProvisionCut, Urn,
};
use std::collections::BTreeMap;

/// The last year before a step, and where the step lies.
const STEPS: [(u8, &str); 2] = [(2, "year 2 to 3"), (6, "year 6 to 7")];
/// Standard errors from which a step is amber: 95% for either of the two.
const STEP_Z: f64 = 2.241_403;
/// With fewer pupils than this in any of the four counts, a ratio of ratios means nothing.
const FEWEST: f64 = 5.0;

/// The page of the rule.
pub(super) const PAGE: RulePage = RulePage {
    id: RuleId::AgeProfileStep,
    indicator: "I8",
    title: "Step in the age profile",
    looks_for: "a jump of MLD over SLCN between the infant and junior years, or when pupils change to secondary school, \
                beyond the jump that others show: needs that are coded anew when the coder changes.",
    method: "ln[(M after/L after)/(M before/L before)] for years 2 to 3 and 6 to 7, less the same of England where a \
             published table carries year groups, else of the authority (the authority itself is then not judged). Standard \
             error: the root of the sum of one over each count. Amber from 2.24 standard errors, which is 95% for either \
             of two steps. Fewer than five pupils in any count: too few.",
    sources: "docs/indicators.md, I8; nationally SLCN falls and MLD rises with age, so only a step beyond that \
              counts.",
    does_not_cover: "a jump at other ages, and single schools, few of which hold both years of a step. Pupils who cross the border at \
             year 7.",
    needs: &[
        Requires::Cells(Dimension::PrimaryNeed),
        Requires::Cells(Dimension::NcYear),
    ],
    codes: Codes {
        all: &[Need::Mld, Need::Slcn],
        any: &[],
    },
    reads: Reads::EveryCount,
    runs_on: "pupil records; areas only.",
};

/// MLD and SLCN before and after a step.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Step {
    before: [f64; 2],
    after: [f64; 2],
}

impl Step {
    fn add(&mut self, other: &Self) {
        for need in 0..2 {
            self.before[need] += other.before[need];
            self.after[need] += other.after[need];
        }
    }

    /// The log ratio of ratios and its variance; none where a count is too small.
    fn jump(&self) -> Option<(f64, f64)> {
        let counts = [self.after[0], self.after[1], self.before[0], self.before[1]];
        if counts.iter().any(|count| *count < FEWEST) {
            return None;
        }
        let [after_mld, after_slcn, before_mld, before_slcn] = counts;
        let jump = libm::log((after_mld / after_slcn) / (before_mld / before_slcn));
        Some((jump, counts.iter().map(|count| 1.0 / count).sum()))
    }
}

fn steps_of<K: Ord>(
    context: &Context<'_>,
    cells: &Cells,
    cut: ProvisionCut,
    key: impl Fn(&CountedPlace) -> Option<K>,
) -> BTreeMap<K, [Step; 2]> {
    let mut found: BTreeMap<K, [Step; 2]> = BTreeMap::new();
    for cell in cells.cells() {
        let counted = match cut {
            ProvisionCut::Total => cell.sen_provision.is_sen(),
            ProvisionCut::SenSupport => cell.sen_provision == Provision::SenSupport,
            ProvisionCut::Plan => cell.sen_provision == Provision::Plan,
        };
        let need = match cell.primary_need {
            Some(Need::Mld) => 0,
            Some(Need::Slcn) => 1,
            _ => continue,
        };
        let Some(NcYear::Year(year)) = cell.nc_year else {
            continue;
        };
        if cell.time_period != context.inputs.year || !counted {
            continue;
        }
        let Some(key) = key(cells.place(cell.place)) else {
            continue;
        };
        let steps = found.entry(key).or_default();
        for (step, (last, _)) in steps.iter_mut().zip(STEPS) {
            if year == last {
                step.before[need] += f64::from(cell.pupils);
            } else if year == last + 1 {
                step.after[need] += f64::from(cell.pupils);
            }
        }
    }
    found
}

pub(super) fn find(context: &Context<'_>) -> Vec<Finding> {
    let Some(cells) = context.inputs.schools else {
        return Vec::new();
    };
    let table = context.inputs.benchmarks.iter().find(|table| {
        table.dimensions().carry(Dimension::NcYear) && table.dimensions().carry(Dimension::PrimaryNeed)
    });
    let mut found = Vec::new();
    for cut in context.cuts() {
        let by_school: BTreeMap<Urn, [Step; 2]> = steps_of(context, cells, cut, |place| {
            place.school().map(|school| school.urn)
        });
        let england = table.and_then(|table| {
            steps_of(context, table, cut, |place| match place {
                CountedPlace::Area {
                    level: GeographicLevel::National,
                    ..
                } => Some(()),
                _ => None,
            })
            .remove(&())
        });
        let sum = |schools: Vec<&[Step; 2]>| {
            let mut all = [Step::default(); 2];
            for one in schools {
                for (sum, step) in all.iter_mut().zip(one) {
                    sum.add(step);
                }
            }
            all
        };
        let Some(authority) = context.spots.iter().find(|spot| spot.is_authority()) else {
            continue;
        };
        let reference = england.unwrap_or_else(|| sum(authority.each(&by_school)));
        let against = if england.is_some() {
            "England"
        } else {
            "the authority"
        };
        for spot in context.areas() {
            if spot.is_authority() && england.is_none() {
                continue;
            }
            let own = sum(spot.each(&by_school));
            let z: Vec<Option<(f64, f64)>> = own
                .iter()
                .zip(&reference)
                .map(|(own, other)| {
                    let ((jump, variance), (usual, other_variance)) = (own.jump()?, other.jump()?);
                    // The place is part of the authority it is compared with: its own variance is an upper bound.
                    let beyond = jump - usual;
                    let error = if england.is_some() {
                        variance + other_variance
                    } else {
                        variance
                    };
                    Some((beyond, beyond / error.sqrt()))
                })
                .collect();
            let highest = z
                .iter()
                .flatten()
                .map(|(_, z)| *z)
                .fold(f64::NEG_INFINITY, f64::max);
            let level = if z.iter().all(Option::is_none) {
                Level::TooFew
            } else if highest >= STEP_Z {
                Level::Amber
            } else {
                Level::None
            };
            let told: Vec<String> = own
                .iter()
                .zip(&z)
                .zip(STEPS)
                .map(|((step, z), (_, words))| {
                    let counts = format!(
                        "{words}: MLD {:.0} to {:.0}, SLCN {:.0} to {:.0}",
                        step.before[0], step.after[0], step.before[1], step.after[1]
                    );
                    match z {
                        Some((beyond, z)) => {
                            format!(
                                "{counts}, a jump of {:.2} times that of {against} (z {z:.1})",
                                libm::exp(*beyond)
                            )
                        }
                        None => format!("{counts}, too few to say"),
                    }
                })
                .collect();
            let wording = match level {
                Level::TooFew => "too few pupils by year group to say.",
                Level::Amber => {
                    "MLD rises over communication needs from one year group to the next more than elsewhere: needs may be \
                     coded anew where the coder changes."
                }
                _ => "no step from communication needs to MLD between year groups beyond what others show.",
            };
            let score = highest.is_finite().then_some(highest);
            let key = context.key(spot, cut);
            found.push(finding(
                key,
                PAGE.id,
                level,
                score,
                (None, None),
                &told.join("; "),
                wording,
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn a_jump_worked_by_hand() {
        // MLD over SLCN goes from 20/40 to 60/30: four times; variance 1/20 + 1/40 + 1/60 + 1/30 = 0.125.
        let step = Step {
            before: [20.0, 40.0],
            after: [60.0, 30.0],
        };
        let (jump, variance) = step.jump().expect("enough pupils");
        assert!((jump - libm::log(4.0)).abs() < 1e-12);
        assert!((variance - 0.125).abs() < 1e-12);
        let small = Step {
            before: [4.0, 40.0],
            after: [60.0, 30.0],
        };
        assert_eq!(small.jump(), None);
    }
}
