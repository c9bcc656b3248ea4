//! Totals in the columns that no code list covers.

use senlens_model::fold;

/// Whether a label of any other column stands for the total over it.
pub(crate) fn is_total(text: &str) -> bool {
    let folded = fold(text);
    let first = folded.split(' ').next().unwrap_or_default();
    // "All other pupils" are some of them.
    (matches!(first, "total" | "all") && !folded.starts_with("all other"))
        || matches!(folded.as_str(), "" | "z")
}

#[cfg(test)]
mod tests {
    use super::is_total;

    #[test]
    fn totals_are_told_from_breakdowns() {
        assert!(!is_total("All other pupils"));
        assert!(is_total("All EHC plans") && is_total("Total state-funded") && !is_total("Male"));
    }
}
