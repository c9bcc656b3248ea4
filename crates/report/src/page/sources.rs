//! Section "Sources and notes": what was read, what was left out and why, and what else a reader should know.

use crate::ReportError;
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_model::html_text;
use senlens_release::Cell;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let number = |rows: u64| wording::count(Cell::Shown(rows));
    let mut table = PageTable::new("Files read")
        .words("File")
        .words("Read as")
        .figures("Rows read")
        .figures("Rows used")
        .figures("Rows left out")
        .words("Why left out");
    for source in &facts.about.sources {
        let left_out: u64 = source.rejected.iter().map(|(_, rows)| rows).sum();
        let reasons: Vec<String> = source
            .rejected
            .iter()
            .map(|(reason, rows)| format!("{} {reason}", number(*rows)))
            .collect();
        table.push(vec![
            source.name.clone(),
            source.layout.clone(),
            number(source.read),
            number(source.accepted),
            number(left_out),
            if reasons.is_empty() {
                "none left out".to_owned()
            } else {
                reasons.join("; ")
            },
        ]);
    }
    if table.is_empty() {
        html.paragraph("No file was read.");
    } else {
        html.table(&table);
        html.subheading(3, "Fingerprints of the files (SHA-256)");
        html.line("<ul>");
        for source in &facts.about.sources {
            let (name, fingerprint) = (html_text(&source.name), html_text(&source.sha256));
            html.line(&format!("<li>{name}: <code>{fingerprint}</code></li>"));
        }
        html.line("</ul>");
    }
    if !facts.about.notes.is_empty() {
        html.subheading(3, "Notes");
        html.list(&facts.about.notes);
    }
    Ok(())
}
