//! Section "Why this question".

use crate::ReportError;
use crate::facts::Facts;
use crate::html::Html;

/// GSS code of Essex, whose inspection of 2019 raised the question.
const ESSEX: &str = "E10000012";

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    html.paragraph(
        "Schools record the main need of every pupil who has special educational needs (SEN). Moderate learning \
         difficulty (MLD) is the least precise of the types of need, and places use it differently. A pupil whose \
         language or mental health need has not been recognised can look like a pupil who is behind in everything. If \
         such needs are recorded as MLD, those pupils may miss the help that fits.",
    );
    if facts.about.authority_code == ESSEX {
        // Inspection of 30 September to 4 October 2019, published 23 December 2019; revisit 17 to 19 May 2022.
        html.paragraph(
            "In Essex, the area inspection of autumn 2019 named MLD among three significant weaknesses. The revisit in \
             May 2022 found sufficient progress on all three. The question stays worth asking, since figures published \
             every year can answer part of it.",
        );
    }
    html.paragraph(
        "This page asks two things. Is MLD recorded more or less often than one would expect? And where it is recorded \
         more often, are speech, language and communication needs (SLCN) or social, emotional and mental health needs \
         (SEMH) recorded less often, as they would be if MLD stood in their place?",
    );
    Ok(())
}
