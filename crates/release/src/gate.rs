//! The gate itself.

use crate::judged;
use crate::mask::mask;
use crate::record::CountsRecord;
use crate::suppress::{Keys, suppress};
use crate::{Policy, Publication, ReleaseError, ReleaseRecord, Released, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Lets out what the Department has already published, or what pupils were invented for: nothing in it needs
/// protecting. Pupil sources have a door of their own.
pub fn release_published(publication: Publication) -> Released<Publication> {
    Released::new(publication)
}

/// Lets out a publication under a policy: all its tables together, since the same pupils stand in each.
///
/// Where the policy protects any kind of its sources, counts below the minimum are withheld, with others so that
/// none can be had by subtraction, and with every figure and word made from a withheld count. What is withheld
/// depends on the counts alone, not on the order of rows, and on what earlier publications of them showed and withheld. A table or column that the gate has no rule for stays at home,
/// and the record says so.
///
/// # Errors
/// When the tables disagree on a count, or hold a word that is not in the contract.
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
    let (tables, left_out) = judged::judge(tables);
    record.left_out = left_out;
    let mut keys = Vec::new();
    for table in &tables {
        keys.push(Keys::read(table)?.ok_or(ReleaseError::UnknownTable { table: table.name() })?);
    }
    let mut published = Vec::new();
    for table in &sources.published {
        published.extend(Keys::read(table)?);
    }
    let mut periods = BTreeSet::new();
    for keys in &keys {
        periods.extend((0..keys.table().rows()).map(|row| keys.period(row)));
    }
    let (mut years, mut used) = (BTreeMap::new(), BTreeSet::new());
    for period in periods {
        let suppressed = suppress(
            &keys,
            &published,
            period,
            &sources.structure,
            policy.rules(),
            &mut record.counts,
            &mut used,
        )?;
        years.insert(period.to_owned(), suppressed);
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
    for keys in &keys {
        let (table, of_table) = mask(keys, &years, sources, policy.rules());
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
