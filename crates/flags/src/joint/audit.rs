//! The audit loop: which records to look at, and how many pupils truly have each need, given the needs found.
//!
//! Plan: records are sampled at random within strata (school by provision); Neyman's allocation spends them where
//! records are many and doubtful (Cochran, Sampling Techniques, 1977, 5.5 and 5.8), with the finite population
//! correction. Results: a two-phase estimate (Tenenbein 1970): the recorded counts are the cheap phase, the audited
//! sample the costly one, and each stratum's misclassification turns recorded into corrected prevalence.

use serde::{Deserialize, Serialize};

use super::evidence::{Evidence, EvidenceKind};

/// The needs an audit distinguishes, in the order of every array here: MLD, SLCN, SEMH, any other.
pub const AUDITED_NEEDS: usize = 4;
/// The names of the audited needs.
pub const AUDITED_NAMES: [&str; AUDITED_NEEDS] = ["MLD", "SLCN", "SEMH", "other"];

/// Whether records are of pupils at SEN support or with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum AuditedProvision {
    /// SEN support.
    #[serde(rename = "SEN support")]
    Support,
    /// Education, health and care plan.
    #[serde(rename = "Education, health and care plan")]
    Plan,
}

/// Records that could be looked at: one school, one provision, one recorded need. No pupil is named.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// The caller's number for the school.
    pub school: u32,
    /// Provision.
    pub provision: AuditedProvision,
    /// Recorded primary need: place in [`AUDITED_NAMES`].
    pub recorded: usize,
    /// Records held.
    pub held: u32,
    /// Share of them expected to be miscoded: from the model for MLD, small for others.
    pub miscoded_before: f64,
    /// Cost of looking at one record, in any unit.
    pub cost: f64,
}

/// How many records of a stratum to look at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draw {
    /// The stratum.
    pub stratum: Stratum,
    /// Records to draw at random from those held.
    pub draw: u32,
}

/// A sampling plan.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingPlan {
    /// Strata in the order given, those with no record to draw left in.
    pub draws: Vec<Draw>,
    /// Half-width expected of the interval for the overall miscoding rate.
    pub expected_margin: f64,
    /// Cost of the plan.
    pub cost: f64,
}

/// Standard errors of a 95% interval.
const Z_95: f64 = 1.959_964;

/// Every stratum is taken to have at least this share of miscoded, and of well coded, records before the audit.
const LEAST_DOUBT: f64 = 0.05;

fn doubt(stratum: &Stratum) -> f64 {
    let share = stratum.miscoded_before.clamp(LEAST_DOUBT, 1.0 - LEAST_DOUBT);
    (share * (1.0 - share)).sqrt()
}

fn variance(strata: &[Stratum], draws: &[f64]) -> f64 {
    let all: f64 = strata.iter().map(|stratum| f64::from(stratum.held)).sum();
    strata
        .iter()
        .zip(draws)
        .filter(|(stratum, _)| stratum.held > 0)
        .map(|(stratum, drawn)| {
            let held = f64::from(stratum.held);
            let doubt = doubt(stratum);
            let weight = held / all;
            // A stratum without draws keeps all its variance.
            let left = if *drawn > 0.0 {
                (1.0 - drawn / held) / drawn
            } else {
                1.0
            };
            weight * weight * doubt * doubt * left
        })
        .sum()
}

/// Neyman's allocation with costs: draws in proportion to records held times doubt over the root of the cost, never more
/// than held.
fn neyman(strata: &[Stratum], factor: f64) -> Vec<f64> {
    strata
        .iter()
        .map(|stratum| {
            let held = f64::from(stratum.held);
            (factor * held * doubt(stratum) / stratum.cost.max(1e-9).sqrt()).min(held)
        })
        .collect()
}

/// The cheapest draws that bring the half-width of the 95% interval for the overall miscoding rate of the records
/// given to `margin` (0 to 1). Where even all records do not reach it, all are drawn.
pub fn plan_audit(strata: &[Stratum], margin: f64) -> SamplingPlan {
    let wanted = (margin / Z_95) * (margin / Z_95);
    // The factor of proportion is found by halving.
    let at = |factor: f64| neyman(strata, factor);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    while variance(strata, &at(high)) > wanted && high < 1e6 {
        high *= 2.0;
    }
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if variance(strata, &at(middle)) > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    finish(strata, &round_up(strata, &at(high)))
}

/// The draws that give the narrowest interval for a given number of records: Neyman's allocation of `records` in all.
pub fn plan_audit_of(strata: &[Stratum], records: u32) -> SamplingPlan {
    let held: u32 = strata.iter().map(|stratum| stratum.held).sum();
    let records = f64::from(records.min(held));
    let (mut low, mut high) = (0.0_f64, 1e6_f64);
    let at = |factor: f64| neyman(strata, factor);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if at(middle).iter().sum::<f64>() > records {
            high = middle;
        } else {
            low = middle;
        }
    }
    finish(strata, &round_evenly(&at(low), records))
}

fn round_up(strata: &[Stratum], draws: &[f64]) -> Vec<f64> {
    strata
        .iter()
        .zip(draws)
        .map(|(stratum, drawn)| drawn.ceil().min(f64::from(stratum.held)))
        .collect()
}

/// Whole draws by running total, so that the number in all is kept.
fn round_evenly(draws: &[f64], records: f64) -> Vec<f64> {
    let all: f64 = draws.iter().sum();
    let (mut reached, mut given) = (0.0, 0.0);
    draws
        .iter()
        .map(|drawn| {
            reached += drawn;
            let due = (reached * if all > 0.0 { records / all } else { 0.0 } + 1e-9)
                .floor()
                .min(records);
            let own = (due - given).min(drawn.ceil());
            given += own;
            own
        })
        .collect()
}

fn finish(strata: &[Stratum], draws: &[f64]) -> SamplingPlan {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole draws between zero and the records held"
    )]
    let list = strata
        .iter()
        .zip(draws)
        .map(|(stratum, drawn)| Draw {
            stratum: *stratum,
            draw: *drawn as u32,
        })
        .collect();
    SamplingPlan {
        draws: list,
        expected_margin: Z_95 * variance(strata, draws).sqrt(),
        cost: strata
            .iter()
            .zip(draws)
            .map(|(stratum, drawn)| stratum.cost * drawn)
            .sum(),
    }
}

/// A line of the sheet an auditor fills in: counts, never names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// The school, as the caller numbers it (its URN in the files).
    pub school: u32,
    /// Provision.
    pub provision: AuditedProvision,
    /// Recorded primary need: `MLD`, `SLCN`, `SEMH` or `other`.
    pub recorded: String,
    /// Records held.
    pub held: u32,
    /// Records looked at.
    pub looked_at: u32,
    /// Of them, with MLD as the primary need found.
    pub found_mld: u32,
    /// With SLCN.
    pub found_slcn: u32,
    /// With SEMH.
    pub found_semh: u32,
    /// With any other.
    pub found_other: u32,
}

/// What is wrong with a line of results.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// A need the sheet does not know.
    #[error("recorded need of school {school} is none of MLD, SLCN, SEMH, other: `{recorded}`")]
    UnknownNeed {
        /// The school.
        school: u32,
        /// The value seen.
        recorded: String,
    },
    /// The needs found do not add up to the records looked at.
    #[error(
        "needs found at school {school} ({recorded}) add up to {found}, not to the records looked at: `{looked_at}`"
    )]
    DoesNotAddUp {
        /// The school.
        school: u32,
        /// The recorded need.
        recorded: String,
        /// Sum of the needs found.
        found: u32,
        /// Records looked at.
        looked_at: u32,
    },
    /// More records looked at than held.
    #[error("more records looked at than held at school {school} ({recorded}): `{looked_at}`")]
    MoreThanHeld {
        /// The school.
        school: u32,
        /// The recorded need.
        recorded: String,
        /// Records looked at.
        looked_at: u32,
    },
}

impl AuditLine {
    /// A blank line for a draw: what is held, nothing found yet.
    pub fn blank(draw: &Draw) -> Self {
        Self {
            school: draw.stratum.school,
            provision: draw.stratum.provision,
            recorded: AUDITED_NAMES[draw.stratum.recorded].to_owned(),
            held: draw.stratum.held,
            looked_at: draw.draw,
            found_mld: 0,
            found_slcn: 0,
            found_semh: 0,
            found_other: 0,
        }
    }

    /// The needs found, in the order of [`AUDITED_NAMES`].
    pub const fn found(&self) -> [u32; AUDITED_NEEDS] {
        [self.found_mld, self.found_slcn, self.found_semh, self.found_other]
    }

    /// The place of the recorded need in [`AUDITED_NAMES`], when the line is sound.
    ///
    /// # Errors
    /// An unknown need, found that do not add up, or more looked at than held.
    pub fn checked(&self) -> Result<usize, AuditError> {
        let (school, looked_at) = (self.school, self.looked_at);
        let recorded = self.recorded.clone();
        let found: u32 = self.found().iter().sum();
        let Some(place) = AUDITED_NAMES.iter().position(|name| *name == recorded) else {
            return Err(AuditError::UnknownNeed { school, recorded });
        };
        if found != looked_at {
            return Err(AuditError::DoesNotAddUp {
                school,
                recorded,
                found,
                looked_at,
            });
        }
        if looked_at > self.held {
            return Err(AuditError::MoreThanHeld {
                school,
                recorded,
                looked_at,
            });
        }
        Ok(place)
    }

    /// The line as evidence for the model: among records of MLD, those found to be SLCN or SEMH.
    pub fn evidence(&self) -> Option<Evidence> {
        (self.recorded == "MLD" && self.looked_at > 0).then_some(Evidence {
            kind: EvidenceKind::Audit,
            of: self.looked_at,
            found: self.found_slcn + self.found_semh,
        })
    }
}

/// Corrected number of pupils with one need, with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// Pupils recorded.
    pub recorded: f64,
    /// Pupils estimated.
    pub pupils: f64,
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

/// Pupils recorded with each audited need in each stratum of the estimate, and the lines that sampled it.
#[derive(Debug, Clone, PartialEq)]
struct Pool {
    held: f64,
    found: [f64; AUDITED_NEEDS],
    before: [f64; AUDITED_NEEDS],
}

/// Corrected numbers for the records of the strata given. Lines are pooled into estimation strata of `group` (for
/// example by level of flag) and recorded need. Within each, the needs found are spread over the records held, with a
/// beta prior that counts for one record, centred on what all audited records of that need showed. A need that is never
/// audited is taken as recorded, without uncertainty.
///
/// # Errors
/// The first line that is not sound.
pub fn corrected(
    held: &[Stratum],
    lines: &[AuditLine],
    group: impl Fn(u32) -> usize,
) -> Result<[Corrected; AUDITED_NEEDS], AuditError> {
    let mut pools: std::collections::BTreeMap<(usize, usize), Pool> = std::collections::BTreeMap::new();
    let mut overall = [[0.0; AUDITED_NEEDS]; AUDITED_NEEDS];
    let empty = || Pool {
        held: 0.0,
        found: [0.0; AUDITED_NEEDS],
        before: [0.0; AUDITED_NEEDS],
    };
    for stratum in held {
        pools
            .entry((stratum.recorded, group(stratum.school)))
            .or_insert_with(empty)
            .held += f64::from(stratum.held);
    }
    for line in lines {
        let recorded = line.checked()?;
        let pool = pools.entry((recorded, group(line.school))).or_insert_with(empty);
        for (need, found) in line.found().iter().enumerate() {
            pool.found[need] += f64::from(*found);
            overall[recorded][need] += f64::from(*found);
        }
    }
    let mut result = [Corrected {
        recorded: 0.0,
        pupils: 0.0,
        lower: 0.0,
        upper: 0.0,
    }; AUDITED_NEEDS];
    let mut spread = [0.0; AUDITED_NEEDS];
    for ((recorded, _), pool) in &mut pools {
        result[*recorded].recorded += pool.held;
        let seen: f64 = overall[*recorded].iter().sum();
        for need in 0..AUDITED_NEEDS {
            let own = f64::from(u8::from(need == *recorded));
            pool.before[need] = (overall[*recorded][need] + own + 0.25) / (seen + 2.0);
        }
        let looked_at: f64 = pool.found.iter().sum();
        for need in 0..AUDITED_NEEDS {
            if seen == 0.0 {
                result[need].pupils += if need == *recorded { pool.held } else { 0.0 };
                continue;
            }
            let share = (pool.found[need] + pool.before[need]) / (looked_at + 1.0);
            let unseen = (pool.held - looked_at).max(0.0);
            // Records that were looked at are known; only the rest is estimated.
            result[need].pupils += pool.found[need] + unseen * share;
            // Of the rest: binomial around an uncertain share.
            let share_variance = share * (1.0 - share) / (looked_at + 2.0);
            spread[need] += unseen * unseen * share_variance + unseen * share * (1.0 - share);
        }
    }
    for (one, variance) in result.iter_mut().zip(spread) {
        one.lower = (one.pupils - Z_95 * variance.sqrt()).max(0.0);
        one.upper = one.pupils + Z_95 * variance.sqrt();
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(school: u32, held: u32, miscoded_before: f64) -> Stratum {
        Stratum {
            school,
            provision: AuditedProvision::Support,
            recorded: 0,
            held,
            miscoded_before,
            cost: 1.0,
        }
    }

    #[test]
    fn a_plan_reaches_its_margin_and_no_more_than_is_held_is_drawn() {
        let strata: Vec<Stratum> = (0..40)
            .map(|school| stratum(school, 5 + school, 0.1 + 0.01 * f64::from(school)))
            .collect();
        let plan = plan_audit(&strata, 0.05);
        assert!(plan.expected_margin <= 0.05 + 1e-9, "{}", plan.expected_margin);
        for draw in &plan.draws {
            assert!(draw.draw <= draw.stratum.held);
        }
        let all: u32 = strata.iter().map(|one| one.held).sum();
        let drawn: u32 = plan.draws.iter().map(|one| one.draw).sum();
        assert!(drawn < all, "{drawn} of {all}");
    }

    #[test]
    fn neyman_draws_more_where_doubt_is_greater_and_less_where_records_are_costly() {
        let mut costly = stratum(2, 100, 0.5);
        costly.cost = 9.0;
        let plan = plan_audit_of(&[stratum(0, 100, 0.05), stratum(1, 100, 0.5), costly], 60);
        let draws: Vec<u32> = plan.draws.iter().map(|one| one.draw).collect();
        assert!(draws[1] > draws[0] && draws[1] > draws[2], "{draws:?}");
        assert_eq!(draws.iter().sum::<u32>(), 60);
    }

    #[test]
    fn a_census_of_records_is_certain() {
        let held = [stratum(1, 40, 0.4)];
        let line = AuditLine {
            school: 1,
            provision: AuditedProvision::Support,
            recorded: "MLD".to_owned(),
            held: 40,
            looked_at: 40,
            found_mld: 22,
            found_slcn: 10,
            found_semh: 6,
            found_other: 2,
        };
        let result = corrected(&held, &[line], |_| 0).expect("a sound line");
        for (one, wanted) in result.iter().zip([22.0, 10.0, 6.0, 2.0]) {
            assert!((one.pupils - wanted).abs() < 1e-9 && (one.upper - one.lower).abs() < 1e-9);
        }
    }

    #[test]
    fn each_fault_of_a_line_has_its_own_error() {
        let mut line = AuditLine::blank(&Draw {
            stratum: stratum(7, 10, 0.2),
            draw: 5,
        });
        assert!(matches!(line.checked(), Err(AuditError::DoesNotAddUp { .. })));
        line.found_mld = 5;
        assert_eq!(line.checked(), Ok(0));
        line.held = 3;
        assert!(matches!(line.checked(), Err(AuditError::MoreThanHeld { .. })));
        line.recorded = "BESD".to_owned();
        assert!(matches!(line.checked(), Err(AuditError::UnknownNeed { .. })));
    }
}
