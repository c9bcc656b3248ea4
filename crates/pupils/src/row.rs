//! Makes a record of one row of text fields: the part that CSV shares with odd columns of other layouts.

use super::{
    codes,
    date::Date,
    item::Item,
    mapping::{Columns, Mapping},
    record::{Enrolment, Needs, RankedNeed, Reading, Record, Term, UpnReading},
};
use senlens_files::Problem;
use senlens_model::{AcademicYear, LaCode, Laestab, Urn};
use std::collections::BTreeMap;

/// How a file's rows become records.
#[derive(Debug, Clone)]
pub(crate) struct RowReader {
    /// Where each item stands, by its place in [`Item::ALL`]: looked at for every row, so not a map.
    at: [Option<usize>; Item::ALL.len()],
    values: Option<Values>,
    year: AcademicYear,
    term: Term,
    has_needs: bool,
}

/// For an item, their value and the census's code.
type Values = BTreeMap<Item, BTreeMap<Vec<u8>, Vec<u8>>>;

/// A row whose year cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoYear;

/// The reason of the account for it.
pub(crate) const NO_YEAR: &str = "the academic year or term of the row is not one";

impl RowReader {
    /// # Errors
    /// When neither a column, nor a name, nor the user says the year.
    pub(crate) fn new(
        name: &str,
        columns: &Columns,
        mapping: Option<&Mapping>,
        year: Option<AcademicYear>,
        term: Term,
    ) -> Result<Self, Problem> {
        let named = columns.census.map(|(year, _)| year).or(year);
        let has_year = columns.at.contains_key(&Item::AcademicYear);
        let Some(year) = named.or(has_year.then(any_year)) else {
            return Err(
                Problem::of_file(name, "nothing says which year these pupils are of")
                    .remedy("give the year of the census with --year 202223, or an AcademicYear column"),
            );
        };
        let bytes = |text: &String| text.trim().as_bytes().to_vec();
        let pairs = |values: &BTreeMap<String, String>| {
            values
                .iter()
                .map(|(theirs, ours)| (bytes(theirs), bytes(ours)))
                .collect()
        };
        let values = mapping
            .filter(|mapping| !mapping.values.is_empty())
            .map(|mapping| {
                let items = mapping.values.iter();
                items.map(|(item, values)| (*item, pairs(values))).collect()
            });
        Ok(Self {
            at: places(columns),
            values,
            year,
            term: columns.census.map_or(term, |(_, term)| term),
            has_needs: columns.at.contains_key(&Item::PrimarySENtype),
        })
    }

    /// The same, with a blank provision read as none.
    pub(crate) fn with_blank_provision_as_none(mut self) -> Self {
        self.values
            .get_or_insert_default()
            .entry(Item::SENprovision)
            .or_default()
            .insert(Vec::new(), b"N".to_vec());
        self
    }

    /// The same for columns that stand elsewhere.
    pub(crate) fn on(&self, columns: &Columns) -> Self {
        Self {
            at: places(columns),
            ..self.clone()
        }
    }

    /// The census of rows that do not say it themselves.
    pub(crate) fn census(&self) -> (AcademicYear, Term) {
        (self.year, self.term)
    }

    /// Makes the record of a row; `field` gives the trimmed text of a column.
    pub(crate) fn record<'f>(&'f self, field: impl Fn(usize) -> &'f [u8]) -> Result<Record, NoYear> {
        let text = |item: Item| -> Option<&'f [u8]> {
            let text = field(self.at[item as usize]?);
            let Some(values) = &self.values else {
                return Some(text);
            };
            let mapped = values.get(&item).and_then(|values| values.get(text));
            Some(mapped.map_or(text, Vec::as_slice))
        };
        let year = match text(Item::AcademicYear) {
            Some(text) => academic_year(text).ok_or(NoYear)?,
            None => self.year,
        };
        let term = match text(Item::Term) {
            Some(text) => codes::term(text).ok_or(NoYear)?,
            None => self.term,
        };
        let mut record = Record::empty(year, term);
        let la = read(text(Item::LA), la_code);
        record.authority = la.code();
        record.laestab = match text(Item::LAEstab) {
            Some(text) => Reading::from_bytes(text, laestab),
            None => match (la, read(text(Item::Estab), estab)) {
                (Reading::Of(la), Reading::Of(estab)) => {
                    Laestab::new(la, estab).map_or(Reading::Unreadable, Reading::Of)
                }
                (_, Reading::Absent) => Reading::Absent,
                (Reading::Blank, _) | (_, Reading::Blank) => Reading::Blank,
                _ => Reading::Unreadable,
            },
        };
        record.urn = read(text(Item::URN), urn);
        record.upn = text(Item::UPN).map_or(UpnReading::Absent, UpnReading::from_bytes);
        record.former_upn = text(Item::FormerUPN).map_or(UpnReading::Absent, UpnReading::from_bytes);
        record.born = read(text(Item::DOB), Date::parse);
        record.sex = read(text(Item::Sex), codes::sex);
        record.fsm = read(text(Item::FSMeligible), codes::free_school_meals);
        record.ethnicity = read(text(Item::Ethnicity), codes::ethnicity);
        record.language = read(text(Item::Language), codes::language);
        record.nc_year = read(text(Item::NCyearActual), codes::nc_year);
        record.enrolment = read(text(Item::EnrolStatus), Enrolment::parse);
        record.provision = read(text(Item::SENprovision), codes::provision);
        record.unit = read(text(Item::SENunitIndicator), codes::flag);
        record.resourced = read(text(Item::ResourcedProvisionIndicator), codes::flag);
        record.marks = Item::MARKS.map(|item| read(text(item), codes::happened));
        if self.has_needs {
            let mut needs = Needs::none();
            for (rank, item) in [(1, Item::PrimarySENtype), (2, Item::SecondarySENtype)] {
                let need = read(text(item), codes::need);
                if !matches!(need, Reading::Absent | Reading::Blank) {
                    let rank = Reading::Of(rank);
                    needs.push(RankedNeed { rank, need });
                }
            }
            record.needs = Some(needs);
        }
        Ok(record)
    }
}

fn read<T: Copy>(text: Option<&[u8]>, parse: impl FnOnce(&[u8]) -> Option<T>) -> Reading<T> {
    text.map_or(Reading::Absent, |text| Reading::from_bytes(text, parse))
}

fn places(columns: &Columns) -> [Option<usize>; Item::ALL.len()] {
    Item::ALL.map(|item| columns.at.get(&item).copied())
}

fn any_year() -> AcademicYear {
    AcademicYear::starting(2000).expect("a year between 1990 and 2098")
}

/// Reads `202223` and its like without allocating where it is six digits.
pub(crate) fn academic_year(text: &[u8]) -> Option<AcademicYear> {
    let text = codes::whole(text);
    if text.len() == 6 && text.iter().all(u8::is_ascii_digit) {
        let number = text.iter().fold(0u32, |sum, b| sum * 10 + u32::from(b - b'0'));
        let (start, end) = (number / 100, number % 100);
        let start = u16::try_from(start).ok()?;
        return AcademicYear::starting(start)
            .ok()
            .filter(|_| u32::from((start + 1) % 100) == end);
    }
    parsed(text)
}

pub(crate) fn la_code(text: &[u8]) -> Option<LaCode> {
    parsed(codes::whole(text))
}

pub(crate) fn estab(text: &[u8]) -> Option<u16> {
    let text = codes::whole(text);
    if text.len() > 4 {
        return None;
    }
    text.iter().try_fold(0u16, |sum, b| {
        b.is_ascii_digit().then(|| sum * 10 + u16::from(b - b'0'))
    })
}

pub(crate) fn laestab(text: &[u8]) -> Option<Laestab> {
    // Seven digits, as nearly always: read without a copy.
    if let (7, Some((la, number))) = (text.len(), text.split_at_checked(3))
        && let (Some(la), Some(number)) = (la_code(la), estab(number))
        && la.get() >= 100
    {
        return Laestab::new(la, number).ok();
    }
    parsed(codes::whole(text))
}

/// Reads a unique reference number.
pub(crate) fn urn(text: &[u8]) -> Option<Urn> {
    parsed(codes::whole(text))
}

pub(crate) fn parsed<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text).ok()?.parse().ok()
}
