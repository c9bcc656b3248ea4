//! The type that only the gate can make.

/// Something that has passed the release policy: what `report` may draw and write.
#[derive(Debug, Clone, PartialEq)]
pub struct Released<T>(T);

impl<T> Released<T> {
    pub(crate) fn new(checked: T) -> Self {
        Self(checked)
    }

    /// What was released.
    pub fn get(&self) -> &T {
        &self.0
    }
}
