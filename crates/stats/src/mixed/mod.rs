//! Random-intercept logistic regression: shares that depend on what is known of a cell and on which unit it belongs to.
//!
//! Each unit has a level of its own on the log-odds scale, drawn from a normal distribution whose spread is estimated with
//! everything else. The likelihood is Laplace's or an adaptive Gauss-Hermite integral; its gradient is exact, so the
//! maximum is proved, or the fit says that it was not found.
//!
//! Source: Pinheiro and Bates (1995), J. Comput. Graph. Statist. 4, 12-35; Pinheiro and Chao (2006), the same, 15,
//! 58-81; as `lme4::glmer`.

mod cells;
mod fit;
mod hermite;
mod likelihood;
mod nested;
mod unit;

pub use cells::{MixedError, UnitCells};
pub use fit::{Integration, MixedFit, UnitEffect, VarianceTest, fit};
pub use nested::{NestedFit, fit_nested};
