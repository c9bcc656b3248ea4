//! What the codes of a row add up to, worked out once for a year and term by running the rules on each code.

use super::codes::CodeColumn;
use super::counting::Counting;
use crate::pupil::{
    date::Date,
    item::Item,
    key::{self, CellKey},
    record::{Enrolment, Reading, Record, Term},
    rules::Levels,
};
use senlens_model::AcademicYear;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The bit of a table's entry that sends a row to be looked at in full; keys have 31 bits.
pub(super) const LOOK: u32 = 1 << 31;

/// What the codes of a clean row add up to, for one year and term.
#[derive(Debug)]
pub(crate) struct Tables {
    /// By provision, primary, secondary, unit and resourced.
    pub(super) sen: Vec<u32>,
    pub(super) nc_year: Vec<u32>,
    pub(super) sex: Vec<u32>,
    pub(super) fsm: Vec<u32>,
    pub(super) ethnicity: Vec<u32>,
    pub(super) language: Vec<u32>,
    pub(super) enrolment: Vec<u32>,
    /// By year group, and days since [`FIRST_DAY`]: whether the date of birth breaks no rule.
    pub(super) born: Vec<bool>,
}

/// 1 January 1985, in days since 1970: earlier dates of birth are looked at in full.
pub(super) const FIRST_DAY: i32 = 5479;
/// Days from then to 2040.
pub(super) const DAYS: usize = 20_089;

/// The tables of a reading, by year, term and the items a file carries.
#[derive(Debug, Default)]
pub(crate) struct SharedTables(Mutex<BTreeMap<(AcademicYear, Term, u32), Arc<Tables>>>);

impl Counting<'_> {
    /// The tables of a year and term, as another part of the reading left them or worked out now.
    pub(super) fn shared_tables_of(&self, (year, term): (AcademicYear, Term)) -> Arc<Tables> {
        let carried = Item::ALL
            .into_iter()
            .filter(|item| self.columns.at.contains_key(item))
            .fold(0u32, |all, item| all | 1 << item as u32);
        // Whoever panicked while holding the lock left the map as it was.
        let mut shared = self.setup.tables.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = shared
            .entry((year, term, carried))
            .or_insert_with(|| Arc::new(self.tables_of((year, term))));
        Arc::clone(tables)
    }

    /// Works out the tables by running the rules on a record of each code, so that no rule is written twice.
    fn tables_of(&self, (year, term): (AcademicYear, Term)) -> Tables {
        let levels: &Levels = self.setup.levels;
        let mut blank = Record::empty(year, term);
        // A school and a provision that break no rule; both are judged by their own tables.
        blank.urn = Reading::Of("100000".parse().expect("six digits"));
        let entry = |record: &Record, bits: u32| {
            let is_broken = levels.broken_by(record).next().is_some();
            if is_broken { bits | LOOK } else { bits }
        };
        let mut sen = Vec::new();
        for provision in 0..self.provision.codes.len() {
            for primary in 0..self.primary.codes.len() {
                for secondary in 0..self.secondary.codes.len() {
                    for unit in 0..self.unit.codes.len() {
                        for resourced in 0..self.resourced.codes.len() {
                            let code = |at: usize| u8::try_from(at).expect("fewer than 256 codes");
                            let mut record = blank;
                            record.provision = self.provision.reading_of(code(provision));
                            let readings = (
                                self.primary.reading_of(code(primary)),
                                self.secondary.reading_of(code(secondary)),
                            );
                            record.needs = self.needs(readings.0, readings.1);
                            record.unit = self.unit.reading_of(code(unit));
                            record.resourced = self.resourced.reading_of(code(resourced));
                            let key = CellKey::of(&record).0;
                            let fields = [key::NC_YEAR, key::SEX, key::FSM, key::ETHNICITY, key::LANGUAGE];
                            debug_assert!(fields.iter().all(|field| field.in_key(CellKey(key)) == 0));
                            sen.push(entry(&record, key));
                        }
                    }
                }
            }
        }
        let nc_year = table(&self.nc_year, |nc_year| {
            entry(
                &Record { nc_year, ..blank },
                key::NC_YEAR.of(key::nc_year_bits(nc_year)),
            )
        });
        let sex = table(&self.sex, |sex| {
            entry(&Record { sex, ..blank }, key::SEX.of(key::sex_bits(sex)))
        });
        let fsm = table(&self.fsm, |fsm| {
            entry(&Record { fsm, ..blank }, key::FSM.of(key::fsm_bits(fsm)))
        });
        let ethnicity = table(&self.ethnicity, |ethnicity| {
            entry(
                &Record { ethnicity, ..blank },
                key::ETHNICITY.of(key::ethnicity_bits(ethnicity)),
            )
        });
        let language = table(&self.language, |language| {
            entry(
                &Record { language, ..blank },
                key::LANGUAGE.of(key::language_bits(language)),
            )
        });
        let enrolment = table(&self.enrolment, |enrolment| {
            let is_counted = !matches!(enrolment.code(), Some(Enrolment::Subsidiary | Enrolment::Guest));
            entry(&Record { enrolment, ..blank }, if is_counted { 0 } else { LOOK })
        });
        let mut born = Vec::new();
        if self.columns.at.contains_key(&Item::DOB) {
            for code in 0..self.nc_year.codes.len() {
                let nc_year = self
                    .nc_year
                    .reading_of(u8::try_from(code).expect("fewer than 256 codes"));
                let unborn = Record { nc_year, ..blank };
                // A year group that is itself wrong sends the row to be looked at anyway.
                let is_wrong = levels.broken_by(&unborn).next().is_some();
                for day in (FIRST_DAY..).take(DAYS) {
                    let date = Date::from_days(day).map_or(Reading::Unreadable, Reading::Of);
                    let record = Record { born: date, ..unborn };
                    born.push(!is_wrong && levels.broken_by(&record).next().is_none());
                }
            }
        }
        Tables {
            sen,
            nc_year,
            sex,
            fsm,
            ethnicity,
            language,
            enrolment,
            born,
        }
    }
}

/// An entry for every code of a column.
fn table<T: Copy + PartialEq>(column: &CodeColumn<T>, entry: impl Fn(Reading<T>) -> u32) -> Vec<u32> {
    (0..column.codes.len())
        .map(|code| entry(column.reading_of(u8::try_from(code).expect("fewer than 256 codes"))))
        .collect()
}
