//! Statistical neighbours: a table with one authority a column and its neighbours below, nearest first.

use crate::{
    layout::{Layout, LayoutPage, Reads, is_header, wrong_layout},
    table::Table,
};
use senlens_files::{Error, Note, Problem, RowAccount, Screening, TABLE_EXTENSIONS, open_each};
use senlens_model::{Authority, authority_key};
use std::path::Path;

/// How a list of neighbours is known.
pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::Neighbours,
    in_words: "statistical neighbours",
    is: |header| {
        header.width() >= 10 && header.find(&["essex"]).is_some() && header.find(&["kent"]).is_some()
    },
    needs: &[],
    read: Reads::By("--neighbours"),
};

/// One version of the list of statistical neighbours of every authority, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbours {
    /// Whose list and when, as printed beside every figure that uses it.
    pub list: String,
    /// The day from which it holds, `YYYY-MM-DD`.
    pub date: String,
    /// Each authority's name with those of its neighbours, nearest first, as the file writes them.
    pub authorities: Vec<(String, Vec<String>)>,
    /// What became of the rows.
    pub account: RowAccount,
    /// What was noticed.
    pub notes: Vec<Note>,
}

impl Neighbours {
    /// The neighbours of an authority, whatever of "County", "Borough" or "City of" either name carries.
    pub fn of(&self, authority: &str) -> Option<&[String]> {
        let key = joined(authority);
        let found = self.authorities.iter().find(|(name, _)| joined(name) == key);
        found.map(|(_, neighbours)| neighbours.as_slice())
    }
}

/// What an authority is joined on: its number where the name is known, else the name's own letters.
fn joined(name: &str) -> String {
    Authority::named(name).map_or_else(|| authority_key(name), |known| known.la_code.to_string())
}

/// Reads a list of statistical neighbours; `list` and `date` say whose it is and from when.
///
/// # Errors
/// When the file cannot be opened, is no such table, holds no neighbours, or names a neighbour that has no column.
pub fn read_neighbours(path: &Path, list: &str, date: &str) -> Result<Neighbours, Error> {
    let mut screening = Screening::new();
    let mut read = Vec::new();
    let unopened = open_each(&[path.to_owned()], &TABLE_EXTENSIONS, |opened| {
        let table = Table::open(opened, |names| is_header(names, None));
        match table.and_then(|table| read_table(&table, list, date)) {
            Ok(neighbours) => read.push(neighbours),
            Err(wrong) => screening.append(wrong),
        }
    });
    screening.extend(unopened);
    if read.len() > 1 {
        screening.push(
            Problem::of_file(
                &path.display().to_string(),
                "there is more than one list of neighbours in it",
            )
            .remedy("give one file: lists differ from year to year"),
        );
    }
    screening.into_result()?;
    Ok(read.pop().expect("one path opens one file, or is a problem"))
}

fn read_table(table: &Table, list: &str, date: &str) -> Result<Neighbours, Screening> {
    match Layout::of(&table.header) {
        Some(Layout::Neighbours) => {}
        // A list of a few authorities: one of them at least is known by its name.
        None if (0..table.header.width()).any(|at| Authority::named(table.header.name(at)).is_some()) => {}
        _ => return Err(wrong_layout(table, &[Layout::Neighbours])),
    }
    let mut account = table.account(Layout::Neighbours.in_words());
    let columns: Vec<usize> = (0..table.header.width())
        .filter(|column| !table.header.name(*column).is_empty())
        .collect();
    let mut authorities: Vec<(String, Vec<String>)> = columns
        .iter()
        .map(|column| (table.header.name(*column).to_owned(), Vec::new()))
        .collect();
    let known: std::collections::BTreeSet<String> =
        authorities.iter().map(|(name, _)| joined(name)).collect();
    let mut screening = Screening::new();
    table.each_row(&columns, |row, fields| {
        if fields.iter().all(|field| field.is_empty()) {
            account.reject(RowAccount::BLANK, 1);
            return;
        }
        account.accept(1);
        for ((authority, neighbours), field) in authorities.iter_mut().zip(fields) {
            if field.is_empty() {
                continue;
            }
            if !known.contains(&joined(field)) {
                screening.push(
                    Problem::of_file(&table.file, "a neighbour that is no authority of this table")
                        .at_row(row)
                        .in_column(authority)
                        .seen(field)
                        .remedy(
                            "the first row should name every authority, and the rows below its neighbours",
                        ),
                );
            }
            neighbours.push((*field).to_owned());
        }
    })?;
    if screening.is_clean() && account.accepted() == 0 {
        screening.push(
            Problem::of_file(&table.file, "there is a header and no neighbour below it")
                .remedy("give the list whole"),
        );
    }
    if !screening.is_clean() {
        return Err(screening);
    }
    Ok(Neighbours {
        list: list.to_owned(),
        date: date.to_owned(),
        authorities,
        account,
        notes: table.notes.clone(),
    })
}
