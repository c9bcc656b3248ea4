//! How the gate judges the rows of a table. Every table states it: a table without it does not compile.

/// How the gate judges the rows of a table that is made from pupils' counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclosure {
    /// Each row counts a need among its base at its place. The gate protects those counts, and judges each figure of the
    /// row by them.
    OwnCounts,
    /// A rule or model made each row from all counts that it reads at the row's place. The row is withheld with any of
    /// them. Rows leave in the order of their keys, since the order a rule ranks them in is a figure too.
    Rule,
    /// Each row is a point of a line that rests on the counts of all authorities. The row is withheld with any of them.
    LinesOverAuthorities,
    /// The gate has no rule for it: the table does not leave a suppressed run.
    Internal,
    /// Made from released figures, behind the gate: the data of a chart.
    BehindTheGate,
}
