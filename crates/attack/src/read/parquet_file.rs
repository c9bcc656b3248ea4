//! Reads Parquet: its rows like those of any table, and the statistics and dictionaries the file keeps of its columns.

use super::stem_of;
use super::table::{self, Pending};
use crate::AttackError;
use crate::evidence::{Evidence, From, Header, Remnant, Words};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use arrow::util::display::array_value_to_string;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::statistics::Statistics;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

/// What ends the name of a column that says how the figure beside it stands.
const STATUS: &str = "_status";

/// Reads a Parquet file.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(
    path: &Path,
    evidence: &mut Evidence,
    pending: &mut Vec<Pending>,
) -> Result<(), AttackError> {
    let unreadable = |error: String| AttackError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let open = || std::fs::File::open(path).map_err(|error| unreadable(error.to_string()));
    let file = evidence.file(path);
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(open()?).map_err(|error| unreadable(error.to_string()))?;
    let metadata = builder.metadata().clone();
    for entry in metadata
        .file_metadata()
        .key_value_metadata()
        .into_iter()
        .flatten()
    {
        // The schema is kept in a form of its own, and says nothing of rows.
        if entry.key != "ARROW:schema" {
            evidence.words.push(Words {
                file: file.clone(),
                text: format!("{} | {}", entry.key, entry.value.as_deref().unwrap_or("")),
                context: stem_of(path),
            });
        }
    }
    for group in 0..metadata.num_row_groups() {
        let reader = ParquetRecordBatchReaderBuilder::try_new(open()?)
            .and_then(|builder| builder.with_row_groups(vec![group]).build())
            .map_err(|error| unreadable(error.to_string()))?;
        let mut shown: Vec<Shown> = Vec::new();
        for batch in reader {
            let batch = batch.map_err(|error| unreadable(error.to_string()))?;
            let schema = batch.schema();
            let names: Vec<&str> = schema
                .fields()
                .iter()
                .map(|field| field.name().as_str())
                .collect();
            shown.resize_with(names.len(), Shown::default);
            for (column, shown) in batch.columns().iter().zip(&mut shown) {
                shown.add(column);
            }
            let columns: Vec<Vec<String>> = batch
                .columns()
                .iter()
                .map(|column| texts(column).map_err(&unreadable))
                .collect::<Result<_, _>>()?;
            rows(&names, &columns, batch.num_rows(), &file, evidence, pending);
        }
        for (column, shown) in metadata.row_group(group).columns().iter().zip(&shown) {
            let name = column.column_path().string();
            let mut remnant = |value: String| {
                evidence.remnants.push(Remnant {
                    file: file.clone(),
                    column: name.clone(),
                    value,
                });
            };
            for value in column.statistics().into_iter().flat_map(ends) {
                if !shown.holds(&value) {
                    remnant(value.to_string());
                }
            }
            shown.unused.iter().cloned().for_each(&mut remnant);
        }
    }
    Ok(())
}

/// Hands on the rows of a batch, as their CSV would hold them.
fn rows(
    names: &[&str],
    columns: &[Vec<String>],
    rows: usize,
    file: &str,
    evidence: &mut Evidence,
    pending: &mut Vec<Pending>,
) {
    let kept: Vec<usize> = (0..names.len())
        .filter(|at| !names[*at].ends_with(STATUS))
        .collect();
    let status_of: Vec<Option<usize>> = kept
        .iter()
        .map(|at| {
            let named = format!("{}{STATUS}", names[*at]);
            names.iter().position(|name| *name == named)
        })
        .collect();
    let header = Rc::new(Header {
        file: file.to_owned(),
        columns: kept.iter().map(|at| names[*at].to_owned()).collect(),
    });
    let is_table = table::is_header(names);
    #[expect(
        clippy::needless_range_loop,
        reason = "a row is read across the columns kept, each with its status"
    )]
    for row in 0..rows {
        let fields: Vec<&str> = kept
            .iter()
            .zip(&status_of)
            .map(|(at, status)| {
                let (figure, status) = (
                    &columns[*at][row],
                    status.map(|status| columns[status][row].as_str()),
                );
                match (figure.as_str(), status) {
                    ("", Some(symbol)) => symbol,
                    ("", None) => "z",
                    (figure, _) => figure,
                }
            })
            .collect();
        if is_table {
            table::row(&fields, &header, From::Run, evidence, pending);
        } else {
            evidence.words.push(Words {
                file: file.to_owned(),
                text: fields.join(" | "),
                context: header.columns.join(" | "),
            });
        }
    }
}

/// The texts of a column; nothing where a cell has no value.
fn texts(column: &ArrayRef) -> Result<Vec<String>, String> {
    (0..column.len())
        .map(|row| {
            if column.is_null(row) {
                Ok(String::new())
            } else {
                array_value_to_string(column, row).map_err(|error| error.to_string())
            }
        })
        .collect()
}

/// The values that a column's cells show.
#[derive(Default)]
struct Shown {
    numbers: Vec<f64>,
    texts: BTreeSet<String>,
    /// Texts that the column's list holds and no cell points at.
    unused: BTreeSet<String>,
}

impl Shown {
    fn add(&mut self, column: &ArrayRef) {
        match column.data_type() {
            DataType::Int64 => {
                let counts = column.as_primitive::<Int64Type>();
                self.numbers
                    .extend(counts.iter().flatten().map(|count| count as f64));
            }
            DataType::Float64 => {
                self.numbers
                    .extend(column.as_primitive::<Float64Type>().iter().flatten());
            }
            DataType::Dictionary(..) => {
                let dictionary = column.as_any_dictionary();
                let used: BTreeSet<usize> = dictionary
                    .normalized_keys()
                    .into_iter()
                    .enumerate()
                    .filter(|(row, _)| !column.is_null(*row))
                    .map(|(_, key)| key)
                    .collect();
                let Some(values) = dictionary.values().as_string_opt::<i32>() else {
                    return;
                };
                for (key, text) in values.iter().enumerate() {
                    let text = text.unwrap_or("").to_owned();
                    if used.contains(&key) {
                        self.unused.remove(&text);
                        self.texts.insert(text);
                    } else if !self.texts.contains(&text) {
                        self.unused.insert(text);
                    }
                }
            }
            _ => {
                if let Some(texts) = column.as_string_opt::<i32>() {
                    self.texts.extend(texts.iter().flatten().map(str::to_owned));
                }
            }
        }
    }

    fn holds(&self, value: &End) -> bool {
        match value {
            End::Number(number) => self.numbers.iter().any(|shown| (shown - number).abs() < 1e-12),
            // A long text may be cut.
            End::Text(text) => self.texts.iter().any(|shown| shown.starts_with(text)) || self.cut_above(text),
        }
    }

    /// Whether a text may be a longer one cut and raised in its last letter, so as to stand above it.
    fn cut_above(&self, text: &str) -> bool {
        text.len() >= 32 && self.texts.iter().any(|shown| shown.as_str() <= text)
    }
}

/// An end of a column's range, as its statistics keep it.
#[derive(Debug, Clone, PartialEq)]
enum End {
    Number(f64),
    Text(String),
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text}"),
        }
    }
}

/// The least and the greatest value that a column's statistics keep.
fn ends(statistics: &Statistics) -> Vec<End> {
    let text =
        |bytes: Option<&[u8]>| bytes.map(|bytes| End::Text(String::from_utf8_lossy(bytes).into_owned()));
    match statistics {
        Statistics::Int64(ends) => [ends.min_opt(), ends.max_opt()]
            .into_iter()
            .flatten()
            .map(|end| End::Number(*end as f64))
            .collect(),
        Statistics::Int32(ends) => [ends.min_opt(), ends.max_opt()]
            .into_iter()
            .flatten()
            .map(|end| End::Number(f64::from(*end)))
            .collect(),
        Statistics::Double(ends) => [ends.min_opt(), ends.max_opt()]
            .into_iter()
            .flatten()
            .map(|end| End::Number(*end))
            .collect(),
        _ => [statistics.min_bytes_opt(), statistics.max_bytes_opt()]
            .into_iter()
            .filter_map(text)
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{End, Shown};
    use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
    use arrow::datatypes::Int32Type;
    use std::sync::Arc;

    #[test]
    fn a_text_that_no_cell_points_at_is_left_over() {
        let texts = StringArray::from(vec!["shown", "7 pupils with MLD", "shown later"]);
        let column = |keys: Vec<Option<i32>>| -> ArrayRef {
            let dictionary =
                DictionaryArray::<Int32Type>::try_new(Int32Array::from(keys), Arc::new(texts.clone()));
            Arc::new(dictionary.expect("every key has its text"))
        };
        let mut shown = Shown::default();
        shown.add(&column(vec![Some(0), None]));
        shown.add(&column(vec![Some(2)]));
        assert_eq!(shown.unused.iter().collect::<Vec<_>>(), ["7 pupils with MLD"]);
        assert!(shown.holds(&End::Text("shown".to_owned())) && !shown.holds(&End::Text("hidden".to_owned())));
    }
}
