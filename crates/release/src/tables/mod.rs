//! The tables of a run: one file a table, which declares it. A table is added by its file and its line below.

mod key;

pub(crate) use key::key_of;
pub use key::{KEY_COLUMNS, RowKey, key_cells};

use crate::Table;
use crate::declare::{Declared, TableSchema};
use senlens_compare::Comparison;
use senlens_flags::rules::Masking;

/// The declaration of a table of a name.
pub fn schema(name: &str) -> Option<&'static TableSchema> {
    SCHEMAS.iter().copied().find(|schema| schema.name == name)
}

/// What tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The comparison of a run.
    pub comparison: &'a Comparison<'a>,
    /// What its rules found.
    pub found: &'a Masking,
}

/// Whether a run writes a table that has no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhenEmpty {
    Written,
    /// It says nothing without an input of its own.
    LeftOut,
}

macro_rules! tables {
    ($($file:ident::$table:ident, |$from:ident| $rows:expr, $when_empty:ident;)+) => {
        $(mod $file;)+
        $(pub use $file::$table;)+

        /// The declaration of every table, in the order in which a run writes them.
        pub const SCHEMAS: &[&TableSchema] = &[$($table::SCHEMA,)+];

        /// Every table of a run, in order.
        pub fn of_run(source: Source<'_>) -> Vec<Table> {
            let mut tables = Vec::new();
            $({
                let $from = source;
                let rows = $rows;
                if !rows.is_empty() || WhenEmpty::$when_empty == WhenEmpty::Written {
                    tables.push($table::table(rows));
                }
            })+
            tables
        }
    };
}

tables! {
    rates::Rates, |from| &from.comparison.rates, Written;
    ranges::Ranges, |from| &from.comparison.ranges, LeftOut;
    benchmarks::Benchmarks, |from| &from.comparison.benchmarks, Written;
    contributions::Contributions, |from| &from.comparison.contributions, Written;
    standardised_rates::StandardisedRates, |from| &from.comparison.standardised_rates, Written;
    ranks::Ranks, |from| &from.comparison.ranks, Written;
    funnel_limits::FunnelLimits, |from| &from.comparison.funnel_limits, Written;
    false_flags::FalseFlags, |from| &from.comparison.false_flags, Written;
    school_variation::SchoolVariation, |from| &from.comparison.school_variation, Written;
    disproportionality::Disproportionality, |from| &from.comparison.disproportionality, Written;
    trends::Trends, |from| &from.comparison.trends, Written;
    yearly::Yearly, |from| &from.comparison.years, Written;
    flags::Flags, |from| &from.found.findings, Written;
    explanations::Explanations, |from| &from.found.explanations, Written;
    sensitivity::Sensitivity, |from| &from.found.sensitivity, Written;
    audit_plan::AuditPlan, |from| &from.found.audit_plan, Written;
    corrected_prevalence::CorrectedPrevalence, |from| &from.found.corrected, LeftOut;
    change::Change, |from| &from.found.changes, LeftOut;
}
