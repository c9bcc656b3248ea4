//! Counts the rows of a batch by their codes; a row that may break a rule is made a record of and looked at in full.

use super::codes::{CodeColumn, NOWHERE, SchoolColumn, texts};
use super::tables::{LOOK, Tables};
use crate::{
    codes,
    date::Date,
    item::Item,
    key::CellKey,
    link::Person,
    mapping::Columns,
    record::{Enrolment, Needs, ProvisionCode, RankedNeed, Reading, Record, Term, UpnReading},
    row::{self, NO_YEAR, RowReader},
    tally::{FileCount, Setup, Tally},
};
use arrow::array::{Array, Date32Array, RecordBatch, StringArray};
use senlens_model::{
    AcademicYear, Ethnicity, FreeSchoolMeals, LaCode, Laestab, Language, NcYear, Need, Sex, Urn,
};
use std::sync::Arc;

/// The columns of a file and the state of reading them.
pub(crate) struct Counting<'a> {
    pub(super) setup: &'a Setup<'a>,
    file: u32,
    rows: &'a RowReader,
    pub(super) columns: &'a Columns,
    /// Mapped values, or a census said row by row: every row is read as text.
    is_plain: bool,
    laestab: SchoolColumn<Laestab>,
    urn: SchoolColumn<Urn>,
    la: SchoolColumn<LaCode>,
    pub(super) provision: CodeColumn<ProvisionCode>,
    pub(super) primary: CodeColumn<Need>,
    pub(super) secondary: CodeColumn<Need>,
    pub(super) unit: CodeColumn<bool>,
    pub(super) resourced: CodeColumn<bool>,
    pub(super) nc_year: CodeColumn<NcYear>,
    pub(super) sex: CodeColumn<Sex>,
    pub(super) fsm: CodeColumn<FreeSchoolMeals>,
    pub(super) ethnicity: CodeColumn<Ethnicity>,
    pub(super) language: CodeColumn<Language>,
    pub(super) enrolment: CodeColumn<Enrolment>,
    /// What is joined to the census; empty where the file carries none of it, which costs nothing then.
    marks: Vec<CodeColumn<bool>>,
    years: SchoolColumn<AcademicYear>,
    terms: SchoolColumn<Term>,
    tables: Option<((AcademicYear, Term), Arc<Tables>)>,
}

/// What a row says that is no code: the pupil's own numbers and dates.
pub(crate) trait Loose {
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

/// The loose items of a batch of Arrow.
struct LooseColumns {
    first_row: u32,
    upns: Option<StringArray>,
    former: Option<StringArray>,
    born_days: Option<Date32Array>,
    born_texts: Option<StringArray>,
}

impl LooseColumns {
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

impl Loose for LooseColumns {
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

impl<'a> Counting<'a> {
    pub(crate) fn new(
        setup: &'a Setup<'a>,
        file: u32,
        columns: &'a Columns,
        rows: &'a RowReader,
        has_values: bool,
    ) -> Self {
        let needs = || Need::ALL.into_iter().filter(|need| *need != Need::Missing);
        let years = [NcYear::N1, NcYear::N2, NcYear::Reception]
            .into_iter()
            .chain((1..=14).map(NcYear::Year))
            .chain([NcYear::NotFollowed]);
        let at = |item: Item| columns.at.get(&item).copied();
        let registrations = [
            Enrolment::Current,
            Enrolment::Main,
            Enrolment::Subsidiary,
            Enrolment::Guest,
        ];
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
            provision: CodeColumn::new(columns, Item::SENprovision, ProvisionCode::ALL, codes::provision),
            primary: CodeColumn::new(columns, Item::PrimarySENtype, needs(), codes::need),
            secondary: CodeColumn::new(columns, Item::SecondarySENtype, needs(), codes::need),
            unit: CodeColumn::new(columns, Item::SENunitIndicator, [false, true], codes::flag),
            resourced: CodeColumn::new(
                columns,
                Item::ResourcedProvisionIndicator,
                [false, true],
                codes::flag,
            ),
            nc_year: CodeColumn::new(columns, Item::NCyearActual, years, codes::nc_year),
            sex: CodeColumn::new(
                columns,
                Item::Sex,
                [Sex::Female, Sex::Male, Sex::Unknown],
                codes::sex,
            ),
            fsm: CodeColumn::new(
                columns,
                Item::FSMeligible,
                [FreeSchoolMeals::Eligible, FreeSchoolMeals::NotEligible],
                codes::free_school_meals,
            ),
            ethnicity: CodeColumn::new(columns, Item::Ethnicity, Ethnicity::ALL, codes::ethnicity),
            language: CodeColumn::new(
                columns,
                Item::Language,
                [Language::English, Language::Other, Language::Unclassified],
                codes::language,
            ),
            enrolment: CodeColumn::new(columns, Item::EnrolStatus, registrations, Enrolment::parse),
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
        self.provision.load(batch);
        self.primary.load(batch);
        self.secondary.load(batch);
        self.unit.load(batch);
        self.resourced.load(batch);
        self.nc_year.load(batch);
        self.sex.load(batch);
        self.fsm.load(batch);
        self.ethnicity.load(batch);
        self.language.load(batch);
        self.enrolment.load(batch);
        for mark in &mut self.marks {
            mark.load(batch);
        }
        let column = |item: Item| self.columns.at.get(&item).map(|at| batch.column(*at));
        let born_days =
            column(Item::DOB).and_then(|column| column.as_any().downcast_ref::<Date32Array>().cloned());
        let loose = LooseColumns {
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
        self.rows(batch.num_rows(), &loose, tally);
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
        self.provision.clear();
        self.primary.clear();
        self.secondary.clear();
        self.unit.clear();
        self.resourced.clear();
        self.nc_year.clear();
        self.sex.clear();
        self.fsm.clear();
        self.ethnicity.clear();
        self.language.clear();
        self.enrolment.clear();
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
        self.provision.push(field);
        self.primary.push(field);
        self.secondary.push(field);
        self.unit.push(field);
        self.resourced.push(field);
        self.nc_year.push(field);
        self.sex.push(field);
        self.fsm.push(field);
        self.ethnicity.push(field);
        self.language.push(field);
        self.enrolment.push(field);
        for mark in &mut self.marks {
            mark.push(field);
        }
    }

    /// Counts the rows loaded or pushed.
    pub(crate) fn rows(&mut self, count: usize, loose: &impl Loose, tally: &mut Tally) {
        let mut accepted = FileCount::default();
        for row in 0..count {
            let Some(census) = self.census(row) else {
                tally.set_aside(self.file, NO_YEAR, 1);
                continue;
            };
            if self.tables.as_ref().is_none_or(|(of, _)| *of != census) {
                self.tables = Some((census, self.shared_tables_of(census)));
            }
            let (_, tables) = self.tables.as_ref().expect("just set");
            let upn = loose.upn(row);
            let key = self.key(tables, row);
            let school = self.school(row);
            let is_clean = key & LOOK == 0
                && census.1 == self.setup.term
                && school != NOWHERE
                && self
                    .marks
                    .iter()
                    .all(|mark| mark.reading(row) != Reading::Unreadable)
                && matches!(loose.former_upn(row), UpnReading::Absent | UpnReading::Blank)
                && match upn {
                    UpnReading::Absent => true,
                    UpnReading::Shaped(upn) => upn.check_letter_holds() && upn.authority_is_known(),
                    UpnReading::Blank | UpnReading::Malformed => false,
                }
                && match loose.born_day(row) {
                    Reading::Absent => true,
                    Reading::Of(day) => self.is_born_soundly(tables, row, day),
                    Reading::Blank | Reading::Unreadable => false,
                };
            let number = loose.number(row);
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
                    let enrolment = self.enrolment.reading(row).code();
                    tally.link(self.setup, census.0, person.registered(enrolment));
                }
                continue;
            }
            let mut record = self.record(census, row);
            record.upn = upn;
            record.born = loose.born(row);
            record.former_upn = loose.former_upn(row);
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

    fn key(&self, tables: &Tables, row: usize) -> u32 {
        self.sen_of(tables, row)
            | tables.nc_year[usize::from(self.nc_year.get(row))]
            | tables.sex[usize::from(self.sex.get(row))]
            | tables.fsm[usize::from(self.fsm.get(row))]
            | tables.ethnicity[usize::from(self.ethnicity.get(row))]
            | tables.language[usize::from(self.language.get(row))]
            | tables.enrolment[usize::from(self.enrolment.get(row))]
    }

    pub(super) fn needs(&self, primary: Reading<Need>, secondary: Reading<Need>) -> Option<Needs> {
        self.primary.at?;
        let mut needs = Needs::none();
        for (rank, need) in [(1, primary), (2, secondary)] {
            if !matches!(need, Reading::Absent | Reading::Blank) {
                let rank = Reading::Of(rank);
                needs.push(RankedNeed { rank, need });
            }
        }
        Some(needs)
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
        record.provision = self.provision.reading(row);
        record.needs = self.needs(self.primary.reading(row), self.secondary.reading(row));
        record.unit = self.unit.reading(row);
        record.resourced = self.resourced.reading(row);
        record.nc_year = self.nc_year.reading(row);
        record.sex = self.sex.reading(row);
        record.fsm = self.fsm.reading(row);
        record.ethnicity = self.ethnicity.reading(row);
        record.language = self.language.reading(row);
        record.enrolment = self.enrolment.reading(row);
        record.marks = self.marks_of(row);
        record
    }
}
