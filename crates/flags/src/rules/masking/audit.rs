//! The audit loop: which records to look at (rows of `audit_plan`), and what the needs found in those that were looked
//! at make of the recorded ones (rows of `corrected_prevalence`).

use super::Rows;
use crate::Level;
use crate::joint::{
    AUDITED_NEEDS, AreaKey, AuditError, AuditLine, AuditedProvision, Corrected, Judgement, School,
    SchoolVerdict, Stratum, corrected, plan_audit,
};
use senlens_compare::Key;
use senlens_model::{
    AuditedNeed, AuditedRecords, Coverage, Need, NeedCut, PhaseCut, Provision, ProvisionCut, Urn,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Half-width wanted of the 95% interval of a miscoding rate.
pub const AUDIT_MARGIN: f64 = 0.05;

/// A part is told apart once this many of its records were looked at.
const FEWEST_LOOKED_AT: u32 = 30;

/// Share of records thought miscoded before the audit, where no model speaks of them: SLCN and SEMH.
const MISCODED_OTHERWISE: f64 = 0.05;

/// Confidence of corrected numbers.
const CONFIDENCE: f64 = 0.95;

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

/// Pupils with a need, corrected by an audit.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrectedRow {
    /// What the row is about.
    pub key: Key,
    /// The need.
    pub need: Need,
    /// Pupils recorded with it at the schools judged.
    pub recorded: u64,
    /// Pupils estimated.
    pub pupils: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
    /// Pupils on roll at those schools.
    pub population: u64,
    /// Records looked at, of any need.
    pub looked_at: u64,
    /// Confidence of the limits.
    pub confidence: f64,
    /// The sentence for a reader.
    pub wording: String,
}

/// How likely masking is at a school, as an audit tells schools apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Red,
    Amber,
    Possible,
    Rest,
}

impl Group {
    const ALL: [Self; 4] = [Self::Red, Self::Amber, Self::Possible, Self::Rest];
    /// From this probability of masking on a school is told apart from the rest.
    const POSSIBLE: f64 = 0.1;

    fn of(verdict: &SchoolVerdict) -> Self {
        match verdict.level {
            Level::Red => Self::Red,
            Level::Amber => Self::Amber,
            _ if verdict.masking() >= Self::POSSIBLE => Self::Possible,
            _ => Self::Rest,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Amber => "amber",
            Self::Possible => "possible",
            Self::Rest => "rest",
        }
    }
}

/// The records of one school, provision and recorded need.
#[derive(Debug, Clone, Copy)]
struct Held {
    /// Place of the school among the atlas's.
    school: usize,
    provision: AuditedProvision,
    recorded: AuditedNeed,
    records: u32,
    group: Group,
    /// Share thought miscoded.
    miscoded: f64,
}

/// The judged schools of the authority and their records of every need.
fn held(rows: &Rows<'_>, schools: &[School], judgement: &Judgement) -> Vec<Held> {
    let own = u32::from(rows.inputs.area.la_code.get());
    let mut all = Vec::new();
    for ((place, school), verdict) in schools.iter().enumerate().zip(&judgement.schools) {
        if school.authority != own || matches!(verdict.level, Level::NotApplicable | Level::TooFew) {
            continue;
        }
        let group = Group::of(verdict);
        for (counts, provision) in school
            .counts
            .iter()
            .zip([AuditedProvision::Support, AuditedProvision::Plan])
        {
            let needs = [counts[MLD], counts[SLCN], counts[SEMH]];
            let other = counts.iter().sum::<u32>() - needs.iter().sum::<u32>();
            for (recorded, held) in AuditedNeed::ALL.into_iter().zip(needs.into_iter().chain([other])) {
                let miscoded = match recorded {
                    AuditedNeed::Mld if verdict.observed > 0.0 => verdict.displaced.mean / verdict.observed,
                    _ => MISCODED_OTHERWISE,
                };
                all.push(Held {
                    school: place,
                    provision,
                    recorded,
                    records: held,
                    group,
                    miscoded,
                });
            }
        }
    }
    all
}

/// Places of the audited needs among the model's codes.
const MLD: usize = 1;
const SEMH: usize = 4;
const SLCN: usize = 5;

/// The plan: groups of schools by provision and recorded need share the draws by Neyman's rule; within a group, records
/// are drawn evenly over all that its schools hold, so that a school's draws are in proportion to its records.
pub(super) fn plan(
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

/// Draws spread over a group's schools as every so-manieth record of its list would fall: no school is favoured.
fn spread(inside: &[Held], draws: u32) -> Vec<u32> {
    let all: u64 = inside.iter().map(|one| u64::from(one.records)).sum();
    let mut reached = 0u64;
    let mut given = 0u64;
    inside
        .iter()
        .map(|one| {
            reached += u64::from(one.records);
            // Half a step of a start, so that the first school is no likelier than the last.
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
    let (_, place) = rows.authority_and_parts().into_iter().next()?;
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

/// What the audited records of MLD say of each school, by the provisions counted: looked at, and found to be SLCN or
/// SEMH.
pub(super) fn seen(records: &[AuditedRecords], cut: ProvisionCut) -> BTreeMap<Urn, (u32, u32)> {
    let mut seen: BTreeMap<Urn, (u32, u32)> = BTreeMap::new();
    for one in records {
        let counted = match cut {
            ProvisionCut::Total => true,
            ProvisionCut::SenSupport => one.provision == Provision::SenSupport,
            ProvisionCut::Plan => one.provision == Provision::Plan,
        };
        if one.recorded == AuditedNeed::Mld && counted {
            let [_, slcn, semh, _] = one.found;
            let (of, found) = seen.entry(one.urn).or_default();
            *of += one.looked_at;
            *found += slcn + semh;
        }
    }
    seen
}

/// Records of which an audit says nothing the run could use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Unused {
    /// At schools the run does not judge.
    pub(super) elsewhere: usize,
    /// Of which more were said to be held than the run counts.
    pub(super) more_than_held: usize,
}

/// Corrected numbers of pupils with MLD, SLCN and SEMH in the authority and its parts.
///
/// # Errors
/// A line that contradicts itself; the reader of the sheet has refused those already.
pub(super) fn correct(
    rows: &Rows<'_>,
    schools: &[School],
    judgement: &Judgement,
    records: &[AuditedRecords],
) -> Result<(Vec<CorrectedRow>, Unused), AuditError> {
    let mut unused = Unused::default();
    let all = held(rows, schools, judgement);
    let places: BTreeMap<(Urn, AuditedProvision, AuditedNeed), &Held> = all
        .iter()
        .map(|one| {
            let urn = rows.atlas.schools[one.school].school.urn;
            ((urn, one.provision, one.recorded), one)
        })
        .collect();
    let mut lines: Vec<(usize, AuditLine)> = Vec::new();
    for record in records {
        let provision = match record.provision {
            Provision::Plan => AuditedProvision::Plan,
            _ => AuditedProvision::Support,
        };
        let Some(one) = places.get(&(record.urn, provision, record.recorded)) else {
            unused.elsewhere += 1;
            continue;
        };
        if record.looked_at > one.records {
            unused.more_than_held += 1;
            continue;
        }
        let [found_mld, found_slcn, found_semh, found_other] = record.found;
        lines.push((
            one.school,
            AuditLine {
                school: number(one),
                provision,
                recorded: record.recorded.as_str().to_owned(),
                held: one.records,
                looked_at: record.looked_at,
                found_mld,
                found_slcn,
                found_semh,
                found_other,
            },
        ));
    }
    let mut found = Vec::new();
    for (area, place) in rows.authority_and_parts() {
        let inside = |school: usize| area.holds(&schools[school]);
        let strata: Vec<Stratum> = all
            .iter()
            .filter(|one| inside(one.school))
            .map(|one| Stratum {
                school: number(one),
                provision: one.provision,
                recorded: one.recorded as usize,
                held: one.records,
                miscoded_before: one.miscoded,
                cost: 1.0,
            })
            .collect();
        let here: Vec<AuditLine> = lines
            .iter()
            .filter(|(school, _)| inside(*school))
            .map(|(_, line)| line.clone())
            .collect();
        let looked_at: u32 = here.iter().map(|line| line.looked_at).sum();
        if looked_at == 0 || (!matches!(area, AreaKey::Authority(_)) && looked_at < FEWEST_LOOKED_AT) {
            continue;
        }
        let groups: BTreeMap<u32, usize> = all.iter().map(|one| (number(one), pool(one))).collect();
        let estimates = corrected(&strata, &here, |school| {
            groups.get(&school).copied().unwrap_or_default()
        })?;
        let population: u64 = schools
            .iter()
            .zip(&judgement.schools)
            .filter(|(school, verdict)| {
                area.holds(school) && !matches!(verdict.level, Level::NotApplicable | Level::TooFew)
            })
            .map(|(school, _)| u64::from(school.pupils))
            .sum();
        let key = rows.key(Arc::clone(place), Coverage::StateFunded, PhaseCut::Total);
        found.extend(area_rows(&key, &estimates, population, looked_at));
    }
    Ok((found, unused))
}

/// A school and a provision as one number: each provision is pooled apart.
fn number(one: &Held) -> u32 {
    u32::try_from(2 * one.school).expect("fewer schools than that")
        + u32::from(one.provision == AuditedProvision::Plan)
}

/// The pool of the estimate that records lie in: schools alike in how likely masking is, by provision.
fn pool(one: &Held) -> usize {
    2 * one.group as usize + usize::from(one.provision == AuditedProvision::Plan)
}

fn area_rows(
    key: &Key,
    estimates: &[Corrected; AUDITED_NEEDS],
    population: u64,
    looked_at: u32,
) -> Vec<CorrectedRow> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of pupils, carried as a number"
    )]
    let whole = |pupils: f64| pupils.round() as u64;
    [Need::Mld, Need::Slcn, Need::Semh]
        .into_iter()
        .zip(estimates)
        .map(|(need, estimate)| CorrectedRow {
            key: key.clone(),
            need,
            recorded: whole(estimate.recorded),
            pupils: estimate.pupils,
            lower: estimate.lower,
            upper: estimate.upper,
            population,
            looked_at: u64::from(looked_at),
            confidence: CONFIDENCE,
            wording: format!(
                "{}: {} pupils are recorded with {}; the audit of {looked_at} records puts it at {:.0} ({:.0} to \
                 {:.0}).",
                key.place.name,
                whole(estimate.recorded),
                NeedCut::Of(need),
                estimate.pupils,
                estimate.lower,
                estimate.upper
            ),
        })
        .collect()
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
