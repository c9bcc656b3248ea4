//! The columns of a cells file in their order, and the words in them.

use senlens_model::{
    Dimension, Ethnicity, FreeSchoolMeals, Language, NcYear, Need, Phase, Provision, Sex, SourceKind,
};

/// A column of a cells file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Column {
    TimePeriod,
    GeographicLevel,
    AreaCode,
    AreaName,
    Urn,
    Laestab,
    Phase,
    DistrictCode,
    DistrictName,
    LaCode,
    LaName,
    NewLaCode,
    RegionCode,
    RegionName,
    SchoolHosts,
    NcYear,
    Sex,
    Fsm,
    Ethnicity,
    Language,
    SpecialistProvision,
    SenProvision,
    PrimaryNeed,
    SecondaryNeed,
    Pupils,
}

impl Column {
    /// Every column, in order.
    pub(crate) const ALL: [Self; 25] = [
        Self::TimePeriod,
        Self::GeographicLevel,
        Self::AreaCode,
        Self::AreaName,
        Self::Urn,
        Self::Laestab,
        Self::Phase,
        Self::DistrictCode,
        Self::DistrictName,
        Self::LaCode,
        Self::LaName,
        Self::NewLaCode,
        Self::RegionCode,
        Self::RegionName,
        Self::SchoolHosts,
        Self::NcYear,
        Self::Sex,
        Self::Fsm,
        Self::Ethnicity,
        Self::Language,
        Self::SpecialistProvision,
        Self::SenProvision,
        Self::PrimaryNeed,
        Self::SecondaryNeed,
        Self::Pupils,
    ];

    /// Its name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::TimePeriod => "time_period",
            Self::GeographicLevel => "geographic_level",
            Self::AreaCode => "area_code",
            Self::AreaName => "area_name",
            Self::Urn => "urn",
            Self::Laestab => "laestab",
            Self::Phase => "phase",
            Self::DistrictCode => "district_code",
            Self::DistrictName => "district_name",
            Self::LaCode => "la_code",
            Self::LaName => "la_name",
            Self::NewLaCode => "new_la_code",
            Self::RegionCode => "region_code",
            Self::RegionName => "region_name",
            Self::SchoolHosts => "school_hosts",
            Self::NcYear => "nc_year",
            Self::Sex => "sex",
            Self::Fsm => "fsm",
            Self::Ethnicity => "ethnicity",
            Self::Language => "language",
            Self::SpecialistProvision => "specialist_provision",
            Self::SenProvision => "sen_provision",
            Self::PrimaryNeed => "primary_need",
            Self::SecondaryNeed => "secondary_need",
            Self::Pupils => "pupils",
        }
    }

    /// The dimension whose column it is: it stands only where the cells carry that.
    pub(crate) fn dimension(self) -> Option<Dimension> {
        Some(match self {
            Self::Phase => Dimension::Phase,
            Self::DistrictCode | Self::DistrictName => Dimension::District,
            Self::NcYear => Dimension::NcYear,
            Self::Sex => Dimension::Sex,
            Self::Fsm => Dimension::FreeSchoolMeals,
            Self::Ethnicity => Dimension::Ethnicity,
            Self::Language => Dimension::Language,
            Self::SpecialistProvision => Dimension::SpecialistPlace,
            Self::PrimaryNeed => Dimension::PrimaryNeed,
            Self::SecondaryNeed => Dimension::SecondaryNeed,
            _ => return None,
        })
    }
}

/// Every dimension, with its name in the file's own notes.
pub(crate) const DIMENSIONS: [(Dimension, &str); 12] = [
    (Dimension::Roll, "roll"),
    (Dimension::Phase, "phase"),
    (Dimension::Provision, "provision"),
    (Dimension::PrimaryNeed, "primary_need"),
    (Dimension::SecondaryNeed, "secondary_need"),
    (Dimension::NcYear, "nc_year"),
    (Dimension::Sex, "sex"),
    (Dimension::FreeSchoolMeals, "fsm"),
    (Dimension::Ethnicity, "ethnicity"),
    (Dimension::Language, "language"),
    (Dimension::District, "district"),
    (Dimension::SpecialistPlace, "specialist_provision"),
];

/// Every kind of source, with its name in the file's own notes.
pub(crate) const KINDS: [(SourceKind, &str); 3] = [
    (SourceKind::Published, "published"),
    (SourceKind::Pupils, "pupils"),
    (SourceKind::Invented, "invented"),
];

/// Values of a dimension with their words: one list for writing, reading and the query.
pub(crate) type Words<T> = [(T, &'static str)];

/// Provisions.
pub(crate) const PROVISIONS: [(Provision, &str); 5] = [
    (Provision::NoSen, "No SEN"),
    (Provision::SenSupport, "SEN support"),
    (Provision::Plan, "Education, health and care plan"),
    (Provision::Total, "Total"),
    (Provision::NotStated, "Not stated"),
];

/// Sexes.
pub(crate) const SEXES: [(Sex, &str); 3] = [
    (Sex::Female, "Female"),
    (Sex::Male, "Male"),
    (Sex::Unknown, "Unknown"),
];

/// Free school meals.
pub(crate) const MEALS: [(FreeSchoolMeals, &str); 3] = [
    (FreeSchoolMeals::Eligible, "Eligible"),
    (FreeSchoolMeals::NotEligible, "Not eligible"),
    (FreeSchoolMeals::Unknown, "Unknown"),
];

/// First languages.
pub(crate) const LANGUAGES: [(Language, &str); 3] = [
    (Language::English, "English"),
    (Language::Other, "Other than English"),
    (Language::Unclassified, "Unclassified"),
];

/// Flags.
pub(crate) const FLAGS: [(bool, &str); 2] = [(false, "false"), (true, "true")];

/// Year groups.
pub(crate) const NC_YEARS: [(NcYear, &str); 18] = [
    (NcYear::N1, "N1"),
    (NcYear::N2, "N2"),
    (NcYear::Reception, "R"),
    (NcYear::Year(1), "1"),
    (NcYear::Year(2), "2"),
    (NcYear::Year(3), "3"),
    (NcYear::Year(4), "4"),
    (NcYear::Year(5), "5"),
    (NcYear::Year(6), "6"),
    (NcYear::Year(7), "7"),
    (NcYear::Year(8), "8"),
    (NcYear::Year(9), "9"),
    (NcYear::Year(10), "10"),
    (NcYear::Year(11), "11"),
    (NcYear::Year(12), "12"),
    (NcYear::Year(13), "13"),
    (NcYear::Year(14), "14"),
    (NcYear::NotFollowed, "X"),
];

/// Phases.
pub(crate) fn phases() -> [(Phase, &'static str); 7] {
    Phase::ALL.map(|phase| (phase, phase.as_str()))
}

/// Needs.
pub(crate) fn needs() -> [(Need, &'static str); 16] {
    Need::ALL.map(|need| (need, need.as_str()))
}

/// Ethnic groups.
pub(crate) fn ethnicities() -> [(Ethnicity, &'static str); 20] {
    Ethnicity::ALL.map(|group| (group, group.as_str()))
}
