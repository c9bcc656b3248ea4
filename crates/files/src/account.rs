//! What became of every row of a file.

use serde::Serialize;
use std::collections::BTreeMap;

/// The account of one file's rows. It balances: `read` = `accepted` + the sum of `rejected`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowAccount {
    file: String,
    layout: String,
    sha256: String,
    read: u64,
    accepted: u64,
    rejected: BTreeMap<String, u64>,
}

impl RowAccount {
    /// Rejected: a line without any value.
    pub const BLANK: &'static str = "blank row";
    /// Rejected: a total of other rows, or a breakdown that would count pupils twice.
    pub const TOTAL: &'static str = "total or breakdown row";
    /// Rejected: a title, or whatever else stands above the header.
    pub const TITLE: &'static str = "title row above the header";
    /// Rejected: a note below the table.
    pub const NOTE: &'static str = "note below the table";
    /// Rejected: another year than the one asked for.
    pub const OTHER_YEAR: &'static str = "another year";

    /// Whether a reason leaves rows out that were never to be counted, so that nothing is lost.
    pub fn is_by_design(reason: &str) -> bool {
        [
            Self::BLANK,
            Self::TOTAL,
            Self::TITLE,
            Self::NOTE,
            Self::OTHER_YEAR,
        ]
        .contains(&reason)
    }

    /// An account of a file (`a.zip/b.csv` inside a zip) with nothing read yet. The SHA-256 is that of the file as it
    /// lies on disk: of the zip itself for a file inside one.
    pub fn new(file: &str, layout: &str, sha256: &str) -> Self {
        Self {
            file: file.to_owned(),
            layout: layout.to_owned(),
            sha256: sha256.to_owned(),
            read: 0,
            accepted: 0,
            rejected: BTreeMap::new(),
        }
    }

    /// Counts rows that were read and used.
    pub fn accept(&mut self, rows: u64) {
        self.read += rows;
        self.accepted += rows;
    }

    /// Counts rows that were read and not used, with the reason.
    pub fn reject(&mut self, reason: &str, rows: u64) {
        if rows == 0 {
            return;
        }
        self.read += rows;
        match self.rejected.get_mut(reason) {
            Some(count) => *count += rows,
            None => {
                self.rejected.insert(reason.to_owned(), rows);
            }
        }
    }

    /// Moves rows accepted before to a reason for which they are rejected after all.
    pub fn reject_after_all(&mut self, reason: &str, rows: u64) {
        assert!(
            rows <= self.accepted,
            "only accepted rows can be rejected after all"
        );
        self.accepted -= rows;
        self.read -= rows;
        self.reject(reason, rows);
    }

    /// The file as given; `a.zip/b.csv` inside a zip.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What layout it was read as, in words.
    pub fn layout(&self) -> &str {
        &self.layout
    }

    /// SHA-256 of the file as it lies on disk, in hexadecimal.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Rows read, the header not counted.
    pub fn read(&self) -> u64 {
        self.read
    }

    /// Rows used.
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// Rows not used, by reason.
    pub fn rejected(&self) -> &BTreeMap<String, u64> {
        &self.rejected
    }
}

#[cfg(test)]
mod tests {
    use super::RowAccount;

    #[test]
    fn it_balances() {
        let mut account = RowAccount::new("a.csv", "school level, wide", "00");
        account.accept(60);
        account.reject(RowAccount::BLANK, 24_382);
        account.reject(RowAccount::TOTAL, 0);
        account.reject_after_all("more pupils with special educational needs than on roll", 1);
        let rejected: u64 = account.rejected().values().sum();
        assert_eq!(
            (account.read(), account.accepted(), rejected),
            (24_442, 59, 24_383)
        );
        assert_eq!(account.rejected().len(), 2);
    }
}
