//! What the codes of a row add up to, worked out once for a year and term by running the rules on each code: the large
//! tables entry by entry, as rows ask for them, so that a small file need not wait for what it does not hold.

use super::code_column::{Code, CodeColumn};
use super::coded_columns::CodedColumns;
use crate::{
    date::Date,
    item::Item,
    key::{self, CellKey},
    record::Term,
    record::{Enrolment, Reading, Record},
    rules::Levels,
};
use senlens_model::AcademicYear;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU32, Ordering},
    },
};

/// The bit of a table's entry that sends a row to be looked at in full; keys have 31 bits.
pub(crate) const LOOK: u32 = 1 << 31;

/// An entry that no row has asked for yet; no key has every bit set.
const UNKNOWN: u32 = u32::MAX;

/// What the codes of a clean row add up to, for one year and term.
#[derive(Debug)]
pub(crate) struct Tables {
    /// By provision, primary, secondary, unit and resourced; [`UNKNOWN`] until a row asks.
    sen: Vec<AtomicU32>,
    nc_year: Vec<u32>,
    sex: Vec<u32>,
    fsm: Vec<u32>,
    ethnicity: Vec<u32>,
    language: Vec<u32>,
    enrolment: Vec<u32>,
    /// By year group, and days since [`FIRST_DAY`]: whether the date of birth breaks no rule (2), some rule (1), or
    /// no row has asked yet (0).
    born: Vec<AtomicU8>,
    /// A record that breaks no rule, of this year and term.
    blank: Record,
}

/// 1 January 1985, in days since 1970: earlier dates of birth are looked at in full.
const FIRST_DAY: i32 = 5479;
/// Days from then to 2040.
const DAYS: usize = 20_089;

/// The tables of a reading, by year, term and the items a file carries.
#[derive(Debug, Default)]
pub(crate) struct SharedTables(Mutex<BTreeMap<(AcademicYear, Term, u32), Arc<Tables>>>);

impl CodedColumns<'_> {
    /// What the codes of a row add up to, with [`LOOK`] where one of them breaks a rule.
    pub(crate) fn key(&self, tables: &Tables, levels: &Levels, row: usize) -> u32 {
        self.sen_of(tables, levels, row)
            | tables.nc_year[usize::from(self.nc_year.get(row))]
            | tables.sex[usize::from(self.sex.get(row))]
            | tables.fsm[usize::from(self.fsm.get(row))]
            | tables.ethnicity[usize::from(self.ethnicity.get(row))]
            | tables.language[usize::from(self.language.get(row))]
            | tables.enrolment[usize::from(self.enrolment.get(row))]
    }

    /// The tables of a year and term, as another part of the reading left them or worked out now.
    pub(crate) fn shared_tables_of(
        &self,
        shared: &SharedTables,
        levels: &Levels,
        (year, term): (AcademicYear, Term),
    ) -> Arc<Tables> {
        let carried = Item::ALL
            .into_iter()
            .filter(|item| self.columns.at.contains_key(item))
            .fold(0u32, |all, item| all | 1 << item as u32);
        // Whoever panicked while holding the lock left the map as it was.
        let mut shared = shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tables = shared
            .entry((year, term, carried))
            .or_insert_with(|| Arc::new(self.tables_of(levels, (year, term))));
        Arc::clone(tables)
    }

    /// Works out the tables by running the rules on a record of each code, so that no rule is written twice.
    fn tables_of(&self, levels: &Levels, (year, term): (AcademicYear, Term)) -> Tables {
        let mut blank = Record::empty(year, term);
        // A school and a provision that break no rule; both are judged by their own tables.
        blank.urn = Reading::Of("100000".parse().expect("six digits"));
        let entry = |record: &Record, bits: u32| {
            let is_broken = levels.broken_by(record).next().is_some();
            if is_broken { bits | LOOK } else { bits }
        };
        let needs = self.primary.codes.len() * self.secondary.codes.len();
        let flags = self.unit.codes.len() * self.resourced.codes.len();
        let sen = std::iter::repeat_with(|| AtomicU32::new(UNKNOWN))
            .take(self.provision.codes.len() * needs * flags)
            .collect();
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
        let days = if self.columns.at.contains_key(&Item::DOB) {
            self.nc_year.codes.len() * DAYS
        } else {
            0
        };
        let born = std::iter::repeat_with(|| AtomicU8::new(0)).take(days).collect();
        Tables {
            sen,
            nc_year,
            sex,
            fsm,
            ethnicity,
            language,
            enrolment,
            born,
            blank,
        }
    }

    /// What provision, needs and places of a row add up to, with [`LOOK`] where they break a rule.
    fn sen_of(&self, tables: &Tables, levels: &Levels, row: usize) -> u32 {
        let codes = [
            self.provision.get(row),
            self.primary.get(row),
            self.secondary.get(row),
            self.unit.get(row),
            self.resourced.get(row),
        ];
        let [provision, primary, secondary, unit, resourced] = codes.map(usize::from);
        let (needs, flags) = (self.primary.codes.len(), self.unit.codes.len());
        let place = (provision * needs + primary) * needs + secondary;
        let entry = &tables.sen[(place * flags + unit) * flags + resourced];
        // Whoever works an entry out finds the same: it does not matter who is first.
        match entry.load(Ordering::Relaxed) {
            UNKNOWN => {
                let bits = self.sen_entry(&tables.blank, levels, codes);
                entry.store(bits, Ordering::Relaxed);
                bits
            }
            bits => bits,
        }
    }

    #[cold]
    fn sen_entry(
        &self,
        blank: &Record,
        levels: &Levels,
        [provision, primary, secondary, unit, resourced]: [Code; 5],
    ) -> u32 {
        let mut record = *blank;
        record.provision = self.provision.reading_of(provision);
        let readings = (
            self.primary.reading_of(primary),
            self.secondary.reading_of(secondary),
        );
        record.needs = self.needs(readings.0, readings.1);
        record.unit = self.unit.reading_of(unit);
        record.resourced = self.resourced.reading_of(resourced);
        let key = CellKey::of(&record).0;
        let fields = [key::NC_YEAR, key::SEX, key::FSM, key::ETHNICITY, key::LANGUAGE];
        debug_assert!(fields.iter().all(|field| field.in_key(CellKey(key)) == 0));
        if levels.broken_by(&record).next().is_some() {
            key | LOOK
        } else {
            key
        }
    }

    /// Whether a date of birth breaks no rule in the row's year group; days outside of the table are to be looked at.
    pub(crate) fn is_born_soundly(&self, tables: &Tables, levels: &Levels, row: usize, day: i32) -> bool {
        let Ok(day_of_table) = usize::try_from(i64::from(day) - i64::from(FIRST_DAY)) else {
            return false;
        };
        if day_of_table >= DAYS {
            return false;
        }
        let nc_year = self.nc_year.get(row);
        let entry = &tables.born[usize::from(nc_year) * DAYS + day_of_table];
        match entry.load(Ordering::Relaxed) {
            0 => {
                let is_sound = self.born_entry(&tables.blank, levels, nc_year, day);
                entry.store(1 + u8::from(is_sound), Ordering::Relaxed);
                is_sound
            }
            known => known == 2,
        }
    }

    #[cold]
    fn born_entry(&self, blank: &Record, levels: &Levels, nc_year: Code, day: i32) -> bool {
        let mut record = *blank;
        record.nc_year = self.nc_year.reading_of(nc_year);
        // A year group that is itself wrong sends the row to be looked at anyway.
        let is_wrong = levels.broken_by(&record).next().is_some();
        record.born = Date::from_days(day).map_or(Reading::Unreadable, Reading::Of);
        !is_wrong && levels.broken_by(&record).next().is_none()
    }
}

/// An entry for every code of a column.
fn table<T: Copy + PartialEq>(column: &CodeColumn<T>, entry: impl Fn(Reading<T>) -> u32) -> Vec<u32> {
    (0..column.codes.len())
        .map(|code| entry(column.reading_of(u8::try_from(code).expect("fewer than 256 codes"))))
        .collect()
}
