//! Why a publication could not be released.

/// A publication that may not leave.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// One count has two values in the tables: no relation between them can be trusted.
    #[error("the tables disagree on {count}: `{first}` and `{second}`")]
    Disagreement {
        /// The count.
        count: String,
        /// One value.
        first: u64,
        /// The other.
        second: u64,
    },
    /// A place's parts are more than its whole.
    #[error("the needs of {place} sum to more than its total: `{excess}` too many")]
    MoreThanWhole {
        /// The place, phase and provision.
        place: String,
        /// By how many.
        excess: u64,
    },
    /// A table whose rows do not say year, coverage, place, phase and provision.
    #[error("table `{table}` does not say which place each row is about: the gate cannot judge it")]
    NoPlaces {
        /// The table.
        table: &'static str,
    },
    /// Places that lie in each other.
    #[error("a place lies in itself: `{place}`")]
    Circle {
        /// The place.
        place: String,
    },
}
