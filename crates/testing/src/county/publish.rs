//! What a gate and a reader do with an invented county: policies, files, sizes.

use senlens_attack::ReadersPolicy;
use senlens_release::{Cell as Shown, ColumnData, Policy, Publication, Released};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The policy `public` with another minimum count and other rounding.
pub fn policy(minimum_count: u64, rounding: &str, zeros: &str) -> Policy {
    let text = Policy::preset("public").expect("built in").text().to_owned();
    let text = text
        .replace("minimum_count = 5", &format!("minimum_count = {minimum_count}"))
        .replace("rounding = \"none\"", &format!("rounding = \"{rounding}\""))
        .replace("zeros = \"shown\"", &format!("zeros = \"{zeros}\""));
    Policy::parse(&text).expect("a policy")
}

/// What a reader knows of it.
pub fn readers(policy: &Policy) -> ReadersPolicy {
    ReadersPolicy::parse(policy.text()).expect("the same text")
}

/// Writes what was released as a run would.
pub fn write(released: &Released<Publication>, folder: &Path) {
    fs::create_dir_all(folder.join("tables")).expect("a folder to write in");
    for table in &released.get().tables {
        let names: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
        let mut text = names.join(",") + "\n";
        for row in 0..table.rows() {
            for (at, column) in table.columns().iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                match &column.data {
                    ColumnData::Text(words) if words.get(row).contains(',') => {
                        write!(text, "\"{}\"", words.get(row)).expect("text takes all");
                    }
                    ColumnData::Text(words) => text.push_str(words.get(row)),
                    ColumnData::Count(cells) => push(&mut text, cells[row]),
                    ColumnData::Number(cells) => push(&mut text, cells[row]),
                }
            }
            text.push('\n');
        }
        fs::write(folder.join("tables").join(format!("{}.csv", table.name())), text)
            .expect("a folder to write in");
    }
}

fn push<T: Copy + std::fmt::Display>(text: &mut String, cell: Shown<T>) {
    match cell.figure() {
        Some(figure) => write!(text, "{figure}").expect("text takes all"),
        None => text.push_str(cell.symbol().unwrap_or("")),
    }
}

/// How many of a county's places are of each level.
pub fn sizes(publication: &Publication) -> BTreeMap<String, usize> {
    let mut sizes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let table = publication.table("rates").expect("rates");
    for row in 0..table.rows() {
        sizes
            .entry(table.text(row, "geographic_level").to_owned())
            .or_default()
            .insert(table.text(row, "area_code").to_owned());
    }
    sizes
        .into_iter()
        .map(|(level, codes)| (level, codes.len()))
        .collect()
}
