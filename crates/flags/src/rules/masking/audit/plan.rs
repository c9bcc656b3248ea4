//! Which records to look at: rows of `audit_plan`.

use super::records::{Group, Held, held};
use crate::joint::{AreaKey, AuditedProvision, Judgement, School, Stratum, plan_audit};
use crate::rules::masking::rows::Rows;
use senlens_compare::Key;
use senlens_model::{AuditedNeed, Coverage, PhaseCut, ProvisionCut};
use std::sync::Arc;

/// Half-width wanted of the 95% interval of a miscoding rate.
pub const AUDIT_MARGIN: f64 = 0.05;

/// The needs a plan samples.
const SAMPLED: [AuditedNeed; 3] = [AuditedNeed::Mld, AuditedNeed::Slcn, AuditedNeed::Semh];

/// Which records to look at: one row a school, provision and recorded need, and one a recorded need for all.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPlanRow {
    /// What the row is about.
    pub key: Key,
    /// The need recorded.
    pub recorded: AuditedNeed,
    /// `red`, `amber`, `possible` or `rest`: how likely masking is at the school; `all` for all together.
    pub group: &'static str,
    /// Records held.
    pub held: u64,
    /// Records to look at, drawn at random from those held.
    pub to_look_at: u64,
    /// Half-width expected of the 95% interval of the miscoding rate, on rows for all together.
    pub margin: Option<f64>,
    /// The sentence for a reader.
    pub wording: String,
}

/// The plan: groups of schools by provision and recorded need share the draws by Neyman's rule; within a group, records
/// are drawn evenly over all that its schools hold, so that a school's draws are in proportion to its records.
pub(in crate::rules::masking) fn plan(
    rows: &Rows<'_>,
    schools: &[School],
    judgement: &Judgement,
    margin: f64,
) -> Vec<AuditPlanRow> {
    let all = held(rows, schools, judgement);
    let mut found = Vec::new();
    for needs in [&SAMPLED[..1], &SAMPLED[1..]] {
        let mut cells: Vec<(Vec<Held>, Stratum)> = Vec::new();
        for recorded in needs {
            for provision in [AuditedProvision::Support, AuditedProvision::Plan] {
                for group in Group::ALL {
                    let inside: Vec<Held> = all
                        .iter()
                        .filter(|one| {
                            one.recorded == *recorded
                                && one.provision == provision
                                && one.group == group
                                && one.records > 0
                        })
                        .copied()
                        .collect();
                    let records: u32 = inside.iter().map(|one| one.records).sum();
                    let doubtful: f64 = inside
                        .iter()
                        .map(|one| one.miscoded * f64::from(one.records))
                        .sum();
                    if records > 0 {
                        let stratum = Stratum {
                            school: 0,
                            provision,
                            recorded: *recorded as usize,
                            held: records,
                            miscoded_before: doubtful / f64::from(records),
                            cost: 1.0,
                        };
                        cells.push((inside, stratum));
                    }
                }
            }
        }
        let strata: Vec<Stratum> = cells.iter().map(|(_, stratum)| *stratum).collect();
        let plan = plan_audit(&strata, margin);
        for recorded in needs {
            let mut of_need = Vec::new();
            let (mut records, mut to_look_at) = (0, 0);
            for ((inside, stratum), draw) in cells.iter().zip(&plan.draws) {
                if stratum.recorded != *recorded as usize {
                    continue;
                }
                records += u64::from(stratum.held);
                to_look_at += u64::from(draw.draw);
                for (one, drawn) in inside.iter().zip(spread(inside, draw.draw)) {
                    if drawn > 0 {
                        of_need.push(school_row(rows, one, drawn));
                    }
                }
            }
            found.extend(whole(
                rows,
                *recorded,
                (records, to_look_at),
                of_need.len(),
                plan.expected_margin,
            ));
            found.extend(of_need);
        }
    }
    found
}

/// Draws spread over a group's schools as if every k-th record of its list were taken: in proportion to their records.
fn spread(inside: &[Held], draws: u32) -> Vec<u32> {
    let all: u64 = inside.iter().map(|one| u64::from(one.records)).sum();
    let mut reached = 0u64;
    let mut given = 0u64;
    inside
        .iter()
        .map(|one| {
            reached += u64::from(one.records);
            // The list is entered half a step from its start, so that the first school is as likely as the last.
            let due = (2 * reached * u64::from(draws) + all) / (2 * all);
            let own = due - given;
            given = due;
            u32::try_from(own).expect("no more than the draws")
        })
        .collect()
}

fn cut_of(provision: AuditedProvision) -> ProvisionCut {
    match provision {
        AuditedProvision::Support => ProvisionCut::SenSupport,
        AuditedProvision::Plan => ProvisionCut::Plan,
    }
}

fn school_row(rows: &Rows<'_>, one: &Held, drawn: u32) -> AuditPlanRow {
    let mut key = rows.school_key(&rows.atlas.schools[one.school]);
    key.sen_provision = cut_of(one.provision);
    let wording = format!(
        "{}: look at {drawn} of {} records of {}, drawn at random.",
        key.place.name,
        one.records,
        one.recorded.as_str()
    );
    AuditPlanRow {
        key,
        recorded: one.recorded,
        group: one.group.as_str(),
        held: u64::from(one.records),
        to_look_at: u64::from(drawn),
        margin: None,
        wording,
    }
}

fn whole(
    rows: &Rows<'_>,
    recorded: AuditedNeed,
    (held, to_look_at): (u64, u64),
    lines: usize,
    margin: f64,
) -> Option<AuditPlanRow> {
    let (_, place) = rows
        .authority_and_parts()
        .into_iter()
        .find(|(area, _)| matches!(area, AreaKey::Authority(_)))?;
    let key = rows.key(Arc::clone(place), Coverage::StateFunded, PhaseCut::Total);
    let wording = format!(
        "{}: {to_look_at} of {held} records of {} ({lines} lines of the sheet) tell the share that should have another \
         code to within {:.0} in 100 either way.",
        key.place.name,
        recorded.as_str(),
        100.0 * margin
    );
    Some(AuditPlanRow {
        key,
        recorded,
        group: "all",
        held,
        to_look_at,
        margin: Some(margin),
        wording,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(held: u32) -> Held {
        Held {
            school: 0,
            provision: AuditedProvision::Support,
            recorded: AuditedNeed::Mld,
            records: held,
            group: Group::Rest,
            miscoded: 0.1,
        }
    }

    #[test]
    fn draws_are_spread_in_proportion_and_all_are_given() {
        let inside = [of(10), of(30), of(0), of(60)];
        for draws in [0, 1, 5, 10, 37, 100] {
            let spread = spread(&inside, draws);
            assert_eq!(spread.iter().sum::<u32>(), draws);
            for (one, drawn) in inside.iter().zip(&spread) {
                assert!(*drawn <= one.records, "{draws}: {spread:?}");
                assert!((f64::from(*drawn) - f64::from(one.records * draws) / 100.0).abs() <= 1.0);
            }
        }
        assert_eq!(spread(&inside, 10), [1, 3, 0, 6]);
    }
}
