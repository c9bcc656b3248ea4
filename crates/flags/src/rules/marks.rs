//! Counts of pupils with a mark, such as a suspension, by primary need, for the proxies.

use super::indicator::{Context, Spot};
use crate::Level;
use senlens_model::Need;
pub use senlens_model::{Mark, MarkCount};
use senlens_stats::two_sample::newcombe;
use senlens_stats::{Confidence, CountOf, Interval};

/// With fewer pupils with MLD than this, a share of them means nothing.
const FEWEST: u64 = 10;

/// A mark among a place's pupils with MLD, and among all others of the authority with MLD.
pub(super) struct Marked {
    pub(super) with: u64,
    pub(super) of: u64,
    /// The place's share less that of the authority's other schools; Newcombe's 95% interval.
    pub(super) beyond: Option<Interval>,
    pub(super) level: Level,
}

/// The place against the rest of the authority: amber when its share is higher at 95%.
pub(super) fn marked(context: &Context<'_>, spot: &Spot, mark: Mark, need: Need) -> Marked {
    let sum = |inside: bool| {
        context
            .known
            .marks
            .iter()
            .filter(|one| one.mark == mark && one.need == need)
            .filter(|one| spot.schools.contains(&one.school) == inside)
            .fold((0, 0), |(with, of), one| {
                (with + u64::from(one.with), of + u64::from(one.of))
            })
    };
    let ((with, of), (other_with, other_of)) = (sum(true), sum(false));
    let count = |with, of| CountOf::new(with, of).ok();
    let beyond = count(with, of)
        .zip(count(other_with, other_of))
        .and_then(|(own, others)| newcombe(own, others, Confidence::P95));
    let level = match &beyond {
        _ if of < FEWEST => Level::TooFew,
        Some(beyond) if beyond.lower > 0.0 => Level::Amber,
        _ => Level::None,
    };
    Marked {
        with,
        of,
        beyond,
        level,
    }
}

/// `, 12 points more than elsewhere in the authority (3 to 20)`; nothing where there is no elsewhere.
pub(super) fn beyond_in_words(marked: &Marked) -> String {
    marked.beyond.as_ref().map_or_else(String::new, |beyond| {
        format!(
            ", {:.1} points beyond the rest of the authority ({:.1} to {:.1})",
            100.0 * beyond.value,
            100.0 * beyond.lower,
            100.0 * beyond.upper
        )
    })
}
