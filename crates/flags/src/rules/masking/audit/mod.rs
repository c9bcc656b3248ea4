//! The audit loop: which records to look at, and what the needs found in them make of the recorded ones.

pub(super) mod plan;
mod records;
pub(super) mod results;

pub use plan::{AUDIT_MARGIN, AuditPlanRow};
pub use results::CorrectedRow;

#[cfg(test)]
mod tests {
    use super::{AUDIT_MARGIN, records::Group, results::FEWEST_LOOKED_AT};

    #[test]
    fn method_md_says_what_the_code_does() {
        let text = include_str!("../../../../METHOD.md");
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        for phrase in [
            format!("(red, amber, from {}, the rest)", Group::POSSIBLE),
            format!("({:.0} points unless set)", 100.0 * AUDIT_MARGIN),
            format!("from {FEWEST_LOOKED_AT} records looked at"),
        ] {
            assert!(text.contains(&phrase), "{phrase}");
        }
    }
}
