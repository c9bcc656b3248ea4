//! A bar for each stage on a terminal; nothing where stderr goes into a file or a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use senlens::Stage;
use std::cell::RefCell;
use std::time::Duration;

/// The bars of a run: the stage at work is shown, with the time it has taken so far.
pub(super) struct Progress(RefCell<Option<ProgressBar>>);

impl Progress {
    /// How often a bar moves.
    const TICK: Duration = Duration::from_millis(120);

    /// Begins with the first word at once: reading may take a while before it has anything to tell.
    pub(super) fn begin() -> Self {
        Self::saying("looking at the inputs")
    }

    /// Shows one bar for as long as something is done that prints nothing.
    pub(super) fn during<T>(words: &'static str, work: impl FnOnce() -> T) -> T {
        let progress = Self::saying(words);
        let done = work();
        progress.end();
        done
    }

    fn saying(words: &'static str) -> Self {
        let progress = Self(RefCell::new(None));
        progress.show(words);
        progress
    }

    /// A stage begins: its bar takes the place of the one before.
    pub(super) fn stage(&self, stage: Stage) {
        self.show(stage.doing());
    }

    /// Takes the bar away, so that what follows is told on a clean line.
    pub(super) fn end(&self) {
        if let Some(bar) = self.0.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }

    fn show(&self, words: &'static str) {
        self.end();
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
            .expect("a template of known names")
            .tick_strings(&[
                "[=   ]", "[ =  ]", "[  = ]", "[   =]", "[  = ]", "[ =  ]", "[====]",
            ]);
        // A target that is no terminal draws nothing.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style);
        bar.set_message(words);
        bar.tick();
        bar.enable_steady_tick(Self::TICK);
        *self.0.borrow_mut() = Some(bar);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}
