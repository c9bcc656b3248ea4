//! One pupil while the elements of the record are being read.

use super::element::Element;
use crate::{
    codes,
    date::Date,
    record::{Enrolment, Needs, RankedNeed, Reading, Record, Term, UpnReading},
};
use senlens_model::{AcademicYear, FreeSchoolMeals};

/// How many periods of free school meals one pupil may have; of more, the last are read as one.
const MOST_PERIODS: usize = 10;

#[derive(Debug, Clone, Copy, Default)]
struct FsmPeriod {
    start: Reading<Date>,
    end: Reading<Date>,
}

/// A pupil whose elements are being read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pupil {
    pub(super) record: Record,
    pub(super) needs: Needs,
    need: RankedNeed,
    periods: [FsmPeriod; MOST_PERIODS],
    period: usize,
    pub(super) has_wrapped_periods: bool,
}

const NO_NEED: RankedNeed = RankedNeed {
    rank: Reading::Blank,
    need: Reading::Blank,
};

impl Pupil {
    /// One of whom nothing has been read.
    pub(super) fn empty() -> Self {
        // The year and term are set when the record is finished.
        let any_year = AcademicYear::starting(2000).expect("a year between 1990 and 2098");
        let mut record = Record::empty(any_year, Term::Spring);
        record.upn = UpnReading::Blank;
        record.born = Reading::Blank;
        record.sex = Reading::Blank;
        record.ethnicity = Reading::Blank;
        record.language = Reading::Blank;
        record.nc_year = Reading::Blank;
        record.provision = Reading::Blank;
        record.unit = Reading::Blank;
        record.resourced = Reading::Blank;
        record.enrolment = Reading::Blank;
        Self {
            record,
            needs: Needs::none(),
            need: NO_NEED,
            periods: [FsmPeriod::default(); MOST_PERIODS],
            period: 0,
            has_wrapped_periods: false,
        }
    }

    pub(super) fn push_need(&mut self) {
        if self.need != NO_NEED {
            self.needs.push(self.need);
            self.need = NO_NEED;
        }
    }

    pub(super) fn store(&mut self, element: Element, value: &[u8]) {
        let record = &mut self.record;
        match element {
            Element::Upn => record.upn = UpnReading::from_bytes(value),
            Element::FormerUpn => record.former_upn = UpnReading::from_bytes(value),
            Element::Dob => record.born = Reading::from_bytes(value, Date::parse),
            Element::Sex => record.sex = Reading::from_bytes(value, codes::sex),
            Element::Ethnicity => record.ethnicity = Reading::from_bytes(value, codes::ethnicity),
            Element::Language => record.language = Reading::from_bytes(value, codes::language),
            Element::FsmEligible => record.fsm = Reading::from_bytes(value, codes::free_school_meals),
            Element::FsmStart => {
                if !self.has_wrapped_periods {
                    self.begin_period();
                }
                self.periods[self.period.saturating_sub(1)].start = Reading::from_bytes(value, Date::parse);
            }
            Element::FsmEnd => {
                self.periods[self.period.saturating_sub(1)].end = Reading::from_bytes(value, Date::parse);
            }
            Element::Enrolment => record.enrolment = Reading::from_bytes(value, Enrolment::parse),
            Element::NcYear => record.nc_year = Reading::from_bytes(value, codes::nc_year),
            Element::Provision => record.provision = Reading::from_bytes(value, codes::provision),
            Element::Unit => record.unit = Reading::from_bytes(value, codes::flag),
            Element::Resourced => record.resourced = Reading::from_bytes(value, codes::flag),
            Element::NeedRank => {
                if self.need.rank != Reading::Blank {
                    self.push_need();
                }
                self.need.rank = Reading::from_bytes(value, codes::rank);
            }
            Element::NeedType => {
                if self.need.need != Reading::Blank {
                    self.push_need();
                }
                self.need.need = Reading::from_bytes(value, codes::need);
            }
            _ => {}
        }
    }

    pub(super) fn begin_period(&mut self) {
        if self.period < MOST_PERIODS {
            self.period += 1;
        }
        self.periods[self.period - 1] = FsmPeriod::default();
    }

    /// Eligible when a period holds the census day.
    pub(super) fn free_school_meals(&self, census: Date) -> Reading<FreeSchoolMeals> {
        let periods = &self.periods[..self.period];
        let holds = |period: &FsmPeriod| {
            period.start.code().is_some_and(|start| start <= census)
                && period.end.code().is_none_or(|end| end >= census)
        };
        if periods.iter().any(holds) {
            Reading::Of(FreeSchoolMeals::Eligible)
        } else if periods.iter().any(|period| period.start.code().is_none()) {
            Reading::Unreadable
        } else {
            Reading::Of(FreeSchoolMeals::NotEligible)
        }
    }
}
