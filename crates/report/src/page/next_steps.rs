//! Section "What to do next".

use crate::ReportError;
use crate::facts::Facts;
use crate::html::Html;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let mut steps = vec![
        "Where a place or school is flagged, audit a sample of the records of pupils with MLD. Look for signs of speech, \
         language and communication needs or mental health needs, and for who assessed them and when."
            .to_owned(),
        "Draw the sample from schools that are not flagged as well. Otherwise the audit cannot tell whether flagged \
         schools differ."
            .to_owned(),
        "Ask first about ordinary causes: a special school or unit that stands in the place, a change in who assesses, \
         waits for speech and language therapy, pupils from across the border."
            .to_owned(),
        "Before the next census, give schools one page on how to record the main need, and when to record a second one."
            .to_owned(),
        "Where nothing is flagged, these figures alone call for no action.".to_owned(),
    ];
    if !facts.about.needs_by_school {
        steps.insert(
            0,
            format!(
                "Run this again with counts by type of need for single schools. Only then can it say where in {} to look.",
                facts.about.authority
            ),
        );
    }
    html.list(&steps);
    Ok(())
}
