//! How long each stage took: told to whoever asks, never written beside the results.

use std::time::{Duration, Instant};

/// The stages of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading the inputs.
    Ingest,
    /// Rates and benchmarks.
    Compare,
    /// Findings.
    Flags,
    /// The gate.
    Release,
    /// Charts, tables and page.
    Report,
    /// The attack on what is about to go out.
    Attack,
}

impl Stage {
    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Compare => "compare",
            Self::Flags => "flags",
            Self::Release => "release",
            Self::Report => "report",
            Self::Attack => "attack",
        }
    }
}

/// How long each stage took.
#[derive(Debug, Clone, Default)]
pub struct Timings(Vec<(Stage, Duration)>);

impl Timings {
    pub(crate) fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.0.push((stage, start.elapsed()));
        result
    }

    /// Stages with their durations, in order.
    pub fn stages(&self) -> &[(Stage, Duration)] {
        &self.0
    }
}
