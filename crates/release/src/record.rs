//! The record of a release: what was withheld and why, what was rounded, which exceptions were shown and who answers for them.

use crate::{Exception, Why};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// What the gate did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseRecord {
    /// The policy's name.
    pub policy: String,
    /// SHA-256 of the policy's text.
    pub policy_sha256: String,
    /// Whether anything had to be suppressed: published data and internal runs need nothing.
    pub suppressed: bool,
    /// Distinct counts of pupils behind all tables together.
    pub counts: CountsRecord,
    /// Figures of each table.
    pub tables: Vec<TableRecord>,
    /// Exceptions of the policy by which a count was shown.
    pub exceptions: Vec<Exception>,
    /// Tables, and columns of tables (`table.column`), that the gate has no rule for: they did not leave.
    pub left_out: Vec<String>,
}

/// What became of the distinct counts behind the tables.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct CountsRecord {
    /// How many there are, but for those that the Department publishes.
    pub counts: u64,
    /// Withheld for themselves.
    pub primary: u64,
    /// Withheld because they would give another away.
    pub secondary: u64,
    /// Share withheld, 0 to 1.
    pub share_withheld: f64,
    /// Cost of the secondary ones, in the gate's units (10 for a school's count of one need).
    pub secondary_cost: u64,
    /// No choice of secondary ones could cost less than this.
    pub secondary_cost_at_least: u64,
    /// What share of the cost another choice could save at most, 0 to 1: 0 where this one is the cheapest there is.
    pub secondary_cost_gap: f64,
    /// Withheld, but public totals alone leave fewer values than the policy asks: no release could add to that.
    pub bounded_by_public_totals: u64,
    /// Withheld since nothing less would protect a count: all that is counted of its phase beneath the authority.
    pub withheld_with_their_phase: u64,
    /// Held only while the reader does not know which counts were withheld for themselves.
    pub held_by_ambiguity: u64,
    /// Shown by an earlier publication, and so not to be withheld any more.
    pub shown_before: u64,
    /// Withheld by an earlier publication, and so again.
    pub withheld_before: u64,
    /// Shown by an earlier publication with another value: the records have changed since.
    pub changed_since: u64,
}

/// What became of the figures of one table.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct TableRecord {
    /// The table.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// Figures, over all its columns of counts and numbers.
    pub figures: u64,
    /// Shown as they are.
    pub shown: u64,
    /// Shown rounded.
    pub rounded: u64,
    /// Withheld, by reason.
    pub withheld: BTreeMap<Why, u64>,
    /// Share withheld, 0 to 1.
    pub share_withheld: f64,
    /// Words (positions, levels, evidence) withheld.
    pub words_withheld: u64,
}

impl fmt::Display for ReleaseRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "policy {} ({})", self.policy, self.policy_sha256)?;
        if !self.suppressed {
            return writeln!(f, "nothing suppressed: the policy protects none of these sources");
        }
        let counts = &self.counts;
        writeln!(
            f,
            "{} counts: {} withheld for themselves, {} to protect them ({:.1}% in all)",
            counts.counts,
            counts.primary,
            counts.secondary,
            100.0 * counts.share_withheld
        )?;
        if counts.secondary > 0 && counts.secondary_cost_gap == 0.0 {
            writeln!(f, "no other choice of those to protect them withholds less")?;
        } else if counts.secondary > 0 {
            writeln!(
                f,
                "another choice of those to protect them could cost {:.1}% less at most",
                100.0 * counts.secondary_cost_gap
            )?;
        }
        if counts.shown_before + counts.withheld_before + counts.changed_since > 0 {
            writeln!(
                f,
                "published before: {} counts shown, {} withheld and so again, {} have changed since",
                counts.shown_before, counts.withheld_before, counts.changed_since
            )?;
        }
        for table in &self.tables {
            let withheld: u64 = table.withheld.values().sum();
            writeln!(
                f,
                "{}: {} figures, {} withheld ({:.1}%), {} rounded",
                table.table,
                table.figures,
                withheld,
                100.0 * table.share_withheld,
                table.rounded
            )?;
        }
        if !self.left_out.is_empty() {
            writeln!(
                f,
                "left out, since the gate has no rule for them: {}",
                self.left_out.join(", ")
            )?;
        }
        for exception in &self.exceptions {
            writeln!(
                f,
                "shown by exception: {} {}: {} ({})",
                exception.geographic_level, exception.area_code, exception.reason, exception.by
            )?;
        }
        Ok(())
    }
}
