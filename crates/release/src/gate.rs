//! The gate itself.

use crate::mask::{mask, that_may_leave};
use crate::record::CountsRecord;
use crate::suppress::{Rows, suppress};
use crate::{Policy, Publication, ReleaseError, ReleaseRecord, Released, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Releases what the Department has already published, or what pupils were invented for: nothing in it needs
/// protecting. Pupil sources go through [`release`].
pub fn release_published(publication: Publication) -> Released<Publication> {
    Released::new(publication)
}

/// Releases a publication under a policy: all its tables together, since the same pupils stand in each.
///
/// Where the policy protects any kind of its sources, counts below the minimum are withheld, with others so that
/// none can be had by subtraction, and with every figure and word made from a withheld count. What a table may show
/// follows from the role of each of its columns. What is withheld depends on the counts alone, not on the order of rows,
/// and on what earlier publications of them showed and withheld. A table or column that the gate has no rule for does not
/// leave, and the record says so.
///
/// # Errors
/// When the tables disagree on a count, or one of them is not about places.
pub fn release(
    publication: Publication,
    sources: &Sources,
    policy: &Policy,
) -> Result<(Released<Publication>, ReleaseRecord), ReleaseError> {
    let mut record = ReleaseRecord {
        policy: policy.rules().name.clone(),
        policy_sha256: policy.sha256().to_owned(),
        suppressed: sources.kinds.iter().any(|kind| policy.suppresses(*kind)),
        counts: CountsRecord::default(),
        tables: Vec::new(),
        exceptions: Vec::new(),
        left_out: Vec::new(),
    };
    if !record.suppressed {
        return Ok((Released::new(publication), record));
    }
    let Publication { about, tables } = publication;
    let (tables, left_out) = that_may_leave(tables);
    record.left_out = left_out;
    let mut all_rows = Vec::new();
    for table in &tables {
        all_rows.push(Rows::of(table).ok_or(ReleaseError::NoPlaces { table: table.name() })?);
    }
    let published: Vec<Rows<'_>> = sources.published.iter().filter_map(Rows::of).collect();
    let mut periods = BTreeSet::new();
    for rows in &all_rows {
        periods.extend((0..rows.table().rows()).map(|row| rows.period(row)));
    }
    let (mut years, mut used) = (BTreeMap::new(), BTreeSet::new());
    for period in periods {
        let suppressed = suppress(
            &all_rows,
            &published,
            period,
            &sources.structure,
            policy.rules(),
            &mut record.counts,
            &mut used,
        )?;
        years.insert(period, suppressed);
    }
    let counts = &mut record.counts;
    if counts.counts > 0 {
        let saved = counts.secondary_cost - counts.secondary_cost_at_least;
        counts.secondary_cost_gap = saved as f64 / counts.secondary_cost.max(1) as f64;
        counts.share_withheld = (counts.primary + counts.secondary) as f64 / counts.counts as f64;
    }
    record.exceptions = used
        .into_iter()
        .map(|number| policy.rules().exceptions[number].clone())
        .collect();
    let mut masked = Vec::with_capacity(tables.len());
    for rows in &all_rows {
        let (table, of_table) = mask(rows, &years, policy.rules());
        masked.push(table);
        record.tables.push(of_table);
    }
    Ok((
        Released::new(Publication {
            about,
            tables: masked,
        }),
        record,
    ))
}
