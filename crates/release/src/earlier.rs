//! The counts of an earlier publication, read back by the declaration of their table.

use crate::declare::{CodedColumn, ColumnKind, ColumnSchema, Role, TableSchema};
use crate::{Cell, Column, ColumnData, Table, Why};

/// The keys and counts of a table that an earlier run wrote, gathered row by row from its CSV.
#[derive(Debug)]
pub struct EarlierCounts {
    schema: &'static TableSchema,
    /// Each column with its position in the file.
    columns: Vec<(usize, Column)>,
}

/// What of an earlier table does not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EarlierError {
    /// The file lacks a column.
    #[error("no column `{0}`; give the folder as the run wrote it")]
    NoColumn(&'static str),
    /// A key that is no word of its column.
    #[error("column `{column}`: `{seen}` is no word of this column")]
    NoWord {
        /// The column.
        column: &'static str,
        /// What was seen.
        seen: String,
    },
    /// A count that is no number.
    #[error("column `{column}`: `{seen}` is no count of pupils")]
    NoCount {
        /// The column.
        column: &'static str,
        /// What was seen.
        seen: String,
    },
}

/// Whether a column says which count a row speaks of, or is one.
fn is_read(role: Role) -> bool {
    match role {
        Role::Key | Role::Events | Role::Population => true,
        Role::Setting
        | Role::Expected
        | Role::Derived(_)
        | Role::Dispersion
        | Role::Spread
        | Role::Position
        | Role::Model
        | Role::Verdict
        | Role::Sentence
        | Role::Internal => false,
    }
}

impl EarlierCounts {
    /// No rows yet, of a file with this header.
    ///
    /// # Errors
    /// When the file lacks a key or a count of the table.
    pub fn of(schema: &'static TableSchema, header: &[String]) -> Result<Self, EarlierError> {
        let find = |column: &'static ColumnSchema| {
            let at = header.iter().position(|name| name == column.name);
            let at = at.ok_or(EarlierError::NoColumn(column.name))?;
            let data = match column.kind {
                ColumnKind::Key(_) | ColumnKind::Word(_) => ColumnData::Coded(CodedColumn::default()),
                ColumnKind::Count => ColumnData::Count(Vec::new()),
                ColumnKind::Number => ColumnData::Number(Vec::new()),
            };
            Ok((at, Column { schema: column, data }))
        };
        let columns = schema
            .columns()
            .filter(|column| is_read(column.role))
            .map(find)
            .collect::<Result<_, _>>()?;
        Ok(Self { schema, columns })
    }

    /// Adds a row; `field` gives the text at a position of the file.
    ///
    /// # Errors
    /// When a key is no word of its column, or a count no number.
    pub fn add<'f>(&mut self, field: impl Fn(usize) -> &'f str) -> Result<(), EarlierError> {
        for (at, column) in &mut self.columns {
            let (text, name) = (field(*at), column.schema.name);
            match (&mut column.data, column.schema.kind) {
                (ColumnData::Coded(cells), ColumnKind::Key(kind) | ColumnKind::Word(kind)) => {
                    let value = kind.parse(text).ok_or_else(|| EarlierError::NoWord {
                        column: name,
                        seen: text.to_owned(),
                    })?;
                    cells.push(text, || value);
                }
                (ColumnData::Count(cells), _) => {
                    let count = count_of(text).ok_or_else(|| EarlierError::NoCount {
                        column: name,
                        seen: text.to_owned(),
                    })?;
                    cells.push(count);
                }
                (ColumnData::Coded(_), ColumnKind::Count | ColumnKind::Number)
                | (ColumnData::Number(_), _) => {}
            }
        }
        Ok(())
    }

    /// The table of the rows added.
    pub fn into_table(self) -> Table {
        Table::new(
            self.schema,
            self.columns.into_iter().map(|(_, column)| column).collect(),
        )
    }
}

fn count_of(text: &str) -> Option<Cell<u64>> {
    Some(match text {
        "c" | "low" => Cell::Withheld(Why::Protects),
        "z" => Cell::NotApplicable,
        "" | "x" => Cell::NotAvailable,
        figure => Cell::Shown(figure.parse().ok()?),
    })
}
