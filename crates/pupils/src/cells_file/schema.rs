//! What a cells file holds, column by column, for whoever writes one with other tools.

use super::column::{
    Column, DIMENSIONS, FLAGS, LANGUAGES, MEALS, NC_YEARS, PROVISIONS, SEXES, ethnicities, needs, phases,
};

/// One column of a cells file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnOfCells {
    /// Its name.
    pub name: &'static str,
    /// The words that may stand in it, or none where it is a code, a name or a number.
    pub words: Option<Vec<&'static str>>,
    /// Whether every file must have it, and no row may leave it blank.
    pub is_required: bool,
    /// Whether it is a whole number.
    pub is_count: bool,
    /// The dimension that it stands for, as the file's own notes name it; such a column is left out where the cells do
    /// not carry the dimension.
    pub dimension: Option<&'static str>,
}

/// Every column, in the order in which they are written.
pub fn columns_of_cells() -> Vec<ColumnOfCells> {
    Column::ALL
        .into_iter()
        .map(|column| ColumnOfCells {
            name: column.as_str(),
            words: words(column),
            is_required: matches!(column, Column::TimePeriod | Column::SenProvision | Column::Pupils),
            is_count: column == Column::Pupils,
            dimension: column.dimension().and_then(|of| {
                let mut named = DIMENSIONS.iter().filter(|(dimension, _)| *dimension == of);
                named.next().map(|(_, name)| *name)
            }),
        })
        .collect()
}

fn words(column: Column) -> Option<Vec<&'static str>> {
    fn of<T>(words: &[(T, &'static str)]) -> Vec<&'static str> {
        words.iter().map(|(_, word)| *word).collect()
    }
    Some(match column {
        Column::Phase => of(&phases()),
        Column::NcYear => of(&NC_YEARS),
        Column::Sex => of(&SEXES),
        Column::Fsm => of(&MEALS),
        Column::Ethnicity => of(&ethnicities()),
        Column::Language => of(&LANGUAGES),
        Column::SpecialistProvision => of(&FLAGS),
        Column::SenProvision => of(&PROVISIONS),
        Column::PrimaryNeed | Column::SecondaryNeed => of(&needs()),
        _ => return None,
    })
}
