//! Section "What these figures cannot say".

use crate::ReportError;
use crate::facts::Facts;
use crate::html::Html;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let mut limits = vec![
        "They say nothing of any one child. What holds for a place need not hold for a pupil in it (the ecological \
         fallacy).",
        "They do not say whether a pupil's code is right. Only that pupil's records can.",
        "They do not say where pupils live. Schools count where they stand, so pupils who cross a border count on the \
         other side of it.",
        "They do not say why places differ. Special schools and units that stand in a place, a rise in autism diagnoses, \
         access to speech and language therapy, the mix of school types and pupils from across the border can all do it.",
        "They hold only what schools recorded. A need that nobody noticed is not here.",
    ];
    if !facts.about.needs_by_school {
        limits.push("The input holds no types of need for single schools, so nothing here speaks of MLD within the authority.");
    }
    html.list(&limits);
    Ok(())
}
