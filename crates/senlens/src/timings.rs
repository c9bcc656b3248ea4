//! How long each stage took. Durations go to the caller and are never written among the results.

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
    /// What is done in it, as a progress bar says it.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Ingest => "reading the inputs",
            Self::Compare => "comparing",
            Self::Flags => "looking for masking",
            Self::Release => "checking what may be shown",
            Self::Report => "drawing charts and the page",
            Self::Attack => "attacking what is about to go out",
        }
    }

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

/// Takes the time of stages, and tells a watcher as each begins.
pub(crate) struct Clock<'a> {
    taken: Timings,
    watcher: &'a dyn Fn(Stage),
}

impl<'a> Clock<'a> {
    pub(crate) fn watched_by(watcher: &'a dyn Fn(Stage)) -> Self {
        Self {
            taken: Timings::default(),
            watcher,
        }
    }

    pub(crate) fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        (self.watcher)(stage);
        let start = Instant::now();
        let result = work();
        self.taken.0.push((stage, start.elapsed()));
        result
    }

    pub(crate) fn into_timings(self) -> Timings {
        self.taken
    }
}

impl Timings {
    /// Stages with their durations, in order.
    pub fn stages(&self) -> &[(Stage, Duration)] {
        &self.0
    }
}
