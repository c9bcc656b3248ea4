//! What pupil records would show of an invented school's MLD: secondary needs, re-coding by a later census, plans that
//! began since, and the results of an audit.

use super::{SimulatedEngland, SimulatedSchool};
use crate::random::Random;

/// Of so many pupils recorded with MLD, so many point to SLCN or SEMH.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Pupils of whom it is known.
    pub of: u32,
    /// Those that point to SLCN or SEMH.
    pub found: u32,
}

/// What pupil records of several years show of a school's MLD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordsShown {
    /// A secondary need of SLCN or SEMH, of all.
    pub secondary: Seen,
    /// SLCN or SEMH as primary need two censuses later, of those still on roll.
    pub recoded: Seen,
    /// A plan begun since that names SLCN or SEMH, of those with such a plan.
    pub plans: Seen,
}

/// For secondary needs, re-coding and plans: the rate among displaced pupils, the rate among all others recorded with
/// MLD, and the share of pupils of whom it is known.
pub type EvidenceShown = [(f64, f64, f64); 3];

/// Rates at which displaced pupils, and all others recorded with MLD, show each kind of evidence (secondary needs,
/// re-coding, plans), and the share of pupils of whom it is known. Invented: no such rates are published.
pub const EVIDENCE_SHOWN: EvidenceShown = [(0.35, 0.15, 1.0), (0.20, 0.05, 0.6), (0.60, 0.20, 0.08)];

/// How alike the schools are in these rates: the size of a beta.
const ALIKE: f64 = 15.0;

impl RecordsShown {
    pub(super) fn simulate(
        shown: &EvidenceShown,
        recorded: u32,
        displaced: u32,
        random: &mut Random,
    ) -> Self {
        let mut kinds = shown.iter().map(|(showing, rest, known)| {
            let (showing, rest) = (random.beta(*showing, ALIKE), random.beta(*rest, ALIKE));
            let known_displaced = random.binomial(displaced, *known);
            let known_rest = random.binomial(recorded - displaced, *known);
            Seen {
                of: known_displaced + known_rest,
                found: random.binomial(known_displaced, showing) + random.binomial(known_rest, rest),
            }
        });
        let mut next = || kinds.next().unwrap_or_default();
        Self {
            secondary: next(),
            recoded: next(),
            plans: next(),
        }
    }
}

/// What an audit of some of a school's MLD records finds: places in the order MLD, SLCN, SEMH, other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditedCount {
    /// Records by the need found.
    pub found: [u32; 4],
}

impl SimulatedEngland {
    /// Audits `draw` of a school's MLD records, drawn at random without replacement. An auditor sees a displaced
    /// pupil's true need 95 times in 100 (else MLD), and calls one in 20 of the others SLCN or SEMH.
    pub fn audit(&self, school: usize, draw: u32, seed: u64) -> AuditedCount {
        let mut random = Random::of(seed, &[2, school as u64]);
        let simulated: &SimulatedSchool = &self.schools[school];
        let [slcn, semh] = simulated.truth.displaced;
        let recorded = simulated.total()[super::MLD];
        let drawn = random.without_replacement([recorded - slcn - semh, slcn, semh], draw);
        let mistaken = drawn.map(|records| random.binomial(records, 0.05));
        let to_slcn = random.binomial(mistaken[0], 0.5);
        AuditedCount {
            found: [
                drawn[0] - mistaken[0] + mistaken[1] + mistaken[2],
                drawn[1] - mistaken[1] + to_slcn,
                drawn[2] - mistaken[2] + mistaken[0] - to_slcn,
                0,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MLD, Masked, Scenario};

    #[test]
    fn evidence_is_of_recorded_pupils_and_louder_where_masked() {
        let england = Scenario {
            size: 0.1,
            masked: Masked::Share(0.5),
            ..Scenario::default()
        }
        .simulate();
        let mut rates = [[0.0; 2]; 2];
        for school in &england.schools {
            let evidence = school.truth.evidence;
            for seen in [evidence.secondary, evidence.recoded, evidence.plans] {
                assert!(seen.found <= seen.of && seen.of <= school.total()[MLD]);
            }
            let side = &mut rates[usize::from(school.truth.masked)];
            side[0] += f64::from(evidence.secondary.of);
            side[1] += f64::from(evidence.secondary.found);
        }
        let rate = |side: usize| rates[side][1] / rates[side][0];
        assert!(
            (rate(0) - 0.15).abs() < 0.02 && rate(1) > rate(0) + 0.04,
            "{} {}",
            rate(0),
            rate(1)
        );
    }

    #[test]
    fn an_audit_of_all_records_finds_the_displaced() {
        let england = Scenario {
            size: 0.05,
            masked: Masked::Share(1.0),
            ..Scenario::default()
        }
        .simulate();
        let (mut truth, mut found) = (0, 0);
        for (place, school) in england.schools.iter().enumerate() {
            let audited = england.audit(place, school.total()[MLD], 3);
            assert_eq!(audited.found.iter().sum::<u32>(), school.total()[MLD]);
            truth += school.truth.displaced.iter().sum::<u32>();
            found += audited.found[1] + audited.found[2];
        }
        assert!(
            (f64::from(found) / f64::from(truth) - 1.0).abs() < 0.1,
            "{found} of {truth}"
        );
    }
}
