//! Reads JSON records: the fields of each object together, under the names of the objects around it.

use crate::evidence::Words;
use serde_json::Value;

/// Reads the words and numbers of a record.
pub(super) fn read(value: &Value, file: &str, words: &mut Vec<Words>) {
    descend(value, "", file, words);
}

fn descend(value: &Value, within: &str, file: &str, words: &mut Vec<Words>) {
    let mut together = Vec::new();
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match scalar(field) {
                    Some(said) => together.push(format!("{name} {said}")),
                    None => descend(field, &format!("{within} | {name}"), file, words),
                }
            }
        }
        Value::Array(values) => {
            for each in values {
                match scalar(each) {
                    Some(said) => together.push(said),
                    None => descend(each, within, file, words),
                }
            }
        }
        other => together.extend(scalar(other)),
    }
    if !together.is_empty() {
        words.push(Words {
            file: file.to_owned(),
            text: format!("{within} | {}", together.join(" | ")),
            context: String::new(),
        });
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Null => Some(String::new()),
        Value::Array(_) | Value::Object(_) => None,
    }
}
