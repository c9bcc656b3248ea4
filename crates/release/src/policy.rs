//! The release policy: the numbers below which counts are withheld, in one TOML file, with its fingerprint.

use senlens_model::Audience;
use senlens_model::SourceKind;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What may leave, read from TOML; keeps the text it was read from and that text's SHA-256.
///
/// ```
/// # use senlens_release::Policy;
/// let policy = Policy::preset("public").expect("built in");
/// assert_eq!(policy.rules().minimum_count, 5);
/// assert_eq!(policy.sha256().len(), 64);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    rules: PolicyRules,
    text: String,
    sha256: String,
}

/// The rules of a policy, as its TOML states them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRules {
    /// Name, as run.json and the method note print it.
    pub name: String,
    /// For whom: `internal` output is marked and not suppressed.
    pub audience: Audience,
    /// Counts from 1 to one less than this are withheld: 5 by default; 6, 7 and 10 are in use. From 3 to 100.
    pub minimum_count: u64,
    /// Whether a count of zero may be shown.
    #[serde(default)]
    pub zeros: Zeros,
    /// Rates on fewer pupils than this are withheld, though their counts may stand; 0 for none.
    #[serde(default)]
    pub minimum_denominator: u64,
    /// To what counts are rounded, half up.
    #[serde(default)]
    pub rounding: Rounding,
    /// An area's count of which one school has more than this percent is withheld (51 to 100); none for no such rule.
    #[serde(default)]
    pub dominance_percent: Option<u64>,
    /// Decimals left to figures of a fitted model (probabilities, scores, displaced pupils): a model learns from every
    /// school, withheld ones too, and full precision would let a reader fit it again and try each value.
    #[serde(default = "default_model_decimals")]
    pub model_decimals: u32,
    /// Positions rest on the spread over all units of a level. Where some but fewer units than this are withheld, the
    /// positions of the others could narrow them, and are withheld too.
    #[serde(default = "default_minimum_withheld_units")]
    pub minimum_withheld_units: usize,
    /// Kinds of source whose counts need protecting (`pupils`, `invented`, `published`).
    pub protects: Vec<ProtectedKind>,
    /// Counts shown in spite of the rules, each with a reason and the name of whoever answers for it.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

fn default_model_decimals() -> u32 {
    2
}

fn default_minimum_withheld_units() -> usize {
    10
}

/// Whether a count of zero may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zeros {
    /// A true zero is shown, unless it hides another count.
    #[default]
    Shown,
    /// Zero is withheld like any small count.
    Withheld,
}

/// To what counts are rounded, half up as the Department does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Rounding {
    /// Not rounded.
    #[default]
    #[serde(rename = "none")]
    None,
    /// To the nearest 5.
    #[serde(rename = "5")]
    Five,
    /// To the nearest 10.
    #[serde(rename = "10")]
    Ten,
}

impl Rounding {
    /// The base; none where counts are not rounded.
    pub fn base(self) -> Option<u64> {
        match self {
            Self::None => None,
            Self::Five => Some(5),
            Self::Ten => Some(10),
        }
    }

    /// A count rounded half up.
    pub fn round(self, count: u64) -> u64 {
        self.base()
            .map_or(count, |base| (2 * count + base) / (2 * base) * base)
    }
}

/// A kind of source that a policy protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProtectedKind {
    /// Pupil records.
    Pupils,
    /// Invented pupils, to rehearse a public run.
    Invented,
    /// What the Department has published.
    Published,
}

/// A count shown in spite of the rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// `geographic_level` of the place.
    pub geographic_level: String,
    /// `area_code` of the place.
    pub area_code: String,
    /// `phase`; any when left out.
    #[serde(default)]
    pub phase: Option<String>,
    /// `sen_provision`; any when left out.
    #[serde(default)]
    pub sen_provision: Option<String>,
    /// `primary_need`; any when left out.
    #[serde(default)]
    pub primary_need: Option<String>,
    /// Why it may be shown.
    pub reason: String,
    /// Who answers for it.
    pub by: String,
}

/// A policy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// It is not the TOML expected.
    #[error("policy does not read: {0}")]
    Toml(String),
    /// A number out of range.
    #[error("policy: {name} must be from {from} to {to}: `{value}`")]
    OutOfRange {
        /// The field.
        name: &'static str,
        /// The least it may be.
        from: u64,
        /// The most it may be.
        to: u64,
        /// What it is.
        value: u64,
    },
    /// An exception without a reason or a name.
    #[error(
        "policy: the exception for `{area_code}` needs a written reason and the name of who answers for it"
    )]
    BareException {
        /// The place.
        area_code: String,
    },
}

impl Policy {
    /// Names of the policies built in: the last three are `public` with another minimum count.
    pub const PRESETS: [&'static str; 5] = ["internal", "public", "public-6", "public-7", "public-10"];

    /// A policy built in, by name.
    pub fn preset(name: &str) -> Option<Self> {
        let public = include_str!("../policies/public.toml");
        let with_minimum = |minimum: &str| {
            public
                .replace("name = \"public\"", &format!("name = \"public-{minimum}\""))
                .replace("minimum_count = 5", &format!("minimum_count = {minimum}"))
        };
        let text = match name {
            "internal" => include_str!("../policies/internal.toml").to_owned(),
            "public" => public.to_owned(),
            "public-6" => with_minimum("6"),
            "public-7" => with_minimum("7"),
            "public-10" => with_minimum("10"),
            _ => return None,
        };
        Some(Self::parse(&text).expect("a built-in policy reads"))
    }

    /// Reads a policy file's text.
    ///
    /// # Errors
    /// When it is not the TOML expected, a number is out of range, or an exception lacks its reason or name.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let rules: PolicyRules = toml::from_str(text)
            .map_err(|error| PolicyError::Toml(senlens_model::toml_fault(text, &error)))?;
        let within = |name, from, to, value| {
            if (from..=to).contains(&value) {
                Ok(())
            } else {
                Err(PolicyError::OutOfRange {
                    name,
                    from,
                    to,
                    value,
                })
            }
        };
        within("minimum_count", 3, 100, rules.minimum_count)?;
        within("model_decimals", 0, 3, u64::from(rules.model_decimals))?;
        if let Some(percent) = rules.dominance_percent {
            within("dominance_percent", 51, 100, percent)?;
        }
        if let Some(bare) = rules
            .exceptions
            .iter()
            .find(|exception| exception.reason.trim().is_empty() || exception.by.trim().is_empty())
        {
            return Err(PolicyError::BareException {
                area_code: bare.area_code.clone(),
            });
        }
        let mut sha256 = String::with_capacity(64);
        for byte in Sha256::digest(text.as_bytes()) {
            write!(sha256, "{byte:02x}").expect("a string takes all that is written");
        }
        Ok(Self {
            rules,
            text: text.to_owned(),
            sha256,
        })
    }

    /// Its rules.
    pub fn rules(&self) -> &PolicyRules {
        &self.rules
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of that text, in lower-case hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether counts from a kind of source must be suppressed under it.
    pub fn suppresses(&self, kind: SourceKind) -> bool {
        let protected = match kind {
            SourceKind::Published => ProtectedKind::Published,
            SourceKind::Pupils => ProtectedKind::Pupils,
            SourceKind::Invented => ProtectedKind::Invented,
        };
        self.rules.audience == Audience::Public && self.rules.protects.contains(&protected)
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, PolicyError, Rounding};
    use senlens_model::SourceKind;

    #[test]
    fn halves_round_up() {
        for (count, five, ten) in [
            (0, 0, 0),
            (2, 0, 0),
            (3, 5, 0),
            (4, 5, 0),
            (5, 5, 10),
            (7, 5, 10),
            (8, 10, 10),
            (15, 15, 20),
        ] {
            assert_eq!(Rounding::Five.round(count), five, "{count} to 5");
            assert_eq!(Rounding::Ten.round(count), ten, "{count} to 10");
            assert_eq!(Rounding::None.round(count), count);
        }
    }

    #[test]
    fn only_the_public_policy_suppresses_and_only_pupils() {
        for (name, kind, suppresses) in [
            ("internal", SourceKind::Pupils, false),
            ("public", SourceKind::Pupils, true),
            ("public", SourceKind::Published, false),
            ("public", SourceKind::Invented, false),
        ] {
            let policy = Policy::preset(name).expect("built in");
            assert_eq!(policy.suppresses(kind), suppresses, "{name} {kind:?}");
        }
    }

    #[test]
    fn a_policy_names_what_is_wrong_with_it() {
        let public = Policy::preset("public").expect("built in");
        let low = public.text().replace("minimum_count = 5", "minimum_count = 2");
        assert!(matches!(
            Policy::parse(&low),
            Err(PolicyError::OutOfRange {
                name: "minimum_count",
                value: 2,
                ..
            })
        ));
        let bare = format!(
            "{}\n[[exceptions]]\ngeographic_level = \"School\"\narea_code = \"100001\"\nreason = \" \"\nby = \"A. Clerk\"\n",
            public.text()
        );
        assert!(matches!(
            Policy::parse(&bare),
            Err(PolicyError::BareException { .. })
        ));
        assert!(matches!(Policy::parse("nonsense = 1"), Err(PolicyError::Toml(_))));
    }
}
