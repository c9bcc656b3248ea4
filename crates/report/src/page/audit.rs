//! Section "Which records to look at": the sampling plan, and what an audit found.

use crate::ReportError;
use crate::facts::Facts;
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_model::GeographicLevel;
use senlens_release::tables::{AuditPlan, CorrectedPrevalence};

/// Lines of the plan on the page; the sheet holds all.
const LINES_ON_THE_PAGE: usize = 12;

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let plan = facts.rows_of::<AuditPlan>().filter(|(_, rows)| !rows.is_empty());
    let Some((table, rows)) = plan else {
        html.paragraph(
            "No sampling plan was made: it needs counts by type of need for single schools, and stays out of papers for the \
             public that are made from pupil records.",
        );
        return Ok(());
    };
    html.paragraph(
        "Counts can point, only records can tell. The plan below draws records at random, more where more are doubtful, so \
         that few have to be read. It names schools and numbers of records, never a child. Records of SLCN and SEMH are in it \
         too: without them an audit can only take from MLD and never give.",
    );
    let is_at = |row: usize, level: GeographicLevel| table.key(row).is_some_and(|key| key.level == level);
    let whole: Vec<&str> = rows
        .iter()
        .filter(|row| is_at(**row, GeographicLevel::LocalAuthority))
        .map(|row| wording::said(table.cell(*row, AuditPlan::wording())))
        .collect();
    html.list(&whole);
    let mut lines: Vec<usize> = rows
        .iter()
        .copied()
        .filter(|row| is_at(*row, GeographicLevel::School))
        .collect();
    let number = |row: usize| table.cell(row, AuditPlan::to_look_at()).figure().unwrap_or(0);
    let all = lines.len();
    lines.sort_by_key(|row| {
        (
            std::cmp::Reverse(number(*row)),
            table.key(*row).map(|key| key.code),
        )
    });
    let mut shown = PageTable::new("Where most records are to be read")
        .words("School")
        .words("URN")
        .words("Provision")
        .words("Recorded need")
        .figures("Records held")
        .figures("To look at");
    for row in lines.into_iter().take(LINES_ON_THE_PAGE) {
        let (Some(key), Some(recorded)) = (table.key(row), table.get(row, AuditPlan::recorded())) else {
            continue;
        };
        shown.push(vec![
            key.name.to_owned(),
            key.code.to_owned(),
            wording::with_capital(wording::provision(key.provision)),
            recorded.as_str().to_owned(),
            wording::count(table.cell(row, AuditPlan::held())),
            wording::count(table.cell(row, AuditPlan::to_look_at())),
        ]);
    }
    if all > 0 {
        html.table(&shown);
    }
    if all > LINES_ON_THE_PAGE {
        html.paragraph(&format!(
            "These are {LINES_ON_THE_PAGE} of {}. The sheet to fill in is audit/sheet.csv; give it back with --audit-results \
             and this paper tells corrected numbers.",
            wording::plural(all, "line")
        ));
    }
    corrected(html, facts);
    Ok(())
}

/// What an audit made of the recorded needs.
fn corrected(html: &mut Html, facts: &Facts<'_>) {
    let Some((table, rows)) = facts
        .rows_of::<CorrectedPrevalence>()
        .filter(|(_, rows)| !rows.is_empty())
    else {
        return;
    };
    html.subheading(3, "What the audit found");
    html.paragraph(
        "Records are of the schools judged. What was read is known; the rest is estimated from what was read of records like \
         them, and the range says how surely (95 times in 100).",
    );
    let mut shown = PageTable::new("Pupils with each need, as recorded and as corrected by the audit")
        .words("Place")
        .words("Need")
        .figures("Recorded")
        .figures("Corrected")
        .figures("Range")
        .figures("Per hundred pupils")
        .figures("Records read");
    for row in rows {
        let need = table.get(row, CorrectedPrevalence::primary_need());
        let (Some(key), Some(need)) = (table.key(row), need) else {
            continue;
        };
        shown.push(vec![
            key.name.to_owned(),
            need.as_str().to_owned(),
            wording::count(table.cell(row, CorrectedPrevalence::recorded())),
            wording::whole(table.cell(row, CorrectedPrevalence::pupils())),
            wording::range(
                table.cell(row, CorrectedPrevalence::lower()),
                table.cell(row, CorrectedPrevalence::upper()),
                wording::whole,
            ),
            wording::percent(table.cell(row, CorrectedPrevalence::per_hundred())),
            wording::count(table.cell(row, CorrectedPrevalence::looked_at())),
        ]);
    }
    html.table(&shown);
}
