//! Comparisons and rules come in; findings go out, each with its evidence. A finding is a reason to review records: it says
//! nothing of any one child and never decides what may be shown.

mod explanation;
mod finding;
pub mod joint;
pub mod rules;

pub use explanation::{Explanation, ExplanationRow};
pub use finding::{Displaced, Finding, Level};
pub use rules::RuleId;
