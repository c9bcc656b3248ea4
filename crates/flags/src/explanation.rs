//! A row of the table `explanations`: the probability of one explanation of a place's counts.

use crate::rules::RuleId;
use senlens_compare::Key;
use std::fmt;

/// Rival explanations of a place's counts; their probabilities sum to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Explanation {
    /// Ordinary variation between schools.
    Ordinary,
    /// Communication or mental health needs recorded as MLD.
    Masking,
    /// More of every need identified.
    MoreOfEverything,
    /// A unit, resourced provision or special school that takes such pupils.
    SpecialistIntake,
    /// A surge of another need squeezing the shares.
    OtherNeedSurge,
    /// Types of need not assessed or not recorded.
    MissingCodes,
}

impl Explanation {
    /// Every explanation, in table order.
    pub const ALL: [Self; 6] = [
        Self::Ordinary,
        Self::Masking,
        Self::MoreOfEverything,
        Self::SpecialistIntake,
        Self::OtherNeedSurge,
        Self::MissingCodes,
    ];

    /// As it stands in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Masking => "masking",
            Self::MoreOfEverything => "more_of_everything",
            Self::SpecialistIntake => "specialist_intake",
            Self::OtherNeedSurge => "other_need_surge",
            Self::MissingCodes => "missing_codes",
        }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The probability of one explanation for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplanationRow {
    /// What the row is about.
    pub key: Key,
    /// The rule that weighed it.
    pub rule: RuleId,
    /// The explanation.
    pub explanation: Explanation,
    /// Its probability.
    pub probability: f64,
    /// Its probability if the place is not one of ordinary variation: none for ordinary variation itself.
    pub given_departure: Option<f64>,
    /// Whether it is the likeliest of those other than ordinary variation.
    pub called: bool,
}

impl ExplanationRow {
    /// The rows of one place, from the probabilities in the order of [`Explanation::ALL`], which sum to one.
    pub fn of_place(
        key: &Key,
        rule: RuleId,
        probabilities: [f64; Explanation::ALL.len()],
    ) -> impl Iterator<Item = Self> {
        let departs = |explanation: Explanation| explanation != Explanation::Ordinary;
        let weighed = Explanation::ALL.into_iter().zip(probabilities);
        let departure: f64 = weighed
            .clone()
            .filter(|(explanation, _)| departs(*explanation))
            .map(|(_, probability)| probability)
            .sum();
        // The first of equals, so that exactly one is called.
        let called = weighed
            .clone()
            .filter(|(explanation, probability)| departs(*explanation) && *probability > 0.0)
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(explanation, _)| explanation);
        weighed.map(move |(explanation, probability)| Self {
            key: key.clone(),
            rule,
            explanation,
            probability,
            given_departure: (departs(explanation) && departure > 0.0).then(|| probability / departure),
            called: called == Some(explanation),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Explanation, ExplanationRow};
    use crate::rules::RuleId;
    use senlens_compare::Key;
    use senlens_model::{Coverage, GeographicLevel, PhaseCut, Place, ProvisionCut};
    use std::sync::Arc;

    fn rows(probabilities: [f64; 6]) -> Vec<ExplanationRow> {
        let key = Key {
            time_period: "202223".parse().expect("a year"),
            coverage: Coverage::StateFunded,
            place: Arc::new(Place {
                level: GeographicLevel::School,
                code: "100001".to_owned(),
                name: "Invented Primary".to_owned(),
            }),
            phase: PhaseCut::Total,
            sen_provision: ProvisionCut::Total,
        };
        ExplanationRow::of_place(&key, RuleId::Masking, probabilities).collect()
    }

    #[test]
    fn what_it_is_if_not_ordinary() {
        let cases = [
            (
                [0.9, 0.02, 0.06, 0.01, 0.01, 0.0],
                Some(Explanation::MoreOfEverything),
            ),
            ([0.0, 1.0, 0.0, 0.0, 0.0, 0.0], Some(Explanation::Masking)),
            (
                [0.5, 0.0, 0.0, 0.25, 0.25, 0.0],
                Some(Explanation::SpecialistIntake),
            ),
            ([1.0, 0.0, 0.0, 0.0, 0.0, 0.0], None),
        ];
        for (probabilities, wanted) in cases {
            let rows = rows(probabilities);
            let called: Vec<Explanation> = rows
                .iter()
                .filter(|row| row.called)
                .map(|row| row.explanation)
                .collect();
            assert_eq!(called, Vec::from_iter(wanted));
            assert_eq!(rows[0].given_departure, None);
            let sum: f64 = rows.iter().filter_map(|row| row.given_departure).sum();
            let all = if wanted.is_some() { 1.0 } else { 0.0 };
            assert!((sum - all).abs() < 1e-12, "{sum}");
        }
    }
}
