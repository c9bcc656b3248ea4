//! Evidence from pupils and from audits: it enters the same posterior as the counts, one likelihood term a kind.
//!
//! Of a school's pupils recorded with MLD some number can be seen to point elsewhere: a secondary need of SLCN or
//! SEMH, a later census with one of these as the primary need, a plan that names one, or an auditor's finding. A
//! displaced pupil shows so at one rate, any other at a lower one; how the found spread between schools beyond that
//! is beta-binomial.

use super::displaced::Part;

/// What was looked at among a school's pupils recorded with MLD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceKind {
    /// A secondary need of SLCN or SEMH.
    SecondaryNeeds,
    /// SLCN or SEMH as the primary need in a later census.
    Recoding,
    /// A plan begun since that names SLCN or SEMH as the primary need.
    PlanDiscordance,
    /// An audit of records that found SLCN or SEMH to be the primary need.
    Audit,
}

/// Number of kinds of evidence.
pub const EVIDENCE_KINDS: usize = 4;

impl EvidenceKind {
    /// All kinds, in the order of [`super::Settings::evidence`].
    pub const ALL: [Self; EVIDENCE_KINDS] = [
        Self::SecondaryNeeds,
        Self::Recoding,
        Self::PlanDiscordance,
        Self::Audit,
    ];
}

/// A count of one kind at a school: of so many pupils recorded with MLD, so many point to SLCN or SEMH.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// What was looked at.
    pub kind: EvidenceKind,
    /// Pupils recorded with MLD of whom it is known.
    pub of: u32,
    /// Those of them that point to SLCN or SEMH (at most `of`).
    pub found: u32,
}

/// How often a kind of evidence shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvidenceRates {
    /// Among displaced pupils.
    pub displaced: f64,
    /// Among all other pupils recorded with MLD.
    pub rest: f64,
    /// Size of the beta that lets schools differ in this rate: the smaller, the weaker the evidence.
    pub size: f64,
    /// Pupils these assumed rates count for against the rates seen in the data; infinite where they are known.
    pub worth: f64,
}

impl EvidenceRates {
    /// Assumed rates of each kind, in the order of [`EvidenceKind::ALL`]: assumptions, to be varied.
    pub const ASSUMED: [Self; EVIDENCE_KINDS] = [
        Self {
            displaced: 0.35,
            rest: 0.15,
            size: 12.0,
            worth: 100.0,
        },
        Self {
            displaced: 0.20,
            rest: 0.05,
            size: 12.0,
            worth: 100.0,
        },
        Self {
            displaced: 0.60,
            rest: 0.20,
            size: 12.0,
            worth: 100.0,
        },
        Self {
            displaced: 0.95,
            rest: 0.05,
            size: 30.0,
            worth: f64::INFINITY,
        },
    ];
}

/// Three-point rule for the share displaced: places in standard deviations, weights.
const POINTS: [(f64, f64); 3] = [
    (-1.732_050_8, 1.0 / 6.0),
    (0.0, 2.0 / 3.0),
    (1.732_050_8, 1.0 / 6.0),
];

/// Weighs evidence against the parts of masking (weights given masking, summing to one): the log likelihood ratio of
/// masking to its absence, and the parts as the evidence leaves them.
pub(super) fn weigh(
    evidence: &[Evidence],
    rates: &[Option<EvidenceRates>; EVIDENCE_KINDS],
    parts: &[Part],
) -> (f64, Vec<Part>) {
    let used: Vec<(Evidence, EvidenceRates)> = evidence
        .iter()
        .filter(|one| one.of > 0)
        .filter_map(|one| rates[one.kind as usize].map(|rates| (*one, rates)))
        .collect();
    let log_likelihood = |share: f64| -> f64 {
        used.iter()
            .map(|(one, rates)| {
                let rate = share * rates.displaced + (1.0 - share) * rates.rest;
                log_beta_binomial(
                    f64::from(one.of),
                    f64::from(one.found.min(one.of)),
                    rate,
                    rates.size,
                )
            })
            .sum()
    };
    let without = log_likelihood(0.0);
    let mut refined = Vec::with_capacity(parts.len() * POINTS.len());
    for part in parts {
        for (place, weight) in POINTS {
            let share = (part.mean + place * part.variance.sqrt()).clamp(1e-3, 1.0 - 1e-3);
            let weight = part.weight * weight * libm::exp(log_likelihood(share) - without);
            refined.push(Part {
                weight,
                mean: share,
                variance: 1e-6,
                slcn_of_it: part.slcn_of_it,
            });
        }
    }
    let total: f64 = refined.iter().map(|part| part.weight).sum();
    for part in &mut refined {
        part.weight /= total;
    }
    (libm::log(total), refined)
}

fn log_beta_binomial(of: f64, found: f64, rate: f64, size: f64) -> f64 {
    let rate = rate.clamp(1e-4, 1.0 - 1e-4);
    let (alpha, beta) = (rate * size, (1.0 - rate) * size);
    libm::lgamma(found + alpha) - libm::lgamma(alpha) + libm::lgamma(of - found + beta) - libm::lgamma(beta)
        + libm::lgamma(alpha + beta)
        - libm::lgamma(of + alpha + beta)
}

/// What rates of one kind are learned from: at each school pupils looked at, found, and how many of the former are
/// expected to be displaced.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub(super) of: f64,
    pub(super) found: f64,
    pub(super) displaced: f64,
}

/// Moves the assumed rates towards those seen: the rate of the rest from schools with few displaced, that of the
/// displaced from what is then left over.
pub(super) fn learn_rates(assumed: EvidenceRates, seen: &[Seen]) -> EvidenceRates {
    if assumed.worth.is_infinite() {
        return assumed;
    }
    let (mut rest_found, mut rest_of) = (assumed.rest * assumed.worth, assumed.worth);
    for one in seen {
        let weight = 1.0 - (one.displaced / one.of.max(1.0)).min(1.0);
        let weight = weight * weight * weight * weight;
        rest_found += weight * one.found;
        rest_of += weight * one.of;
    }
    let rest = rest_found / rest_of;
    let (mut left, mut displaced) = (assumed.displaced * assumed.worth, assumed.worth);
    for one in seen.iter().filter(|one| one.displaced > 0.25 * one.of) {
        left += one.found - rest * (one.of - one.displaced);
        displaced += one.displaced;
    }
    let showing = (left / displaced).clamp(rest + 0.02, 0.98);
    EvidenceRates {
        displaced: showing,
        rest,
        ..assumed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: Part = Part {
        weight: 1.0,
        mean: 0.5,
        variance: 0.01,
        slcn_of_it: 0.5,
    };

    fn ratio(of: u32, found: u32) -> f64 {
        let evidence = [Evidence {
            kind: EvidenceKind::Audit,
            of,
            found,
        }];
        weigh(&evidence, &EvidenceRates::ASSUMED.map(Some), &[PART]).0
    }

    #[test]
    fn an_audit_that_finds_half_speaks_for_masking_and_one_that_finds_none_against() {
        assert!(ratio(20, 10) > 5.0);
        assert!(ratio(20, 0) < -5.0);
        assert!(ratio(0, 0).abs() < 1e-12);
    }

    #[test]
    fn a_kind_switched_off_says_nothing() {
        let evidence = [Evidence {
            kind: EvidenceKind::Recoding,
            of: 30,
            found: 20,
        }];
        let mut rates = EvidenceRates::ASSUMED.map(Some);
        rates[EvidenceKind::Recoding as usize] = None;
        assert!(weigh(&evidence, &rates, &[PART]).0.abs() < 1e-12);
    }

    #[test]
    fn evidence_moves_the_share_displaced() {
        let evidence = [Evidence {
            kind: EvidenceKind::Audit,
            of: 40,
            found: 28,
        }];
        let parts = weigh(&evidence, &EvidenceRates::ASSUMED.map(Some), &[PART]).1;
        let mean: f64 = parts.iter().map(|part| part.weight * part.mean).sum();
        assert!(mean > 0.55, "{mean}");
    }

    #[test]
    fn a_beta_binomial_sums_to_one() {
        let choose =
            |n: f64, k: f64| libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
        let sum: f64 = (0..=15)
            .map(|found| {
                let found = f64::from(found);
                libm::exp(choose(15.0, found) + log_beta_binomial(15.0, found, 0.3, 7.0))
            })
            .sum();
        assert!((sum - 1.0).abs() < 1e-9);
    }

    #[test]
    fn rates_seen_outweigh_rates_assumed() {
        // A thousand schools without displaced at 30%, fifty with half displaced at 30% and 70%.
        let mut seen = vec![
            Seen {
                of: 10.0,
                found: 3.0,
                displaced: 0.0
            };
            1000
        ];
        seen.extend(vec![
            Seen {
                of: 40.0,
                found: 20.0,
                displaced: 20.0
            };
            50
        ]);
        let learned = learn_rates(EvidenceRates::ASSUMED[0], &seen);
        assert!((learned.rest - 0.3).abs() < 0.01, "{learned:?}");
        assert!((learned.displaced - 0.7).abs() < 0.05, "{learned:?}");
    }
}
