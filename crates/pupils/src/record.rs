//! One pupil in one census, as read: each item a code, blank, or something unreadable, and no text kept.

use crate::{date::Date, upn::Upn};
use senlens_model::{
    AcademicYear, Ethnicity, FreeSchoolMeals, LaCode, Laestab, Language, NcYear, Need, Sex, Urn,
};

pub(crate) use senlens_model::{ProvisionCode, Term};

/// What stood in an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reading<T> {
    /// The file does not carry the item.
    #[default]
    Absent,
    /// The item is there and empty.
    Blank,
    /// Something that is none of the item's codes. It is not kept: a message may not repeat it.
    Unreadable,
    /// A code.
    Of(T),
}

impl<T: Copy> Reading<T> {
    /// Reads trimmed bytes: blank when empty, unreadable where `parse` finds no code.
    pub fn from_bytes(text: &[u8], parse: impl FnOnce(&[u8]) -> Option<T>) -> Self {
        let text = text.trim_ascii();
        if text.is_empty() {
            return Self::Blank;
        }
        match parse(text) {
            Some(code) => Self::Of(code),
            None => Self::Unreadable,
        }
    }

    /// The code, where there is one.
    pub fn code(self) -> Option<T> {
        match self {
            Self::Of(code) => Some(code),
            Self::Absent | Self::Blank | Self::Unreadable => None,
        }
    }
}

/// Whether a school is a pupil's own or a second one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// The pupil's only school (C), or a further education or other registration (F, O).
    Current,
    /// Main of two registrations (M).
    Main,
    /// Subsidiary of two registrations (S): counted at the main school.
    Subsidiary,
    /// A guest (G): counted at the pupil's own school.
    Guest,
}

impl Enrolment {
    /// Reads a code of `EnrolStatus`.
    pub fn parse(text: &[u8]) -> Option<Self> {
        Some(match text {
            b"C" | b"c" | b"F" | b"f" | b"O" | b"o" => Self::Current,
            b"M" | b"m" => Self::Main,
            b"S" | b"s" => Self::Subsidiary,
            b"G" | b"g" => Self::Guest,
            _ => return None,
        })
    }
}

/// One type of need with its rank, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RankedNeed {
    /// The rank; 1 is the primary need.
    pub rank: Reading<u8>,
    /// The type.
    pub need: Reading<Need>,
}

/// The types of need of one pupil, in the order written; more than [`Needs::KEPT`] are counted but not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    kept: [RankedNeed; Self::KEPT],
    count: u8,
}

impl Needs {
    /// How many are kept: census returns seldom carry more than four.
    pub const KEPT: usize = 6;

    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn push(&mut self, need: RankedNeed) {
        if let Some(slot) = self.kept.get_mut(usize::from(self.count)) {
            *slot = need;
            self.count += 1;
        }
    }

    /// Those kept.
    pub fn as_slice(&self) -> &[RankedNeed] {
        &self.kept[..usize::from(self.count)]
    }

    /// The first readable need of a rank.
    pub fn of_rank(&self, rank: u8) -> Option<Need> {
        self.as_slice()
            .iter()
            .find(|need| need.rank == Reading::Of(rank))
            .and_then(|need| need.need.code())
    }

    /// Whether a type stands at any rank.
    pub fn contain(&self, need: Need) -> bool {
        self.as_slice()
            .iter()
            .any(|ranked| ranked.need == Reading::Of(need))
    }
}

/// What stood where the unique pupil number belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UpnReading {
    /// The file does not carry it.
    #[default]
    Absent,
    /// Empty.
    Blank,
    /// Not the shape of one.
    Malformed,
    /// The right shape; the check letter and the authority are for the rules to judge.
    Shaped(Upn),
}

impl UpnReading {
    /// Reads trimmed bytes.
    pub fn from_bytes(text: &[u8]) -> Self {
        let text = text.trim_ascii();
        if text.is_empty() {
            Self::Blank
        } else {
            // A pupil number is upper case by rule; some systems and spreadsheets write it lower.
            let parsed = if text.iter().any(u8::is_ascii_lowercase) {
                Upn::parse(&text.to_ascii_uppercase())
            } else {
                Upn::parse(text)
            };
            parsed.map_or(Self::Malformed, Self::Shaped)
        }
    }
}

/// One pupil in one census.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Year of the census.
    pub year: AcademicYear,
    /// Term of the census.
    pub term: Term,
    /// The authority whose file or column it is, where the file says.
    pub authority: Option<LaCode>,
    /// School, by authority and establishment number.
    pub laestab: Reading<Laestab>,
    /// School, by unique reference number.
    pub urn: Reading<Urn>,
    /// Pupil number.
    pub upn: UpnReading,
    /// Former pupil number.
    pub former_upn: UpnReading,
    /// Date of birth.
    pub born: Reading<Date>,
    /// Sex (`Gender` before 2023).
    pub sex: Reading<Sex>,
    /// Free school meals on census day.
    pub fsm: Reading<FreeSchoolMeals>,
    /// Ethnicity, folded to its main code.
    pub ethnicity: Reading<Ethnicity>,
    /// First language.
    pub language: Reading<Language>,
    /// Year group.
    pub nc_year: Reading<NcYear>,
    /// Registration.
    pub enrolment: Reading<Enrolment>,
    /// Provision.
    pub provision: Reading<ProvisionCode>,
    /// Types of need; none when the file does not carry them.
    pub needs: Option<Needs>,
    /// Member of a SEN unit.
    pub unit: Reading<bool>,
    /// In resourced provision.
    pub resourced: Reading<bool>,
    /// What [`Item::MARKS`](super::Item::MARKS) say, in their order.
    pub marks: [Reading<bool>; 4],
}

impl Record {
    /// A record that carries nothing yet.
    pub fn empty(year: AcademicYear, term: Term) -> Self {
        Self {
            year,
            term,
            authority: None,
            laestab: Reading::Absent,
            urn: Reading::Absent,
            upn: UpnReading::Absent,
            former_upn: UpnReading::Absent,
            born: Reading::Absent,
            sex: Reading::Absent,
            fsm: Reading::Absent,
            ethnicity: Reading::Absent,
            language: Reading::Absent,
            nc_year: Reading::Absent,
            enrolment: Reading::Absent,
            provision: Reading::Absent,
            needs: None,
            unit: Reading::Absent,
            resourced: Reading::Absent,
            marks: [Reading::Absent; 4],
        }
    }

    /// The needs written, an empty list where the file carries none.
    pub fn needs_written(&self) -> &[RankedNeed] {
        self.needs.as_ref().map_or(&[], Needs::as_slice)
    }

    /// Whether SEN support or a plan (or their forerunners) is recorded.
    pub fn has_sen(&self) -> bool {
        self.provision.code().is_some_and(|code| code != ProvisionCode::N)
    }
}

#[cfg(test)]
pub(crate) mod example {
    use super::{Needs, ProvisionCode, RankedNeed, Reading, Record, Term, UpnReading};
    use crate::date::Date;
    use senlens_model::{Ethnicity, FreeSchoolMeals, Language, NcYear, Sex};

    /// A sound record of spring 2023: year 5, no special educational need.
    pub(crate) fn sound() -> Record {
        let mut record = Record::empty("202223".parse().expect("a year"), Term::Spring);
        record.authority = Some("881".parse().expect("Essex"));
        record.laestab = Reading::Of("8812001".parse().expect("a school"));
        record.upn = UpnReading::from_bytes(b"G881200100001");
        record.born = Reading::Of(Date::new(2013, 3, 4).expect("a day"));
        record.sex = Reading::Of(Sex::Female);
        record.fsm = Reading::Of(FreeSchoolMeals::NotEligible);
        record.ethnicity = Reading::Of(Ethnicity::Wbri);
        record.language = Reading::Of(Language::English);
        record.nc_year = Reading::Of(NcYear::Year(5));
        record.provision = Reading::Of(ProvisionCode::N);
        record.needs = Some(Needs::none());
        record
    }

    /// The same pupil with provision and needs by rank.
    pub(crate) fn with_sen(provision: ProvisionCode, needs: &[(u8, &str)]) -> Record {
        let mut record = sound();
        record.provision = Reading::Of(provision);
        let mut list = Needs::none();
        for (rank, code) in needs {
            list.push(RankedNeed {
                rank: Reading::Of(*rank),
                need: Reading::Of(code.parse().expect("a need")),
            });
        }
        record.needs = Some(list);
        record
    }

    /// The same record in another year.
    pub(crate) fn in_year(mut record: Record, year: &str) -> Record {
        record.year = year.parse().expect("a year");
        record
    }
}
