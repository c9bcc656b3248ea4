//! Invented inputs that the tests, examples and measurements of several crates share. The program never links it.
//!
//! - [`county`]: a county of schools with every table a run would make of it, for `attack` and the gate.
//! - [`publication`]: an authority's tables as the gate would release them, for `report`.

pub mod county;
pub mod publication;
