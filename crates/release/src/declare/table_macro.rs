//! The form in which a table is declared.

/// Declares a table: what it tells, how the gate judges its rows, and each column once, with name, kind, unit, role,
/// meaning and where its cells come from.
///
/// Gives a type with the declaration ([`crate::Declared`]), a function for each column, by which a reader asks for its
/// cells, and `table`, which makes the table from rows. A table with a `key` begins with the columns of every table:
/// year, coverage, place, phase, provision.
#[macro_export]
macro_rules! table {
    (
        #[doc = $meaning:literal]
        $vis:vis $table:ident = $name:literal from $row:ty, $disclosure:expr $(, key |$keyed:ident| $key:expr)?;
        $($column:ident: $kind:ty, $unit:expr, $role:expr, $says:literal => |$each:ident| $cell:expr;)+
    ) => {
        #[doc = $meaning]
        #[derive(Debug, Clone, Copy)]
        $vis struct $table;

        impl $crate::Declared for $table {
            const SCHEMA: &'static $crate::TableSchema = &$crate::TableSchema {
                name: $name,
                meaning: $meaning.trim_ascii_start(),
                disclosure: $disclosure,
                has_key: [$(stringify!($keyed),)? ""].len() > 1,
                own: &[$($crate::ColumnSchema {
                    name: stringify!($column),
                    kind: <$kind as $crate::ColumnType>::KIND,
                    unit: $unit,
                    role: $role,
                    meaning: $says,
                },)+],
            };
        }

        #[allow(dead_code, reason = "each reader of a table asks for the columns it needs")]
        impl $table {
            $(
                #[doc = $says]
                $vis const fn $column() -> $crate::ColumnOf<Self, $kind> {
                    $crate::ColumnOf::named(stringify!($column))
                }
            )+

            /// The table of these rows.
            $vis fn table(rows: &[$row]) -> $crate::Table {
                let mut columns: Vec<$crate::ColumnData> = Vec::new();
                $(columns.extend($crate::tables::key_cells(rows.iter().map(|$keyed| $key)));)?
                $(columns.push({
                    let mut data = <$kind as $crate::ColumnType>::empty();
                    for $each in rows {
                        <$kind as $crate::ColumnType>::push(&mut data, ($cell).into());
                    }
                    data
                });)+
                $crate::Table::declared(<Self as $crate::Declared>::SCHEMA, columns)
            }
        }
    };
}
