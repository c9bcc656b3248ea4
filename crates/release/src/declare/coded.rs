//! A column of keys or words, each distinct value kept once.

use super::value::Value;
use std::collections::HashMap;

/// A column of keys or words, each distinct value kept once with the text it prints as.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodedColumn {
    values: Vec<Value>,
    texts: Vec<String>,
    codes: Vec<u32>,
    code_of: HashMap<String, u32>,
}

impl CodedColumn {
    /// Adds a row. Values of one column print alike only where they are alike.
    pub(crate) fn push(&mut self, text: &str, value: impl FnOnce() -> Value) {
        let code = if let Some(code) = self.code_of.get(text) {
            *code
        } else {
            let code = u32::try_from(self.texts.len()).expect("fewer than 4 billion distinct texts");
            self.values.push(value());
            self.texts.push(text.to_owned());
            self.code_of.insert(text.to_owned(), code);
            code
        };
        self.codes.push(code);
    }

    /// Adds a row that holds what a row of another column does.
    pub(crate) fn push_from(&mut self, other: &Self, row: usize) {
        self.push(other.text(row), || other.value(row).clone());
    }

    /// Adds a row whose word is withheld.
    pub(crate) fn push_withheld(&mut self, why: crate::Why) {
        self.push(crate::WITHHELD_WORD, || Value::Withheld(why));
    }

    /// The value of a row.
    pub fn value(&self, row: usize) -> &Value {
        &self.values[self.codes[row] as usize]
    }

    /// The text that a row prints.
    pub fn text(&self, row: usize) -> &str {
        &self.texts[self.codes[row] as usize]
    }

    /// The distinct values, in order of first appearance.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The texts that they print.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// For each row, the position of its value in [`CodedColumn::values`].
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The position of what prints as a text, if a row has it.
    pub fn code_of(&self, text: &str) -> Option<u32> {
        self.code_of.get(text).copied()
    }
}
