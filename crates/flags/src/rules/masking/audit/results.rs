//! What the needs found in the records looked at make of the recorded ones: rows of `corrected_prevalence`.

use super::records::{Held, held};
use crate::Level;
use crate::joint::{
    AUDITED_NEEDS, AreaKey, AuditError, AuditLine, AuditedProvision, Corrected, Judgement, School, Stratum,
    corrected,
};
use crate::rules::masking::rows::Rows;
use senlens_compare::Key;
use senlens_model::{AuditedNeed, AuditedRecords, Coverage, Need, NeedCut, PhaseCut, Provision, Urn};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A part has rows of its own once this many of its records were looked at.
pub(in crate::rules::masking) const FEWEST_LOOKED_AT: u32 = 30;

/// Confidence of corrected numbers.
const CONFIDENCE: f64 = 0.95;

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

/// Lines of the audit the run cannot use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::rules::masking) struct Unused {
    /// At schools the run does not judge.
    pub(in crate::rules::masking) elsewhere: usize,
    /// With more records looked at than the run counts.
    pub(in crate::rules::masking) more_than_held: usize,
}

/// Corrected numbers of pupils with MLD, SLCN and SEMH in the authority and its parts.
///
/// # Errors
/// A line that contradicts itself; the reader of the sheet has refused those already.
pub(in crate::rules::masking) fn correct(
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

/// A school and a provision as one number: each provision is pooled separately.
fn number(one: &Held) -> u32 {
    u32::try_from(2 * one.school).expect("fewer schools than that")
        + u32::from(one.provision == AuditedProvision::Plan)
}

/// The pool of the estimate that records belong to: schools of one group, by provision.
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
