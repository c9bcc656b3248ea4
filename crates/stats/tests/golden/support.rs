//! Reading golden files and keeping account of how far we lie from them.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// The folder of shared files, if it is here.
pub(crate) fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("SENLENS_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

/// A table read whole, its cells by column name.
#[derive(Debug)]
pub(crate) struct Table {
    columns: BTreeMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

/// One row of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    table: &'a Table,
    record: &'a csv::StringRecord,
}

impl Table {
    pub(crate) fn golden(name: &str) -> Self {
        let path = shared()
            .expect("checked before")
            .join("golden")
            .join(format!("{name}.csv"));
        let mut reader = csv::ReaderBuilder::new()
            // One file has an unquoted comma in its last columns, which are words.
            .flexible(true)
            .from_path(&path)
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let columns = reader
            .headers()
            .unwrap()
            .iter()
            .enumerate()
            .map(|(i, name)| (name.to_owned(), i))
            .collect();
        let rows = reader.records().collect::<Result<Vec<_>, _>>().unwrap();
        assert!(!rows.is_empty(), "{name} has no rows");
        Self { columns, rows }
    }

    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> {
        self.rows.iter().map(|record| Row { table: self, record })
    }
}

impl<'a> Row<'a> {
    pub(crate) fn text(self, column: &str) -> &'a str {
        let at = *self
            .table
            .columns
            .get(column)
            .unwrap_or_else(|| panic!("no column {column}"));
        &self.record[at]
    }

    /// A blank, `NA` or `NaN` is NaN.
    pub(crate) fn number(self, column: &str) -> f64 {
        match self.text(column) {
            "" | "NA" | "NaN" => f64::NAN,
            "Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            text => text.parse().unwrap_or_else(|e| panic!("{column} `{text}`: {e}")),
        }
    }

    pub(crate) fn count(self, column: &str) -> u64 {
        // R writes a negative zero as -0.
        let text = self.text(column).trim_start_matches('-');
        text.parse().unwrap_or_else(|_| {
            // R writes 1e+05 for 100000.
            let number: f64 = text.parse().unwrap_or_else(|e| panic!("{column} `{text}`: {e}"));
            assert!(
                number >= 0.0 && number.fract() == 0.0,
                "{column} `{text}` is not a count"
            );
            format!("{number}").parse().unwrap()
        })
    }
}

/// How far we lie from one quantity of a file.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) quantity: String,
    pub(crate) compared: usize,
    pub(crate) largest: f64,
    pub(crate) tolerance: f64,
    pub(crate) worst: String,
    pub(crate) failures: Vec<String>,
}

/// The account of one file.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) entries: Vec<Entry>,
}

impl Ledger {
    fn entry(&mut self, quantity: &str, tolerance: f64) -> &mut Entry {
        let place = self
            .entries
            .iter()
            .position(|entry| entry.quantity == quantity)
            .unwrap_or_else(|| {
                self.entries.push(Entry {
                    quantity: quantity.to_owned(),
                    compared: 0,
                    largest: 0.0,
                    tolerance,
                    worst: String::new(),
                    failures: Vec::new(),
                });
                self.entries.len() - 1
            });
        &mut self.entries[place]
    }

    /// Relative difference, or absolute where the golden value is below `floor`.
    pub(crate) fn close(
        &mut self,
        quantity: &str,
        label: &str,
        ours: f64,
        golden: f64,
        tolerance: f64,
        floor: f64,
    ) {
        let difference = if ours.is_nan() && golden.is_nan() || ours.to_bits() == golden.to_bits() {
            0.0
        } else {
            let gap = (ours - golden).abs() / golden.abs().max(floor);
            if gap.is_nan() { f64::INFINITY } else { gap }
        };
        let entry = self.entry(quantity, tolerance);
        entry.compared += 1;
        if difference > entry.largest || entry.worst.is_empty() {
            entry.largest = difference;
            entry.worst = format!("{label}: ours {ours:e}, golden {golden:e}");
        }
        if difference > tolerance {
            entry
                .failures
                .push(format!("{quantity} at {label}: ours {ours:e}, golden {golden:e}"));
        }
    }

    /// Relative difference throughout.
    pub(crate) fn relative(&mut self, quantity: &str, label: &str, ours: f64, golden: f64, tolerance: f64) {
        self.close(quantity, label, ours, golden, tolerance, 1e-300);
    }

    /// Absolute difference where values are below one, relative above.
    pub(crate) fn near(&mut self, quantity: &str, label: &str, ours: f64, golden: f64, tolerance: f64) {
        self.close(quantity, label, ours, golden, tolerance, 1.0);
    }

    /// Words that must be the same.
    pub(crate) fn same(&mut self, quantity: &str, label: &str, ours: &str, golden: &str) {
        let entry = self.entry(quantity, 0.0);
        entry.compared += 1;
        if ours != golden {
            entry.largest += 1.0;
            entry
                .failures
                .push(format!("{quantity} at {label}: ours `{ours}`, golden `{golden}`"));
        }
    }
}

/// Runs one file's check and fails with the first few differences out of tolerance.
pub(crate) fn run(file: &str) {
    if shared().is_none() {
        println!("{file} not run: needs SENLENS_SHARED");
        return;
    }
    let (_, check) = crate::CHECKS
        .iter()
        .find(|(name, _)| *name == file)
        .expect("a check of that name");
    let mut ledger = Ledger::default();
    check(&mut ledger);
    assert!(
        ledger.entries.iter().any(|entry| entry.compared > 0),
        "{file}: nothing compared"
    );
    let failures: Vec<&String> = ledger.entries.iter().flat_map(|entry| &entry.failures).collect();
    assert!(
        failures.is_empty(),
        "{file}: {} out of tolerance, the first:\n{}",
        failures.len(),
        failures
            .iter()
            .take(12)
            .map(|text| text.as_str())
            .collect::<Vec<_>>()
            .join("\n")
    );
}

/// Prints what each file's largest difference is.
pub(crate) fn table() {
    if shared().is_none() {
        println!("the table was not made: needs SENLENS_SHARED");
        return;
    }
    println!(
        "{:<44} {:<34} {:>8} {:>10} {:>10}",
        "file", "quantity", "compared", "largest", "allowed"
    );
    let mut out = 0;
    for (file, check) in crate::CHECKS {
        let mut ledger = Ledger::default();
        check(&mut ledger);
        for entry in &ledger.entries {
            println!(
                "{file:<44} {:<34} {:>8} {:>10.1e} {:>10.1e}",
                entry.quantity, entry.compared, entry.largest, entry.tolerance
            );
            out += entry.failures.len();
        }
    }
    assert_eq!(out, 0, "values out of tolerance");
}
