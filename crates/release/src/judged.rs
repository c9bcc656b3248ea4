//! The tables and columns that the gate knows how to judge. What is not here does not leave: a new table or column made
//! from pupils' counts stays at home until someone has said what it tells of them.

use crate::Table;

/// Columns that every judged table may have: they name the row.
const KEYS: [&str; 8] = [
    "time_period",
    "coverage",
    "geographic_level",
    "area_code",
    "area_name",
    "phase",
    "sen_provision",
    "confidence",
];

/// Each table and its own columns.
const JUDGED: [(&str, &[&str]); 6] = [
    (
        "rates",
        &[
            "primary_need",
            "base",
            "events",
            "population",
            "per_hundred",
            "lower",
            "upper",
            "method",
        ],
    ),
    (
        "benchmarks",
        &[
            "primary_need",
            "base",
            "comparator",
            "adjustment",
            "observed",
            "expected",
            "ratio",
            "ratio_lower",
            "ratio_upper",
            "z",
            "phi",
            "phi_winsorised",
            "z_adjusted",
            "p_value",
            "q_value",
            "position",
            "position_998",
        ],
    ),
    (
        "ranks",
        &[
            "primary_need",
            "base",
            "adjustment",
            "observed",
            "expected",
            "ratio",
            "shrunken_ratio",
            "shrunken_lower",
            "shrunken_upper",
            "probability_above",
            "rank",
            "rank_lower",
            "rank_upper",
            "units",
        ],
    ),
    (
        "funnel_limits",
        &["primary_need", "base", "spread", "population", "lower", "upper"],
    ),
    (
        "flags",
        &[
            "rule",
            "level",
            "score",
            "probability",
            "observed",
            "expected",
            "displaced_pupils",
            "displaced_lower",
            "displaced_upper",
            "evidence",
            "wording",
        ],
    ),
    (
        "explanations",
        &["rule", "explanation", "probability", "given_departure", "called"],
    ),
];

/// The tables that may be judged, without the columns that may not; and the names of what is left out.
pub(crate) fn judge(tables: Vec<Table>) -> (Vec<Table>, Vec<String>) {
    let (mut judged, mut left_out) = (Vec::new(), Vec::new());
    for table in tables {
        let Some((_, own)) = JUDGED.iter().find(|(name, _)| *name == table.name()) else {
            left_out.push(table.name().to_owned());
            continue;
        };
        let (kept, others): (Vec<_>, Vec<_>) = table
            .columns()
            .iter()
            .cloned()
            .partition(|column| KEYS.contains(&column.name) || own.contains(&column.name));
        left_out.extend(
            others
                .iter()
                .map(|column| format!("{}.{}", table.name(), column.name)),
        );
        judged.push(Table::new(table.name(), kept));
    }
    left_out.sort();
    (judged, left_out)
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::tables;
    use crate::{Cell, Column, ColumnData, Table};

    #[test]
    fn a_table_or_column_without_a_rule_stays_at_home() {
        let rates = tables::rates(&[]);
        let mut columns = rates.columns().to_vec();
        columns.push(Column {
            name: "smallest_school",
            data: ColumnData::Count(Vec::<Cell<u64>>::new()),
        });
        let (kept, left_out) = judge(vec![
            Table::new("rates", columns),
            Table::new("pupils_by_postcode", rates.columns().to_vec()),
        ]);
        assert_eq!(kept, [rates]);
        assert_eq!(left_out, ["pupils_by_postcode", "rates.smallest_school"]);
    }

    #[test]
    fn the_contract_s_own_columns_are_judged() {
        let (kept, left_out) = judge(vec![
            tables::rates(&[]),
            tables::benchmarks(&[]),
            tables::flags(&[]),
            tables::explanations(&[]),
            tables::ranks(&[]),
            tables::funnel_limits(&[]),
        ]);
        assert_eq!((kept.len(), left_out), (6, Vec::new()));
    }
}
