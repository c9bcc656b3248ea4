//! The columns of a file that hold codes, and what the codes of a row say.

use super::code_column::CodeColumn;
use crate::{
    codes,
    item::Item,
    mapping::Columns,
    record::{Enrolment, Needs, ProvisionCode, RankedNeed, Reading, Record},
};
use arrow::array::RecordBatch;
use senlens_model::{Ethnicity, FreeSchoolMeals, Language, NcYear, Need, Sex};

/// The columns of codes of one file, with the rows at hand.
pub(crate) struct CodedColumns<'a> {
    pub(super) columns: &'a Columns,
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
}

impl<'a> CodedColumns<'a> {
    /// The columns of codes that a file has.
    pub(crate) fn new(columns: &'a Columns) -> Self {
        let needs = || Need::ALL.into_iter().filter(|need| *need != Need::Missing);
        let years = [NcYear::N1, NcYear::N2, NcYear::Reception]
            .into_iter()
            .chain((1..=14).map(NcYear::Year))
            .chain([NcYear::NotFollowed]);
        let registrations = [
            Enrolment::Current,
            Enrolment::Main,
            Enrolment::Subsidiary,
            Enrolment::Guest,
        ];
        Self {
            columns,
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
        }
    }

    /// Takes the rows of a batch.
    pub(crate) fn load(&mut self, batch: &RecordBatch) {
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
    }

    /// Adds a row by its fields' trimmed text.
    pub(crate) fn push<'f>(&mut self, field: &impl Fn(usize) -> &'f [u8]) {
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
    }

    /// Forgets the rows pushed before.
    pub(crate) fn clear(&mut self) {
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
    }

    /// The registration of a row.
    pub(crate) fn enrolment(&self, row: usize) -> Reading<Enrolment> {
        self.enrolment.reading(row)
    }

    /// Writes a row's codes into its record.
    pub(crate) fn fill(&self, record: &mut Record, row: usize) {
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
    }

    /// The needs of a row; none where the file has no column for them.
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
}
