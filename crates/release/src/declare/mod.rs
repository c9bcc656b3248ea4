//! What a table declares of itself, once: its columns, each with name, kind, unit, role and meaning. The gate, the
//! schemas, the writers and the page all read this declaration.

mod coded;
mod disclosure;
mod kind;
mod role;
mod schema;
mod table_macro;
mod unit;
mod value;

pub use coded::CodedColumn;
pub use disclosure::Disclosure;
pub use kind::{ColumnKind, ColumnType, Count, Key, Number, Word};
pub use role::{Recipe, Role};
pub use schema::{ColumnOf, ColumnSchema, Declared, TableSchema};
pub use unit::Unit;
pub use value::{Text, Value, ValueKind, Worded, YesNo};
