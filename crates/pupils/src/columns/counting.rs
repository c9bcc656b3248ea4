//! Counts the rows of a batch by their codes; a row that may break a rule is made a record of and looked at in full.

use super::uncoded::{UncodedColumns, UncodedFields};
use crate::{
    coded::{CodeColumn, CodedColumns, LOOK, NOWHERE, SchoolColumn, Tables, texts},
    codes,
    item::Item,
    key::CellKey,
    link::Person,
    mapping::Columns,
    record::{Reading, Record, Term, UpnReading},
    row::{self, NO_YEAR, RowReader},
    tally::{FileCount, Setup, Tally},
};
use arrow::array::{Array, Date32Array, RecordBatch, StringArray};
use senlens_model::{AcademicYear, LaCode, Laestab, Urn};
use std::sync::Arc;

/// The columns of a file and the state of reading them.
pub(crate) struct Counting<'a> {
    setup: &'a Setup<'a>,
    file: u32,
    rows: &'a RowReader,
    columns: &'a Columns,
    /// Mapped values, or a census said row by row: every row is read as text.
    is_plain: bool,
    laestab: SchoolColumn<Laestab>,
    urn: SchoolColumn<Urn>,
    la: SchoolColumn<LaCode>,
    coded: CodedColumns<'a>,
    /// What is joined to the census; empty where the file carries none of it, which costs nothing then.
    marks: Vec<CodeColumn<bool>>,
    years: SchoolColumn<AcademicYear>,
    terms: SchoolColumn<Term>,
    tables: Option<((AcademicYear, Term), Arc<Tables>)>,
}

impl<'a> Counting<'a> {
    pub(crate) fn new(
        setup: &'a Setup<'a>,
        file: u32,
        columns: &'a Columns,
        rows: &'a RowReader,
        has_values: bool,
    ) -> Self {
        let at = |item: Item| columns.at.get(&item).copied();
        let is_split = at(Item::LAEstab).is_none() && at(Item::Estab).is_some();
        Self {
            setup,
            file,
            rows,
            columns,
            is_plain: has_values || is_split,
            laestab: SchoolColumn::at(at(Item::LAEstab)),
            urn: SchoolColumn::at(at(Item::URN)),
            la: SchoolColumn::at(at(Item::LA)),
            coded: CodedColumns::new(columns),
            marks: if Item::MARKS.iter().any(|item| at(*item).is_some()) {
                Item::MARKS
                    .map(|item| CodeColumn::new(columns, item, [false, true], codes::happened))
                    .into()
            } else {
                Vec::new()
            },
            years: SchoolColumn::at(at(Item::AcademicYear)),
            terms: SchoolColumn::at(at(Item::Term)),
            tables: None,
        }
    }

    pub(super) fn batch(&mut self, batch: &RecordBatch, first_row: u32, tally: &mut Tally) {
        let row_number = |row: usize| first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        if self.is_plain {
            let texts: Vec<StringArray> = batch.columns().iter().map(texts).collect();
            for row in 0..batch.num_rows() {
                let field = |column: usize| {
                    let column = &texts[column];
                    if column.is_null(row) {
                        &b""[..]
                    } else {
                        column.value(row).as_bytes().trim_ascii()
                    }
                };
                match self.rows.record(field) {
                    Ok(record) => tally.take(self.setup, self.file, row_number(row), &record),
                    Err(_) => tally.set_aside(self.file, NO_YEAR, 1),
                }
            }
            return;
        }
        let schools = self.setup.schools;
        self.laestab
            .load(batch, row::laestab, |laestab| schools.by_laestab(laestab));
        self.urn.load(batch, row::urn, |urn| schools.by_urn(urn));
        self.la.load(batch, row::la_code, |la| Some(u32::from(la.get())));
        self.years.load(batch, row::academic_year, |_| None);
        self.terms.load(batch, codes::term, |_| None);
        self.coded.load(batch);
        for mark in &mut self.marks {
            mark.load(batch);
        }
        let column = |item: Item| self.columns.at.get(&item).map(|at| batch.column(*at));
        let born_days =
            column(Item::DOB).and_then(|column| column.as_any().downcast_ref::<Date32Array>().cloned());
        let uncoded = UncodedColumns {
            first_row,
            upns: column(Item::UPN).map(texts),
            former: column(Item::FormerUPN).map(texts),
            born_texts: if born_days.is_none() {
                column(Item::DOB).map(texts)
            } else {
                None
            },
            born_days,
        };
        self.rows(batch.num_rows(), &uncoded, tally);
    }

    /// Whether rows must be read as text, each by itself.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Forgets the rows pushed before.
    pub(crate) fn clear(&mut self) {
        self.laestab.clear();
        self.urn.clear();
        self.la.clear();
        self.years.clear();
        self.terms.clear();
        self.coded.clear();
        for mark in &mut self.marks {
            mark.clear();
        }
    }

    /// Adds a row by its fields' trimmed text, to be counted by [`Counting::rows`].
    pub(crate) fn push<'f>(&mut self, field: &impl Fn(usize) -> &'f [u8]) {
        let schools = self.setup.schools;
        self.laestab
            .push(field, row::laestab, |laestab| schools.by_laestab(laestab));
        self.urn.push(field, row::urn, |urn| schools.by_urn(urn));
        self.la.push(field, row::la_code, |la| Some(u32::from(la.get())));
        self.years.push(field, row::academic_year, |_| None);
        self.terms.push(field, codes::term, |_| None);
        self.coded.push(field);
        for mark in &mut self.marks {
            mark.push(field);
        }
    }

    /// Counts the rows loaded or pushed.
    pub(crate) fn rows(&mut self, count: usize, uncoded: &impl UncodedFields, tally: &mut Tally) {
        let mut accepted = FileCount::default();
        for row in 0..count {
            let Some(census) = self.census(row) else {
                tally.set_aside(self.file, NO_YEAR, 1);
                continue;
            };
            if self.tables.as_ref().is_none_or(|(of, _)| *of != census) {
                self.tables = Some((
                    census,
                    self.coded
                        .shared_tables_of(&self.setup.tables, self.setup.levels, census),
                ));
            }
            let (_, tables) = self.tables.as_ref().expect("just set");
            let upn = uncoded.upn(row);
            let key = self.coded.key(tables, self.setup.levels, row);
            let school = self.school(row);
            let is_clean = key & LOOK == 0
                && census.1 == self.setup.term
                && school != NOWHERE
                && self
                    .marks
                    .iter()
                    .all(|mark| mark.reading(row) != Reading::Unreadable)
                && matches!(uncoded.former_upn(row), UpnReading::Absent | UpnReading::Blank)
                && match upn {
                    UpnReading::Absent => true,
                    UpnReading::Shaped(upn) => upn.check_letter_holds() && upn.authority_is_known(),
                    UpnReading::Blank | UpnReading::Malformed => false,
                }
                && match uncoded.born_day(row) {
                    Reading::Absent => true,
                    Reading::Of(day) => self.coded.is_born_soundly(tables, self.setup.levels, row, day),
                    Reading::Blank | Reading::Unreadable => false,
                };
            let number = uncoded.number(row);
            if is_clean {
                accepted.accept(CellKey(key));
                tally.count(self.setup, census.0, school, CellKey(key));
                if !self.marks.is_empty() {
                    let key = CellKey(key);
                    let others = [key.secondary(), None];
                    tally.mark(
                        self.setup,
                        (census.0, school),
                        key.primary(),
                        others.into_iter().flatten(),
                        self.marks_of(row),
                    );
                }
                if let (Some(hash), UpnReading::Shaped(upn)) = (&self.setup.hash, upn) {
                    let person = Person::new(hash.of(&upn), school, CellKey(key), self.file, number);
                    let enrolment = self.coded.enrolment(row).code();
                    tally.link(self.setup, census.0, person.registered(enrolment));
                }
                continue;
            }
            let mut record = self.record(census, row);
            record.upn = upn;
            record.born = uncoded.born(row);
            record.former_upn = uncoded.former_upn(row);
            tally.take(self.setup, self.file, number, &record);
        }
        if accepted.accepted > 0 {
            tally.files.entry(self.file).or_default().add(accepted);
        }
    }

    fn marks_of(&self, row: usize) -> [Reading<bool>; 4] {
        std::array::from_fn(|at| {
            self.marks
                .get(at)
                .map_or(Reading::Absent, |mark| mark.reading(row))
        })
    }

    fn census(&self, row: usize) -> Option<(AcademicYear, Term)> {
        let (year, term) = self.rows.census();
        let year = match self.years.get(row) {
            Some((reading, _)) => reading.code()?,
            None => year,
        };
        let term = match self.terms.get(row) {
            Some((reading, _)) => reading.code()?,
            None => term,
        };
        Some((year, term))
    }

    /// The school of a clean row: nowhere when it must be looked at.
    fn school(&self, row: usize) -> u32 {
        let laestab = self.laestab.get(row);
        if let (Some((Reading::Of(laestab), _)), Some((la, _))) = (laestab, self.la.get(row))
            && la != Reading::Of(laestab.la())
        {
            return NOWHERE;
        }
        match (laestab, self.urn.get(row)) {
            (Some((_, at)), _) if at != NOWHERE => at,
            (_, Some((_, at))) => at,
            _ => NOWHERE,
        }
    }

    /// The record of a row, without what is not coded: pupil numbers and dates.
    fn record(&self, (year, term): (AcademicYear, Term), row: usize) -> Record {
        let mut record = Record::empty(year, term);
        record.laestab = self
            .laestab
            .get(row)
            .map_or(Reading::Absent, |(reading, _)| reading);
        record.urn = self.urn.get(row).map_or(Reading::Absent, |(reading, _)| reading);
        record.authority = self.la.get(row).and_then(|(reading, _)| reading.code());
        self.coded.fill(&mut record, row);
        record.marks = self.marks_of(row);
        record
    }
}
