//! What a caller may choose about the model.

use super::evidence::{EVIDENCE_KINDS, EvidenceRates};
use super::hypothesis::Donors;
use super::school::Counted;

/// What a caller may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Which pupils are counted.
    pub counted: Counted,
    /// Largest share of wrong flags expected among the schools flagged red (default 0.05).
    pub false_discovery_rate: f64,
    /// An area masks when more than this share of its schools does (default 0.15).
    pub area_level: f64,
    /// An area is red from this probability on (default 0.95).
    pub area_red: f64,
    /// Schools and areas are amber from this probability on (default 0.5).
    pub amber: f64,
    /// Needs masking may draw from.
    pub donors: Donors,
    /// Factor on the assumed spread of schools, for schools too few to show it (default 1).
    pub assumed_spread: f64,
    /// Share of masked schools assumed before data, and the number of schools it counts for (default 0.05 and 40).
    pub masked_before: (f64, f64),
    /// Chance, before its schools are seen, that an area has a masking culture of its own (default 0.03).
    pub culture_before: f64,
    /// Rates at which each kind of evidence shows, in the order of [`super::EvidenceKind::ALL`]; `None` leaves a kind out.
    pub evidence: [Option<EvidenceRates>; EVIDENCE_KINDS],
    /// How much work to spend on learning (default [`Effort::Full`]).
    pub effort: Effort,
}

/// How much work is spent on learning the spread of schools and the weights of explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Effort {
    /// For the verdict.
    #[default]
    Full,
    /// For rows beside the verdict, such as SEN support and plans separately: about half the time on England.
    Quick,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            counted: Counted::Total,
            false_discovery_rate: 0.05,
            area_level: 0.15,
            area_red: 0.95,
            amber: 0.5,
            donors: Donors::SlcnAndSemh,
            assumed_spread: 1.0,
            masked_before: (0.05, 40.0),
            culture_before: 0.03,
            evidence: EvidenceRates::ASSUMED.map(Some),
            effort: Effort::Full,
        }
    }
}
