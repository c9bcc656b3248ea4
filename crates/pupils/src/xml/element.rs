//! The elements of a return that we know, by name wherever they stand.

/// The elements we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Other,
    Header,
    School,
    Term,
    Year,
    ReferenceDate,
    Lea,
    Estab,
    Pupil,
    PastPupil,
    Upn,
    FormerUpn,
    Dob,
    Sex,
    Ethnicity,
    Language,
    FsmEligible,
    FsmPeriod,
    FsmStart,
    FsmEnd,
    Enrolment,
    NcYear,
    Provision,
    Unit,
    Resourced,
    Need,
    NeedRank,
    NeedType,
}

impl Element {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "UPN" => Self::Upn,
            "FormerUPN" => Self::FormerUpn,
            "DOB" => Self::Dob,
            "Sex" | "Gender" => Self::Sex,
            "Ethnicity" => Self::Ethnicity,
            "Language" => Self::Language,
            "FSMeligible" => Self::FsmEligible,
            "FSMperiod" => Self::FsmPeriod,
            "FSMstartDate" => Self::FsmStart,
            "FSMendDate" => Self::FsmEnd,
            "EnrolStatus" => Self::Enrolment,
            "NCyearActual" => Self::NcYear,
            "SENprovision" => Self::Provision,
            "SENunitIndicator" => Self::Unit,
            "ResourcedProvisionIndicator" => Self::Resourced,
            "SENneed" => Self::Need,
            "SENtypeRank" => Self::NeedRank,
            "SENtype" => Self::NeedType,
            "PupilOnRoll" => Self::Pupil,
            "PupilNoLongerOnRoll" => Self::PastPupil,
            "Header" => Self::Header,
            "School" => Self::School,
            "Term" => Self::Term,
            "Year" => Self::Year,
            "ReferenceDate" => Self::ReferenceDate,
            "LEA" => Self::Lea,
            "Estab" => Self::Estab,
            _ => Self::Other,
        }
    }

    /// Whether its text is a value we keep until its end.
    pub(super) fn has_value(self) -> bool {
        !matches!(
            self,
            Self::Other
                | Self::Header
                | Self::School
                | Self::Pupil
                | Self::PastPupil
                | Self::FsmPeriod
                | Self::Need
        )
    }
}
