//! What is not for publication says so.

/// The words that every internal page, sheet, chart and file carries.
pub const MARKING: &str = "Official-sensitive: not for publication";
