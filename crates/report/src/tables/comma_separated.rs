//! A table as CSV: figures unrounded, symbols for what is not shown, lines ended by LF.

use senlens_model::csv_field;
use senlens_release::{Cell, ColumnData, Table};
use std::borrow::Cow;
use std::io::{self, Write};

/// Rows gathered before they are handed on, so that a table of millions of rows needs little memory.
const BYTES_AT_ONCE: usize = 1 << 20;

/// Writes a table as CSV: a header, then its rows.
///
/// Counts print as whole numbers; figures print the shortest decimal that reads back to the same number (`16.8`,
/// `8`, `1.2e-7`); a cell without a figure prints the Department's symbol (`c` withheld, `z` not applicable, `x` not
/// available). Text is quoted where it must be. A marking stands as the name of a last column without values: every
/// program that opens the file shows it, no figure moves, and a row costs one byte.
///
/// # Errors
/// When the writer does.
pub(crate) fn write_csv(table: &Table, marking: Option<&str>, mut to: impl Write) -> io::Result<()> {
    let columns: Vec<PrintedColumn> = table
        .columns()
        .iter()
        .map(|column| PrintedColumn::of(&column.data))
        .collect();
    let mut lines: Vec<u8> = Vec::with_capacity(BYTES_AT_ONCE + (1 << 12));
    for (position, column) in table.columns().iter().enumerate() {
        if position > 0 {
            lines.push(b',');
        }
        lines.extend_from_slice(column.schema.name.as_bytes());
    }
    if let Some(marking) = marking {
        lines.push(b',');
        lines.extend_from_slice(csv_field(marking).as_bytes());
    }
    lines.push(b'\n');
    for row in 0..table.rows() {
        for (position, column) in columns.iter().enumerate() {
            if position > 0 {
                lines.push(b',');
            }
            column.print(row, &mut lines);
        }
        if marking.is_some() {
            lines.push(b',');
        }
        lines.push(b'\n');
        if lines.len() >= BYTES_AT_ONCE {
            to.write_all(&lines)?;
            lines.clear();
        }
    }
    to.write_all(&lines)?;
    to.flush()
}

/// A column ready to print: each distinct text is quoted once.
enum PrintedColumn<'a> {
    Text {
        quoted: Vec<Cow<'a, str>>,
        codes: &'a [u32],
    },
    Count(&'a [Cell<u64>]),
    Number(&'a [Cell<f64>]),
}

impl<'a> PrintedColumn<'a> {
    fn of(data: &'a ColumnData) -> Self {
        match data {
            ColumnData::Coded(text) => Self::Text {
                quoted: text.texts().iter().map(|text| csv_field(text)).collect(),
                codes: text.codes(),
            },
            ColumnData::Count(cells) => Self::Count(cells),
            ColumnData::Number(cells) => Self::Number(cells),
        }
    }

    fn print(&self, row: usize, line: &mut Vec<u8>) {
        match self {
            Self::Text { quoted, codes } => line.extend_from_slice(quoted[codes[row] as usize].as_bytes()),
            Self::Count(cells) => print_cell(cells[row], line, |count, line| {
                line.extend_from_slice(itoa::Buffer::new().format(count).as_bytes());
            }),
            Self::Number(cells) => print_cell(cells[row], line, |number, line| {
                let mut buffer = ryu::Buffer::new();
                let printed = buffer.format(number);
                line.extend_from_slice(printed.strip_suffix(".0").unwrap_or(printed).as_bytes());
            }),
        }
    }
}

fn print_cell<T: Copy>(cell: Cell<T>, line: &mut Vec<u8>, print: impl FnOnce(T, &mut Vec<u8>)) {
    match cell.figure() {
        Some(figure) => print(figure, line),
        None => line.extend_from_slice(cell.symbol().expect("a cell has a figure or a symbol").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::write_csv;
    use senlens_release::{Cell, Count, Disclosure, Key, Number, Role, Text, Unit, Why, table};

    table! {
        /// An example: one row each kind of cell.
        Example = "example" from (&str, Cell<u64>, Cell<f64>), Disclosure::BehindTheGate;
        name: Key<Text>, Unit::Name, Role::Key, "A name." => |row| row.0;
        pupils: Count, Unit::Pupils, Role::Events, "Pupils." => |row| row.1;
        share: Number, Unit::Share, Role::Setting, "A share." => |row| row.2;
    }

    #[test]
    fn every_kind_of_cell_prints_as_itself() {
        let table = Example::table(&[
            ("plain", Cell::Shown(0), Cell::Shown(0.1 + 0.2)),
            ("St Mary's, Halstead", Cell::Rounded(5), Cell::Rounded(8.0)),
            (
                "the \"Hub\"",
                Cell::Withheld(Why::SmallCount),
                Cell::Withheld(Why::Derived),
            ),
            ("two\nlines", Cell::NotApplicable, Cell::Shown(-0.000_000_12)),
            (" led", Cell::NotAvailable, Cell::Shown(1e300)),
            ("", Cell::Shown(u64::MAX), Cell::Shown(-0.0)),
        ]);
        let mut written = Vec::new();
        write_csv(&table, None, &mut written).expect("memory takes all");
        let expected = "name,pupils,share\n\
            plain,0,0.30000000000000004\n\
            \"St Mary's, Halstead\",5,8\n\
            \"the \"\"Hub\"\"\",c,c\n\
            \"two\nlines\",z,-1.2e-7\n\
            \" led\",x,1e300\n\
            ,18446744073709551615,-0\n";
        assert_eq!(String::from_utf8(written).expect("text"), expected);
        // A marking names a last column that holds nothing.
        let mut marked = Vec::new();
        write_csv(&table, Some("Not for, publication"), &mut marked).expect("memory takes all");
        let marked = String::from_utf8(marked).expect("text");
        assert!(
            marked.starts_with("name,pupils,share,\"Not for, publication\"\nplain,0,0.30000000000000004,\n")
        );
        let mut reader = csv_rows(&marked);
        assert!(reader.all(|fields| fields == 4));
    }

    /// How many fields each row has.
    fn csv_rows(text: &str) -> impl Iterator<Item = usize> {
        let mut quoted = false;
        let mut rows = vec![1];
        for c in text.trim_end().chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => *rows.last_mut().expect("one") += 1,
                '\n' if !quoted => rows.push(1),
                _ => {}
            }
        }
        rows.into_iter()
    }
}
