//! Evidence from pupils and from audits: it enters the same posterior as the counts, one likelihood term a kind.
//!
//! Some of a school's pupils recorded with MLD have evidence of another need: a secondary need of SLCN or SEMH, a later
//! census with one of these as the primary need, a plan that names one, or an auditor's finding. Displaced pupils have it
//! at one rate, all others at a lower one. The number at a school is beta-binomial, as schools differ in these rates.

use super::displaced::DisplacedShare;

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
    /// Pupils the assumed rate of the rest counts for against the rate seen in the data; infinite where both rates are
    /// known, and nothing of them is learned.
    pub pseudo_count: f64,
}

impl EvidenceRates {
    /// Assumed rates of each kind, in the order of [`EvidenceKind::ALL`]: assumptions, to be varied.
    pub const ASSUMED: [Self; EVIDENCE_KINDS] = [
        Self {
            displaced: 0.35,
            rest: 0.15,
            size: 12.0,
            pseudo_count: 100.0,
        },
        Self {
            displaced: 0.20,
            rest: 0.05,
            size: 12.0,
            pseudo_count: 100.0,
        },
        Self {
            displaced: 0.60,
            rest: 0.20,
            size: 12.0,
            pseudo_count: 100.0,
        },
        Self {
            displaced: 0.95,
            rest: 0.05,
            size: 30.0,
            pseudo_count: f64::INFINITY,
        },
    ];
}

impl EvidenceRates {
    /// Whether nothing of the rates is learned.
    pub(super) fn are_known(&self) -> bool {
        self.pseudo_count.is_infinite()
    }
}

/// Three-point rule for the share displaced: standard deviations and weights.
const POINTS: [(f64, f64); 3] = [
    (-1.732_050_8, 1.0 / 6.0),
    (0.0, 2.0 / 3.0),
    (1.732_050_8, 1.0 / 6.0),
];

/// Updates the displaced shares given masking (weights sum to one) by the evidence. Returns the log likelihood ratio of
/// masking to its absence, and the updated shares.
pub(super) fn update_by_evidence(
    evidence: &[Evidence],
    rates: &[Option<EvidenceRates>; EVIDENCE_KINDS],
    displaced_shares: &[DisplacedShare],
) -> (f64, Vec<DisplacedShare>) {
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
    let mut refined = Vec::with_capacity(displaced_shares.len() * POINTS.len());
    for part in displaced_shares {
        for (place, weight) in POINTS {
            let share = (part.mean + place * part.variance.sqrt()).clamp(1e-3, 1.0 - 1e-3);
            let weight = part.weight * weight * libm::exp(log_likelihood(share) - without);
            refined.push(DisplacedShare {
                weight,
                mean: share,
                variance: 1e-6,
                slcn_share: part.slcn_share,
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

/// One school in the regression that learns the rates of one kind: pupils looked at, pupils found, and how many of those
/// looked at are expected to be displaced, from counts and audits alone.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct EvidenceObservation {
    pub(super) of: f64,
    pub(super) found: f64,
    pub(super) displaced: f64,
}

/// Prior standard deviation of the strength of evidence (the rate among the displaced less that among the rest), as a
/// part of the assumed strength.
pub(super) const STRENGTH_SPREAD: f64 = 0.5;

/// Moves the assumed rates towards those seen. Over schools, found is regressed on pupils looked at and on pupils
/// expected to be displaced, whose slope is the strength. Where the expectations are right on average the slope is
/// right too, whatever the strength of the evidence. The strength used is one standard deviation below the estimate, and
/// never below zero: evidence taken too strong does more harm than evidence taken too weak.
pub(super) fn learn_rates(assumed: EvidenceRates, seen: &[EvidenceObservation]) -> EvidenceRates {
    if assumed.are_known() {
        return assumed;
    }
    let found: f64 = assumed.pseudo_count * assumed.rest + seen.iter().map(|one| one.found).sum::<f64>();
    let of: f64 = assumed.pseudo_count + seen.iter().map(|one| one.of).sum::<f64>();
    let rate = (found / of).clamp(0.01, 0.99);
    let chance = rate * (1.0 - rate);
    let strength = assumed.displaced - assumed.rest;
    let spread = STRENGTH_SPREAD * strength;
    // Normal equations of (rate of the rest, strength); the assumptions enter as observations.
    let assumed_weight = assumed.pseudo_count / chance;
    let (mut rest_rest, mut rest_slope) = (assumed_weight, 0.0);
    let mut slope_slope = 1.0 / (spread * spread);
    let mut right = [assumed_weight * assumed.rest, strength / (spread * spread)];
    for one in seen {
        // Schools differ in their rates, so a large school counts for less than its pupils.
        let weight = 1.0 / (one.of * chance * (1.0 + (one.of - 1.0).max(0.0) / (assumed.size + 1.0)));
        rest_rest += weight * one.of * one.of;
        rest_slope += weight * one.of * one.displaced;
        slope_slope += weight * one.displaced * one.displaced;
        right[0] += weight * one.of * one.found;
        right[1] += weight * one.displaced * one.found;
    }
    let determinant = rest_rest * slope_slope - rest_slope * rest_slope;
    let slope = (rest_rest * right[1] - rest_slope * right[0]) / determinant;
    let cautious = (slope - (rest_rest / determinant).sqrt()).max(0.0);
    let rest = ((slope_slope * right[0] - rest_slope * right[1]) / determinant).clamp(1e-3, 0.9);
    EvidenceRates {
        displaced: (rest + cautious).min(0.98),
        rest,
        ..assumed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: DisplacedShare = DisplacedShare {
        weight: 1.0,
        mean: 0.5,
        variance: 0.01,
        slcn_share: 0.5,
    };

    fn ratio(of: u32, found: u32) -> f64 {
        let evidence = [Evidence {
            kind: EvidenceKind::Audit,
            of,
            found,
        }];
        update_by_evidence(&evidence, &EvidenceRates::ASSUMED.map(Some), &[PART]).0
    }

    #[test]
    fn an_audit_that_finds_half_raises_the_odds_of_masking_and_one_that_finds_none_lowers_them() {
        assert!(ratio(20, 10) > 5.0);
        assert!(ratio(20, 0) < -5.0);
        assert!(ratio(0, 0).abs() < 1e-12);
    }

    #[test]
    fn a_kind_switched_off_changes_nothing() {
        let evidence = [Evidence {
            kind: EvidenceKind::Recoding,
            of: 30,
            found: 20,
        }];
        let mut rates = EvidenceRates::ASSUMED.map(Some);
        rates[EvidenceKind::Recoding as usize] = None;
        assert!(update_by_evidence(&evidence, &rates, &[PART]).0.abs() < 1e-12);
    }

    #[test]
    fn evidence_moves_the_share_displaced() {
        let evidence = [Evidence {
            kind: EvidenceKind::Audit,
            of: 40,
            found: 28,
        }];
        let displaced_shares = update_by_evidence(&evidence, &EvidenceRates::ASSUMED.map(Some), &[PART]).1;
        let mean: f64 = displaced_shares.iter().map(|part| part.weight * part.mean).sum();
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

    /// A thousand schools without displaced pupils, fifty with half displaced.
    fn seen(rest: f64, displaced: f64) -> Vec<EvidenceObservation> {
        let mut seen = vec![
            EvidenceObservation {
                of: 10.0,
                found: 10.0 * rest,
                displaced: 0.0
            };
            1000
        ];
        seen.extend(vec![
            EvidenceObservation {
                of: 40.0,
                found: 20.0 * rest + 20.0 * displaced,
                displaced: 20.0
            };
            50
        ]);
        seen
    }

    #[test]
    fn rates_seen_outweigh_rates_assumed() {
        let learned = learn_rates(EvidenceRates::ASSUMED[0], &seen(0.3, 0.7));
        assert!((learned.rest - 0.3).abs() < 0.01, "{learned:?}");
        assert!((0.6..=0.7).contains(&learned.displaced), "{learned:?}");
    }

    #[test]
    fn records_unrelated_to_displacement_get_no_strength() {
        let learned = learn_rates(EvidenceRates::ASSUMED[0], &seen(0.15, 0.15));
        assert!(learned.displaced - learned.rest < 0.02, "{learned:?}");
        // Nor are those that point the other way.
        let learned = learn_rates(EvidenceRates::ASSUMED[0], &seen(0.15, 0.02));
        assert!(learned.displaced - learned.rest < 1e-12, "{learned:?}");
    }

    #[test]
    fn without_records_half_the_assumed_strength_is_used() {
        let learned = learn_rates(EvidenceRates::ASSUMED[0], &[]);
        assert!((learned.rest - 0.15).abs() < 1e-9, "{learned:?}");
        assert!((learned.displaced - 0.25).abs() < 1e-9, "{learned:?}");
    }
}
