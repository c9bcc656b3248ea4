//! Reads tables: a run's tables by their keys, charts' data by the keys they have, any other as words.

use super::{stem_of, text_of};
use crate::AttackError;
use crate::count::{level, need, phase, provision};
use crate::evidence::{Evidence, Figure, From, Header, Row, Words};
use senlens_model::{GeographicLevel, PhaseCut, ProvisionCut};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

/// A row that leaves out a key: its fields, by the columns of its table.
pub(crate) struct Pending {
    header: Rc<Header>,
    fields: Vec<String>,
}

/// Reads a CSV file of public totals.
///
/// # Errors
/// When it cannot be read as CSV.
pub(crate) fn read_table(path: &Path, evidence: &mut Evidence, from: From) -> Result<(), AttackError> {
    let mut pending = Vec::new();
    read(path, evidence, from, &mut pending)
}

/// Reads a CSV file: a run's table by its keys, anything else as words.
///
/// # Errors
/// When it cannot be read as CSV.
pub(super) fn read(
    path: &Path,
    evidence: &mut Evidence,
    from: From,
    pending: &mut Vec<Pending>,
) -> Result<(), AttackError> {
    let text = text_of(path)?;
    let file = evidence.file(path);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| AttackError::Unreadable {
        path: path.to_owned(),
        error: error.to_string(),
    };
    let mut header: Option<Rc<Header>> = None;
    let mut first: Option<Vec<String>> = None;
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let fields: Vec<&str> = record
            .iter()
            .map(|field| without_apostrophe(field.trim_start_matches('\u{feff}')))
            .collect();
        if let Some(header) = &header {
            row(&fields, header, from, evidence, pending);
        } else if is_header(&fields) {
            header = Some(Rc::new(Header {
                file: file.clone(),
                columns: fields.iter().map(|name| (*name).to_owned()).collect(),
            }));
        } else {
            // The data behind a chart may say in its heading or its name what its rows are about.
            let heading = first.get_or_insert_with(|| fields.iter().map(|name| (*name).to_owned()).collect());
            let said: Vec<String> = if heading.len() == fields.len() {
                let named = heading.iter().zip(&fields);
                named.map(|(name, field)| format!("{name} {field}")).collect()
            } else {
                fields.iter().map(|field| (*field).to_owned()).collect()
            };
            evidence.words.push(Words {
                file: file.clone(),
                text: said.join(" | "),
                context: stem_of(path),
            });
        }
    }
    Ok(())
}

/// A text that would be a formula stands behind an apostrophe in a run's tables.
pub(crate) fn without_apostrophe(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(text)
            if text
                .trim_start_matches('\'')
                .starts_with(['=', '+', '-', '@', '\t', '\r']) =>
        {
            text
        }
        _ => field,
    }
}

/// Whether names are those of a table of places and counts.
pub(super) fn is_header(names: &[&str]) -> bool {
    names.contains(&"area_code") && (names.contains(&"geographic_level") || names.contains(&"primary_need"))
}

/// Reads a row: at once where it has all its keys, later where it leaves some out.
pub(super) fn row(
    fields: &[&str],
    header: &Rc<Header>,
    from: From,
    evidence: &mut Evidence,
    pending: &mut Vec<Pending>,
) {
    if let Some(row) = row_of(fields, header, from) {
        evidence.rows.push(row);
    } else if header.at("phase").is_none() && from == From::Run {
        pending.push(Pending {
            header: Rc::clone(header),
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        });
    }
}

fn row_of(fields: &[&str], header: &Rc<Header>, from: From) -> Option<Row> {
    let field = |name: &str| header.at(name).and_then(|at| fields.get(at)).copied();
    let phase = phase(field("phase")?)?;
    let coverage = field("coverage").unwrap_or("state_funded").parse().ok()?;
    Some(Row {
        time_period: field("time_period")?.to_owned(),
        level: level(field("geographic_level")?)?,
        code: field("area_code")?.to_owned(),
        name: field("area_name").unwrap_or("").to_owned(),
        phase,
        coverage,
        provision: provision(field("sen_provision")?)?,
        need: field("primary_need").and_then(need),
        base: field("base").map(str::to_owned),
        crude_england: field("comparator") == Some("England") && field("adjustment") == Some("crude"),
        figures: fields.iter().map(|field| Figure::read(field)).collect(),
        header: Rc::clone(header),
        from,
    })
}

/// Reads the rows that left out keys: what a chart does not say is the place's level and phase in the tables, the year of
/// the run, all phases and both provisions together.
pub(super) fn complete(pending: &[Pending], time_period: Option<&str>, evidence: &mut Evidence) {
    if pending.is_empty() {
        return;
    }
    let mut known: BTreeMap<&str, (GeographicLevel, PhaseCut, &str)> = BTreeMap::new();
    for row in &evidence.rows {
        let phase = if row.level == GeographicLevel::School {
            row.phase
        } else {
            PhaseCut::Total
        };
        known
            .entry(&row.code)
            .or_insert((row.level, phase, &row.time_period));
    }
    let mut rows = Vec::new();
    for Pending { header, fields } in pending {
        let field = |name: &str| header.at(name).and_then(|at| fields.get(at)).map(String::as_str);
        let Some(code) = field("area_code") else { continue };
        let Some((of_level, of_phase, of_period)) = known.get(code).copied() else {
            continue;
        };
        rows.push(Row {
            time_period: field("time_period")
                .or(time_period)
                .unwrap_or(of_period)
                .to_owned(),
            level: field("geographic_level").and_then(level).unwrap_or(of_level),
            code: code.to_owned(),
            name: field("area_name").unwrap_or("").to_owned(),
            phase: of_phase,
            coverage: field("coverage")
                .and_then(|word| word.parse().ok())
                .unwrap_or(senlens_model::Coverage::StateFunded),
            provision: field("sen_provision")
                .and_then(provision)
                .unwrap_or(ProvisionCut::Total),
            need: field("primary_need").and_then(need),
            base: field("base").map(str::to_owned),
            crude_england: field("comparator") == Some("England") && field("adjustment") == Some("crude"),
            figures: fields.iter().map(|field| Figure::read(field)).collect(),
            header: Rc::clone(header),
            from: From::Run,
        });
    }
    evidence.rows.extend(rows);
}
