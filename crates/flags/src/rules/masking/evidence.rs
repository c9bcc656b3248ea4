//! The evidence of pupil records and audits on each school's pupils recorded with MLD, as the joint model takes it.
//!
//! Secondary needs: of pupils with MLD as the primary need, those with SLCN or SEMH as the second. Re-coding: of pupils
//! with MLD in one census and a need in the next at the same school, those whose need is then SLCN or SEMH; all steps
//! between censuses up to the year judged count. Plans: of pupils with MLD on SEN support at the last census before
//! their plan began, those whose plan names SLCN or SEMH first.

use crate::joint::{EVIDENCE_KINDS, Evidence, EvidenceKind};
use crate::rules::pupil_evidence::{PupilEvidence, is_hidden, recorded};
use senlens_compare::Inputs;
use senlens_model::{
    AcademicYear, AuditedNeed, AuditedRecords, Dimension, DiscordanceCount, Moved, Need, Provision,
    ProvisionCut, TransitionCount, Urn,
};
use std::collections::BTreeMap;

/// By school: pupils or records looked at, and those found.
type Seen = BTreeMap<Urn, (u32, u32)>;

fn counts(cut: ProvisionCut, provision: Provision) -> bool {
    match cut {
        ProvisionCut::Total => provision.is_sen(),
        ProvisionCut::SenSupport => provision == Provision::SenSupport,
        ProvisionCut::Plan => provision == Provision::Plan,
    }
}

fn secondary(inputs: &Inputs<'_>, cut: ProvisionCut) -> Seen {
    let mut seen = Seen::new();
    let Some(cells) = inputs
        .schools
        .filter(|cells| cells.dimensions().carry(Dimension::SecondaryNeed))
    else {
        return seen;
    };
    for cell in cells.cells() {
        let mld = cell.primary_need == Some(Need::Mld) && counts(cut, cell.sen_provision);
        if cell.time_period != inputs.year || !mld {
            continue;
        }
        if let Some(school) = cells.place(cell.place).school() {
            let (of, found) = seen.entry(school.urn).or_default();
            *of += cell.pupils;
            *found += if cell.secondary_need.is_some_and(is_hidden) {
                cell.pupils
            } else {
                0
            };
        }
    }
    seen
}

fn recoding(inputs: &Inputs<'_>, transitions: &[TransitionCount], cut: ProvisionCut) -> Seen {
    let mut seen = Seen::new();
    for step in transitions {
        let (Some((provision, Need::Mld)), Some((_, after))) = (recorded(step.from), recorded(step.to))
        else {
            continue;
        };
        let told = step.to_period <= inputs.year && step.stopped_by().is_none();
        if step.moved != Moved::No || !told || !counts(cut, provision) {
            continue;
        }
        let (of, found) = seen.entry(step.school).or_default();
        *of += step.pupils;
        *found += if is_hidden(after) { step.pupils } else { 0 };
    }
    seen
}

fn plans(year: AcademicYear, discordance: &[DiscordanceCount], cut: ProvisionCut) -> Seen {
    let mut seen = Seen::new();
    for one in discordance.iter().filter(|one| one.time_period <= year) {
        let (Some((Provision::SenSupport, Need::Mld)), Some(named)) = (recorded(one.census), one.plan_need)
        else {
            continue;
        };
        if !counts(cut, Provision::SenSupport) {
            continue;
        }
        let (of, found) = seen.entry(one.school).or_default();
        *of += one.pupils;
        *found += if is_hidden(named) { one.pupils } else { 0 };
    }
    seen
}

/// Records of MLD an audit looked at, and those found to be SLCN or SEMH.
fn audited(records: &[AuditedRecords], cut: ProvisionCut) -> Seen {
    let mut seen = Seen::new();
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

/// The evidence of each school, by URN, of the kinds switched on.
pub(super) fn of_schools(
    inputs: &Inputs<'_>,
    known: &PupilEvidence<'_>,
    cut: ProvisionCut,
) -> BTreeMap<Urn, Vec<Evidence>> {
    let mut all: BTreeMap<Urn, Vec<Evidence>> = BTreeMap::new();
    for kind in EvidenceKind::ALL {
        if !known.kinds[kind as usize] {
            continue;
        }
        let seen = match kind {
            EvidenceKind::SecondaryNeeds => secondary(inputs, cut),
            EvidenceKind::Recoding => recoding(inputs, known.transitions, cut),
            EvidenceKind::PlanDiscordance => plans(inputs.year, known.discordance, cut),
            EvidenceKind::Audit => audited(known.audited, cut),
        };
        for (urn, (of, found)) in seen.into_iter().filter(|(_, (of, _))| *of > 0) {
            all.entry(urn).or_default().push(Evidence { kind, of, found });
        }
    }
    all
}

/// The evidence in words: `of 40 with MLD 12 have SLCN or SEMH as the second need`.
pub(super) fn in_words(evidence: &[Evidence]) -> String {
    let mut words = String::new();
    for Evidence { kind, of, found } in evidence {
        let told = match kind {
            EvidenceKind::SecondaryNeeds => {
                format!("of {of} pupils with MLD {found} have SLCN or SEMH as the second need")
            }
            EvidenceKind::Recoding => {
                format!(
                    "of {of} with MLD at one census and a need at the next {found} then have SLCN or SEMH"
                )
            }
            EvidenceKind::PlanDiscordance => {
                format!("of {of} plans begun for pupils with MLD {found} name SLCN or SEMH first")
            }
            EvidenceKind::Audit => format!("an audit found SLCN or SEMH in {found} of {of} records of MLD"),
        };
        words.push_str("; ");
        words.push_str(&told);
    }
    words
}

/// Sums over the schools of an area.
pub(super) fn sum<'a>(schools: impl Iterator<Item = &'a [Evidence]>) -> Vec<Evidence> {
    let mut sums = [(0, 0); EVIDENCE_KINDS];
    for one in schools.flatten() {
        let (of, found) = &mut sums[one.kind as usize];
        *of += one.of;
        *found += one.found;
    }
    EvidenceKind::ALL
        .into_iter()
        .zip(sums)
        .filter(|(_, (of, _))| *of > 0)
        .map(|(kind, (of, found))| Evidence { kind, of, found })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use senlens_model::SenState;

    fn urn(number: u32) -> Urn {
        number.to_string().parse().expect("a URN")
    }

    #[test]
    fn a_plan_counts_for_sen_support_alone_and_only_if_it_names_a_need() {
        let count = |census, plan_need, pupils| DiscordanceCount {
            time_period: "202122".parse().expect("a year"),
            school: urn(100_001),
            census,
            plan_need,
            pupils,
        };
        let mld = Some(Need::Mld);
        let year = "202122".parse().expect("a year");
        let all = [
            count(SenState::SenSupport(mld), Some(Need::Slcn), 3),
            count(SenState::SenSupport(mld), mld, 5),
            count(SenState::SenSupport(mld), None, 7),
            count(SenState::SenSupport(Some(Need::Asd)), Some(Need::Slcn), 9),
            count(SenState::Plan(mld), Some(Need::Semh), 2),
        ];
        let seen = plans(year, &all, ProvisionCut::Total);
        assert_eq!(seen.get(&urn(100_001)), Some(&(8, 3)));
        assert!(plans(year, &all, ProvisionCut::Plan).is_empty());
    }

    #[test]
    fn evidence_adds_up_and_reads_as_words() {
        let one = [Evidence {
            kind: EvidenceKind::Audit,
            of: 20,
            found: 5,
        }];
        let other = [Evidence {
            kind: EvidenceKind::Audit,
            of: 10,
            found: 1,
        }];
        let both = sum([&one[..], &other[..]].into_iter());
        assert_eq!(
            in_words(&both),
            "; an audit found SLCN or SEMH in 6 of 30 records of MLD"
        );
    }
}
