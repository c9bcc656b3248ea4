//! Reads the tables a run left, as a user's program would.

use std::collections::BTreeMap;
use std::path::Path;

/// A table as text: one map a row.
#[derive(Debug, Clone)]
pub struct TextTable {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows by column name.
    pub rows: Vec<BTreeMap<String, String>>,
}

impl TextTable {
    /// Reads `DIR/tables/NAME.csv`.
    ///
    /// # Panics
    /// When it is not there or not CSV.
    pub fn of_run(folder: &Path, name: &str) -> Self {
        let path = folder.join("tables").join(format!("{name}.csv"));
        let mut reader =
            csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let columns: Vec<String> = reader
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let rows = reader
            .records()
            .map(|row| {
                let row = row.expect("a row of CSV");
                columns
                    .iter()
                    .cloned()
                    .zip(row.iter().map(str::to_owned))
                    .collect()
            })
            .collect();
        Self { columns, rows }
    }

    /// The rows whose columns are all as asked.
    pub fn rows_where(&self, wanted: &[(&str, &str)]) -> Vec<&BTreeMap<String, String>> {
        self.rows
            .iter()
            .filter(|row| wanted.iter().all(|(column, text)| row[*column] == *text))
            .collect()
    }

    /// The one row whose columns are all as asked.
    ///
    /// # Panics
    /// When there is not exactly one.
    pub fn row_where(&self, wanted: &[(&str, &str)]) -> &BTreeMap<String, String> {
        match self.rows_where(wanted)[..] {
            [row] => row,
            ref rows => panic!("{} rows where {wanted:?}", rows.len()),
        }
    }
}

/// The number in a cell.
///
/// # Panics
/// When it is not one.
pub fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("`{}` in {column} is not a number: {row:?}", row[column]))
}
