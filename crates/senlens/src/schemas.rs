//! Schemas of the formats we own, generated from the types that read and write them.

use crate::{Config, RunRecord};
use schemars::schema_for;
use senlens_model::{AreaFile, Audience, MARKING};
use senlens_pupils::cells_file::{ABOUT_CELLS, columns_of_cells};
use senlens_release::{ColumnKind, TableSchema, tables};
use serde_json::{Map, Value, json};

/// Every schema we own, by name, as the text of its file in `data-schemas/`.
pub fn schemas() -> Vec<(String, String)> {
    let print = |value: &Value| {
        let mut text = serde_json::to_string_pretty(value).expect("a schema is plain data");
        text.push('\n');
        text
    };
    let mut schemas = vec![
        ("area".to_owned(), print(schema_for!(AreaFile).as_value())),
        ("cells".to_owned(), print(&cells_schema())),
        ("config".to_owned(), print(schema_for!(Config).as_value())),
        ("run".to_owned(), print(schema_for!(RunRecord).as_value())),
    ];
    for table in tables::SCHEMAS {
        let title = format!("A row of tables/{}.csv", table.name);
        schemas.push((table.name.to_owned(), print(&row_schema(table, &title))));
    }
    for chart in senlens_report::chart_data() {
        let title = format!("A row of charts/{}.csv, the data of the chart", chart.name);
        schemas.push((format!("chart_{}", chart.name), print(&row_schema(chart, &title))));
    }
    schemas.sort_unstable();
    schemas
}

/// The schema of one row of a cells file, as its CSV holds it.
fn cells_schema() -> Value {
    let columns = columns_of_cells();
    let mut properties = Map::new();
    for column in &columns {
        let mut kind = match (&column.words, column.is_count) {
            (Some(words), _) if column.is_required => json!({ "enum": words }),
            // A blank: the pupils have none, or the source does not say.
            (Some(words), _) => json!({ "anyOf": [{ "enum": words }, { "const": "" }] }),
            (None, true) => json!({ "type": "integer", "minimum": 0 }),
            (None, false) => json!({ "type": "string" }),
        };
        if let (Some(dimension), Some(kind)) = (column.dimension, kind.as_object_mut()) {
            kind.insert(
                "description".to_owned(),
                format!("left out where the cells do not carry the dimension {dimension}").into(),
            );
        }
        properties.insert(column.name.to_owned(), kind);
    }
    let required: Vec<&str> = columns
        .iter()
        .filter(|column| column.is_required)
        .map(|column| column.name)
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A row of a cells file",
        "description": format!("Parquet or CSV, by `senlens cells` or an SQL engine; {ABOUT_CELLS}. {MARKING}"),
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": true
    })
}

/// The schema of one row of a table, as its CSV holds it: each column with its meaning, unit and role.
fn row_schema(table: &TableSchema, title: &str) -> Value {
    let symbols =
        json!({ "enum": ["c", "z", "x"], "description": "c withheld, z not applicable, x not available" });
    let mut properties = Map::new();
    for column in table.columns() {
        let mut property = match column.kind {
            ColumnKind::Key(kind) => match kind.words() {
                Some(words) => json!({ "enum": words }),
                None => json!({ "type": "string" }),
            },
            ColumnKind::Word(kind) => match kind.words() {
                Some(words) => json!({ "anyOf": [{ "enum": words }, { "enum": ["c", "z", "x", ""] }] }),
                None => json!({ "type": "string" }),
            },
            ColumnKind::Count => json!({ "anyOf": [{ "type": "integer", "minimum": 0 }, symbols] }),
            ColumnKind::Number => json!({ "anyOf": [{ "type": "number" }, symbols] }),
        };
        if let Some(property) = property.as_object_mut() {
            property.insert("description".to_owned(), column.meaning.into());
            property.insert("x-unit".to_owned(), column.unit.as_str().into());
            property.insert("x-role".to_owned(), column.role.as_str().into());
        }
        properties.insert(column.name.to_owned(), property);
    }
    // An internal run's files bear their marking as the name of a column without values.
    if let Some(marking) = Audience::Internal.marking() {
        properties.insert(
            marking.to_owned(),
            json!({ "const": "", "description": "the marking of an internal run" }),
        );
    }
    let required: Vec<&str> = table.columns().map(|column| column.name).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": table.meaning,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false
    })
}
