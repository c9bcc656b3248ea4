//! What a row says that is no code: the pupil's own numbers and dates, read only where a rule or a link asks.

use crate::{
    date::Date,
    record::{Reading, UpnReading},
};
use arrow::array::{Array, Date32Array, StringArray};

/// The fields of a row that are no codes: the pupil's own numbers and dates.
pub(crate) trait UncodedFields {
    /// The row's number in the file.
    fn number(&self, row: usize) -> u32;
    /// Pupil number.
    fn upn(&self, row: usize) -> UpnReading;
    /// Former pupil number.
    fn former_upn(&self, row: usize) -> UpnReading;
    /// Date of birth.
    fn born(&self, row: usize) -> Reading<Date>;
    /// Date of birth in days since 1970, which is quicker to look up.
    fn born_day(&self, row: usize) -> Reading<i32>;
}

/// The uncoded fields of a batch of Arrow.
pub(super) struct UncodedColumns {
    pub(super) first_row: u32,
    pub(super) upns: Option<StringArray>,
    pub(super) former: Option<StringArray>,
    pub(super) born_days: Option<Date32Array>,
    pub(super) born_texts: Option<StringArray>,
}

impl UncodedColumns {
    fn upn_of(column: Option<&StringArray>, row: usize) -> UpnReading {
        column.map_or(UpnReading::Absent, |upns| {
            if upns.is_null(row) {
                UpnReading::Blank
            } else {
                UpnReading::from_bytes(upns.value(row).as_bytes())
            }
        })
    }
}

impl UncodedFields for UncodedColumns {
    fn number(&self, row: usize) -> u32 {
        self.first_row
            .saturating_add(u32::try_from(row).unwrap_or(u32::MAX))
    }

    fn upn(&self, row: usize) -> UpnReading {
        Self::upn_of(self.upns.as_ref(), row)
    }

    fn former_upn(&self, row: usize) -> UpnReading {
        Self::upn_of(self.former.as_ref(), row)
    }

    fn born(&self, row: usize) -> Reading<Date> {
        match (&self.born_days, &self.born_texts) {
            (Some(days), _) if days.is_null(row) => Reading::Blank,
            (Some(days), _) => Date::from_days(days.value(row)).map_or(Reading::Unreadable, Reading::Of),
            (None, Some(texts)) if texts.is_null(row) => Reading::Blank,
            (None, Some(texts)) => Reading::from_bytes(texts.value(row).as_bytes(), Date::parse),
            (None, None) => Reading::Absent,
        }
    }

    fn born_day(&self, row: usize) -> Reading<i32> {
        match &self.born_days {
            Some(days) if days.is_null(row) => Reading::Blank,
            Some(days) => Reading::Of(days.value(row)),
            None => match self.born(row) {
                Reading::Of(date) => Reading::Of(date.days()),
                Reading::Absent => Reading::Absent,
                Reading::Blank => Reading::Blank,
                Reading::Unreadable => Reading::Unreadable,
            },
        }
    }
}
