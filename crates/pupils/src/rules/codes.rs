//! Codes that are not on their list: one line a rule.
//!
//! Year group, sex and provision must be there; any other code may be blank. An item that the file has no column for
//! breaks no rule.

use super::rule::{Level, Rule, Scope};
use crate::record::{Reading, Record};

const fn code(
    id: &'static str,
    column: &'static str,
    sentence: &'static str,
    remedy: &'static str,
    check: fn(&Record) -> bool,
) -> Rule {
    Rule {
        id,
        level: Level::Note,
        column,
        sentence,
        remedy,
        scope: Scope::Record(check),
    }
}

pub(super) const NC_YEAR: Rule = code(
    "nc_year_code",
    "NCyearActual",
    "the year group is missing or is not N1, N2, R, 1 to 14, X or M",
    "enter the year group the pupil is taught in",
    |record| matches!(record.nc_year, Reading::Blank | Reading::Unreadable),
);

pub(super) const SEX: Rule = code(
    "sex_code",
    "Sex",
    "the sex is missing or is not `M` or `F`",
    "enter the sex from the admission form",
    |record| matches!(record.sex, Reading::Blank | Reading::Unreadable),
);

pub(super) const FSM: Rule = code(
    "fsm_code",
    "FSMeligible",
    "the eligibility for free school meals is neither yes nor no, or a period has no date",
    "correct the eligibility or its start date",
    |record| record.fsm == Reading::Unreadable,
);

pub(super) const ETHNICITY: Rule = code(
    "ethnicity_code",
    "Ethnicity",
    "the ethnicity is not one of the census's codes",
    "enter a code of the list, `NOBT` if not yet obtained or `REFU` if refused",
    |record| record.ethnicity == Reading::Unreadable,
);

pub(super) const LANGUAGE: Rule = code(
    "language_code",
    "Language",
    "the first language is not a code",
    "enter a code of the list, such as `ENG`",
    |record| record.language == Reading::Unreadable,
);

pub(super) const ENROLMENT: Rule = code(
    "enrolment_code",
    "EnrolStatus",
    "the registration is not C, M, S, G, F or O",
    "enter C for the pupil's only school, M and S for the main and the subsidiary",
    |record| record.enrolment == Reading::Unreadable,
);

/// The pupil stays on roll, with the provision not stated.
pub(super) const PROVISION: Rule = code(
    "provision_code",
    "SENprovision",
    "the provision is missing or is not N, K or E",
    "enter N, K or E from the school's SEN register",
    |record| matches!(record.provision, Reading::Blank | Reading::Unreadable),
);

/// The pupil counts as one with no type recorded.
pub(super) const NEED: Rule = code(
    "need_code",
    "SENtype",
    "a type of need is not one of the census's codes",
    "enter a code of the list",
    |record| {
        record
            .needs_written()
            .iter()
            .any(|ranked| ranked.need == Reading::Unreadable)
    },
);

pub(super) const NEED_RANK: Rule = code(
    "need_rank_code",
    "SENtypeRank",
    "the rank of a type of need is missing or is not a number from 1",
    "rank the types from 1 (primary) on",
    |record| {
        record
            .needs_written()
            .iter()
            .any(|ranked| !matches!(ranked.rank, Reading::Of(_)))
    },
);

pub(super) const UNIT: Rule = code(
    "unit_code",
    "SENunitIndicator",
    "the flag of SEN unit or resourced provision is neither yes nor no",
    "enter 1 or 0",
    |record| record.unit == Reading::Unreadable || record.resourced == Reading::Unreadable,
);

pub(super) const ATTENDANCE: Rule = code(
    "attendance_code",
    "PersistentAbsentee",
    "the item of persistent absence or of suspension is neither yes nor no",
    "enter 1 or 0; of suspensions, how many",
    |record| record.marks[..2].contains(&Reading::Unreadable),
);

pub(super) const ATTAINMENT: Rule = code(
    "attainment_code",
    "ExpectedStandard",
    "the item of language goals or of the expected standard is neither yes nor no",
    "enter 1 or 0",
    |record| record.marks[2..].contains(&Reading::Unreadable),
);

#[cfg(test)]
mod tests {
    use super::{
        ATTAINMENT, ATTENDANCE, ENROLMENT, ETHNICITY, FSM, LANGUAGE, NC_YEAR, NEED, NEED_RANK, PROVISION,
        SEX, UNIT,
    };
    use crate::record::{
        Needs,
        ProvisionCode::K,
        RankedNeed, Reading,
        Reading::{Absent, Blank, Of, Unreadable},
        Record,
        example::{sound, with_sen},
    };
    use senlens_model::Need;

    /// Whether a rule is broken by a record in which `set` has put an item that is unreadable, blank or absent.
    fn broken_by<T>(rule: super::Rule, set: impl Fn(&mut Record, Reading<T>)) -> [bool; 3] {
        [Unreadable, Blank, Absent].map(|reading| {
            let mut record = sound();
            set(&mut record, reading);
            rule.is_broken_by(&record)
        })
    }

    #[test]
    fn items_that_must_be_there_may_not_be_blank() {
        let broken = [true, true, false];
        assert_eq!(broken_by(NC_YEAR, |record, to| record.nc_year = to), broken);
        assert_eq!(broken_by(SEX, |record, to| record.sex = to), broken);
        assert_eq!(broken_by(PROVISION, |record, to| record.provision = to), broken);
    }

    #[test]
    fn other_items_may_be_blank() {
        let broken = [true, false, false];
        assert_eq!(broken_by(FSM, |record, to| record.fsm = to), broken);
        assert_eq!(broken_by(ETHNICITY, |record, to| record.ethnicity = to), broken);
        assert_eq!(broken_by(LANGUAGE, |record, to| record.language = to), broken);
        assert_eq!(broken_by(ENROLMENT, |record, to| record.enrolment = to), broken);
        assert_eq!(broken_by(UNIT, |record, to| record.unit = to), broken);
        assert_eq!(broken_by(UNIT, |record, to| record.resourced = to), broken);
    }

    #[test]
    fn marks_belong_to_attendance_or_to_attainment() {
        let none = [false; 3];
        let broken = [true, false, false];
        for (mark, attendance, attainment) in [
            (0, broken, none),
            (1, broken, none),
            (2, none, broken),
            (3, none, broken),
        ] {
            assert_eq!(
                broken_by(ATTENDANCE, |record, to| record.marks[mark] = to),
                attendance,
                "{mark}"
            );
            assert_eq!(
                broken_by(ATTAINMENT, |record, to| record.marks[mark] = to),
                attainment,
                "{mark}"
            );
        }
        let mut record = sound();
        record.marks = [Of(true); 4];
        assert!(!ATTENDANCE.is_broken_by(&record) && !ATTAINMENT.is_broken_by(&record));
    }

    #[test]
    fn a_type_of_need_and_its_rank_must_be_readable() {
        for (rank, need, is_need_broken, is_rank_broken) in [
            (Of(1), Unreadable, true, false),
            (Of(1), Of(Need::Mld), false, false),
            (Unreadable, Of(Need::Mld), false, true),
            (Blank, Of(Need::Mld), false, true),
            (Absent, Of(Need::Mld), false, true),
        ] {
            let mut needs = Needs::none();
            needs.push(RankedNeed { rank, need });
            let record = Record {
                needs: Some(needs),
                ..with_sen(K, &[])
            };
            assert_eq!(NEED.is_broken_by(&record), is_need_broken, "{rank:?} {need:?}");
            assert_eq!(
                NEED_RANK.is_broken_by(&record),
                is_rank_broken,
                "{rank:?} {need:?}"
            );
        }
        let record = with_sen(K, &[(1, "MLD"), (2, "SLCN")]);
        assert!(!NEED.is_broken_by(&record) && !NEED_RANK.is_broken_by(&record));
    }

    #[test]
    fn a_sound_record_breaks_no_rule_of_codes() {
        for rule in [
            NC_YEAR, SEX, FSM, ETHNICITY, LANGUAGE, ENROLMENT, PROVISION, NEED, NEED_RANK, UNIT, ATTENDANCE,
            ATTAINMENT,
        ] {
            assert!(!rule.is_broken_by(&sound()), "{}", rule.id);
        }
    }
}
