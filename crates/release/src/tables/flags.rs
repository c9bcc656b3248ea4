//! Table `flags`.

use super::key_columns::{counts, key_columns, numbers, text_of};
use crate::Table;
use senlens_flags::Finding;

/// One row a place, provision and rule.
pub fn flags(findings: &[Finding]) -> Table {
    let mut columns = key_columns(findings.iter().map(|finding| &finding.key));
    columns.extend([
        text_of("rule", findings.iter().map(|finding| finding.rule)),
        text_of("level", findings.iter().map(|finding| finding.level.as_str())),
        numbers("score", findings.iter().map(|finding| finding.score)),
        numbers("probability", findings.iter().map(|finding| finding.probability)),
        counts("observed", findings.iter().map(|finding| finding.observed)),
        numbers("expected", findings.iter().map(|finding| finding.expected)),
        numbers(
            "displaced_pupils",
            findings.iter().map(|finding| finding.displaced.map(|d| d.pupils)),
        ),
        numbers(
            "displaced_lower",
            findings.iter().map(|finding| finding.displaced.map(|d| d.lower)),
        ),
        numbers(
            "displaced_upper",
            findings.iter().map(|finding| finding.displaced.map(|d| d.upper)),
        ),
        text_of(
            "evidence",
            findings.iter().map(|finding| finding.evidence.as_str()),
        ),
        text_of("wording", findings.iter().map(|finding| finding.wording.as_str())),
    ]);
    Table::new("flags", columns)
}
