//! What a reader knows of the policy: every public run states it.

use serde_json::Value;

/// The numbers of the policy, as run.json states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadersPolicy {
    /// Counts from 1 to one less than this are withheld.
    pub minimum_count: u64,
    /// Whether a count of zero may be shown.
    pub zeros_shown: bool,
    /// To what counts are rounded.
    pub rounding: Option<u64>,
}

impl ReadersPolicy {
    /// The least a count withheld for itself may be.
    pub fn least(self) -> f64 {
        if self.zeros_shown { 1.0 } else { 0.0 }
    }

    /// The greatest it may be.
    pub fn greatest(self) -> f64 {
        self.minimum_count as f64 - 1.0
    }

    /// How far apart the values left to any withheld count must reach.
    pub fn width(self) -> f64 {
        self.greatest() - self.least()
    }

    /// Reads the text of a policy file.
    pub fn parse(text: &str) -> Option<Self> {
        let table: toml::Table = text.parse().ok()?;
        Self::from_fields(
            table.get("minimum_count").and_then(toml::Value::as_integer),
            table.get("zeros").and_then(toml::Value::as_str),
            table.get("rounding").and_then(toml::Value::as_str),
        )
    }

    /// Finds it in a run.json: wherever `policy` holds its fields, or its text.
    pub(crate) fn in_run(run: &Value) -> Option<Self> {
        match run {
            Value::Object(fields) => {
                let own = Self::from_fields(
                    fields.get("minimum_count").and_then(Value::as_i64),
                    fields.get("zeros").and_then(Value::as_str),
                    fields.get("rounding").and_then(Value::as_str),
                );
                own.or_else(|| fields.values().find_map(Self::in_run))
            }
            Value::Array(values) => values.iter().find_map(Self::in_run),
            Value::String(text) if text.contains("minimum_count") => Self::parse(text),
            _ => None,
        }
    }

    fn from_fields(minimum_count: Option<i64>, zeros: Option<&str>, rounding: Option<&str>) -> Option<Self> {
        Some(Self {
            minimum_count: u64::try_from(minimum_count?).ok()?,
            zeros_shown: zeros != Some("withheld"),
            rounding: rounding.and_then(|base| base.parse().ok()),
        })
    }
}
