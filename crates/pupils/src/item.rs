//! The items of a pupil extract, and the names they go by.

use super::codes;
use senlens_model::{AcademicYear, Term};
use serde::{Deserialize, Serialize};

/// An item we read from a pupil extract. The names are the school census's; a mapping file uses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Item {
    /// Authority number.
    LA,
    /// Establishment number.
    Estab,
    /// Both.
    LAEstab,
    /// Unique reference number of the school.
    URN,
    /// Academic year.
    AcademicYear,
    /// Term.
    Term,
    /// Unique pupil number.
    UPN,
    /// Former unique pupil number.
    FormerUPN,
    /// Date of birth.
    DOB,
    /// Sex, or gender.
    Sex,
    /// Ethnicity.
    Ethnicity,
    /// Free school meals.
    FSMeligible,
    /// First language.
    Language,
    /// Year group.
    NCyearActual,
    /// Registration.
    EnrolStatus,
    /// Provision.
    SENprovision,
    /// Primary need.
    PrimarySENtype,
    /// Secondary need.
    SecondarySENtype,
    /// SEN unit.
    SENunitIndicator,
    /// Resourced provision.
    ResourcedProvisionIndicator,
    /// Absent for a tenth of sessions or more: yes or no.
    PersistentAbsentee,
    /// Suspended in the year: yes or no, or how many times.
    Suspended,
    /// Met the early years goals of communication and language, or the phonics standard: yes or no.
    LanguageGoals,
    /// Attainment at or above what is expected of the age: yes or no.
    ExpectedStandard,
}

impl Item {
    /// Every item.
    pub const ALL: [Self; 24] = [
        Self::LA,
        Self::Estab,
        Self::LAEstab,
        Self::URN,
        Self::AcademicYear,
        Self::Term,
        Self::UPN,
        Self::FormerUPN,
        Self::DOB,
        Self::Sex,
        Self::Ethnicity,
        Self::FSMeligible,
        Self::Language,
        Self::NCyearActual,
        Self::EnrolStatus,
        Self::SENprovision,
        Self::PrimarySENtype,
        Self::SecondarySENtype,
        Self::SENunitIndicator,
        Self::ResourcedProvisionIndicator,
        Self::PersistentAbsentee,
        Self::Suspended,
        Self::LanguageGoals,
        Self::ExpectedStandard,
    ];

    /// The items that no census carries and that an authority may join to its extract, in the order of
    /// [`Mark::ALL`](senlens_model::Mark::ALL). No published layout that we have seen names them: the names are ours.
    pub const MARKS: [Self; 4] = [
        Self::PersistentAbsentee,
        Self::Suspended,
        Self::LanguageGoals,
        Self::ExpectedStandard,
    ];

    /// The census's name.
    pub fn as_str(self) -> &'static str {
        self.names().0
    }

    /// The census's name; the names of the National Pupil Database and the pupil information service; and what
    /// management information systems call it, which only a suggestion uses. All folded but the first.
    fn names(self) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
        match self {
            Self::LA => (
                "LA",
                &["la", "lea", "lacode", "oldlacode"],
                &["authority", "localauthority", "laname"],
            ),
            Self::Estab => (
                "Estab",
                &["estab"],
                &[
                    "establishment",
                    "establishmentnumber",
                    "dfenumber",
                    "schoolnumber",
                ],
            ),
            Self::LAEstab => (
                "LAEstab",
                &["laestab", "schoollaestab"],
                &[
                    "dfeno",
                    "dfenumber",
                    "dfecode",
                    "dfesnumber",
                    "laestabnumber",
                    "schooldfe",
                ],
            ),
            Self::URN => (
                "URN",
                &["urn", "schoolurn"],
                &["uniquereferencenumber", "schoolreference"],
            ),
            Self::AcademicYear => (
                "AcademicYear",
                &["academicyear", "timeperiod", "acadyear"],
                &["year", "censusyear"],
            ),
            Self::Term => ("Term", &["term", "censusterm"], &["census"]),
            Self::UPN => (
                "UPN",
                &["upn", "uniquepupilnumber"],
                &["pupilupn", "upnnumber", "studentupn"],
            ),
            Self::FormerUPN => ("FormerUPN", &["formerupn"], &["previousupn", "oldupn"]),
            Self::DOB => (
                "DOB",
                &["dob", "dateofbirth", "personbirthdate"],
                &["birthdate", "born", "pupildob", "birthday"],
            ),
            Self::Sex => (
                "Sex",
                &["sex", "gender"],
                &["legalsex", "pupilgender", "pupilsex", "mf"],
            ),
            Self::Ethnicity => (
                "Ethnicity",
                &["ethnicity", "ethnicgroupminor"],
                &["ethnicgroup", "ethniccode", "ethnicorigin", "ethnicitycode"],
            ),
            Self::FSMeligible => (
                "FSMeligible",
                &["fsmeligible"],
                &[
                    "fsm",
                    "freeschoolmeals",
                    "freemeals",
                    "freeschoolmeal",
                    "eligibleforfreemeals",
                    "eligibleforfsm",
                    "fsmstatus",
                ],
            ),
            Self::Language => (
                "Language",
                &["language", "languagegroupminor"],
                &["firstlanguage", "homelanguage", "mothertongue", "languagecode"],
            ),
            Self::NCyearActual => (
                "NCyearActual",
                &["ncyearactual"],
                &[
                    "ncyear",
                    "yeargroup",
                    "year",
                    "curriculumyear",
                    "nationalcurriculumyear",
                    "nationalcurriculumyeargroup",
                    "yearcode",
                ],
            ),
            Self::EnrolStatus => (
                "EnrolStatus",
                &["enrolstatus"],
                &[
                    "enrolmentstatus",
                    "enrolment",
                    "registration",
                    "registrationstatus",
                ],
            ),
            Self::SENprovision => (
                "SENprovision",
                &["senprovision"],
                &[
                    "senstatus",
                    "sencode",
                    "sen",
                    "sencodeofpractice",
                    "senstage",
                    "sendstatus",
                    "provision",
                    "sencurrentstatus",
                ],
            ),
            Self::PrimarySENtype => (
                "PrimarySENtype",
                &["primarysentype", "sentyperank1", "sentype1"],
                &[
                    "primaryneed",
                    "senneed1",
                    "senneed",
                    "sentype",
                    "need1",
                    "mainneed",
                    "senneedstype1",
                    "primarysenneed",
                    "senprimaryneed",
                ],
            ),
            Self::SecondarySENtype => (
                "SecondarySENtype",
                &["secondarysentype", "sentyperank2", "sentype2"],
                &[
                    "secondaryneed",
                    "senneed2",
                    "need2",
                    "senneedstype2",
                    "secondarysenneed",
                    "sensecondaryneed",
                ],
            ),
            Self::SENunitIndicator => (
                "SENunitIndicator",
                &["senunitindicator", "senunit"],
                &["inunit", "senunitmember", "memberofsenunit"],
            ),
            Self::ResourcedProvisionIndicator => (
                "ResourcedProvisionIndicator",
                &["resourcedprovisionindicator", "resourcedprovision"],
                &["rp", "resourced", "inresourcedprovision", "resourceprovision"],
            ),
            Self::PersistentAbsentee => (
                "PersistentAbsentee",
                &["persistentabsentee", "persistentlyabsent"],
                &["persistentabsence", "pa10", "ispersistentabsentee"],
            ),
            Self::Suspended => (
                "Suspended",
                &["suspended", "suspensions"],
                &["suspensioncount", "numberofsuspensions", "fixedtermexclusions"],
            ),
            Self::LanguageGoals => (
                "LanguageGoals",
                &["languagegoals", "metlanguagegoals"],
                &["communicationandlanguage", "phonicsstandard", "metphonics"],
            ),
            Self::ExpectedStandard => (
                "ExpectedStandard",
                &["expectedstandard", "atexpectedstandard"],
                &["metexpectedstandard", "atorabovethexpectedstandard"],
            ),
        }
    }

    /// The item a column's name stands for, with the census its suffix names (`SENprovision_SPR14`).
    pub fn of_column(name: &str) -> Option<(Self, Option<(AcademicYear, Term)>)> {
        let (stem, census) = without_suffix(name.trim());
        let folded = fold(stem);
        Self::ALL
            .into_iter()
            .find(|item| item.names().1.contains(&folded.as_str()))
            .map(|item| (item, census))
    }

    /// How well a column's name, as any system may write it, fits this item: 0 not at all.
    pub(crate) fn likeness(self, name: &str) -> u8 {
        let (stem, _) = without_suffix(name.trim());
        let folded = fold(stem);
        let (_, known, heard) = self.names();
        let contains = |names: &[&str]| {
            names.iter().any(|name| {
                name.len() >= 6 && (folded.contains(name) || (folded.len() >= 6 && name.contains(&folded)))
            })
        };
        if known.contains(&folded.as_str()) {
            4
        } else if heard.contains(&folded.as_str()) {
            3
        } else if contains(known) {
            2
        } else {
            u8::from(contains(heard))
        }
    }
}

/// Letters and digits of a name, in lower case.
fn fold(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Splits `SENprovision_SPR14` into the name and the census.
fn without_suffix(name: &str) -> (&str, Option<(AcademicYear, Term)>) {
    let Some((stem, suffix)) = name.rsplit_once('_') else {
        return (name, None);
    };
    match census_of_suffix(suffix) {
        Some(census) => (stem, Some(census)),
        None => (name, None),
    }
}

/// `SPR14` is the spring of 2013/14, `AUT13` the autumn.
fn census_of_suffix(suffix: &str) -> Option<(AcademicYear, Term)> {
    let (term, year) = (suffix.get(..3)?, suffix.get(3..)?);
    let term = codes::term(term.as_bytes())?;
    if year.len() != 2 {
        return None;
    }
    let year: u16 = year.parse().ok()?;
    let calendar = if year < 90 { 2000 + year } else { 1900 + year };
    let start = if term == Term::Autumn {
        calendar
    } else {
        calendar - 1
    };
    Some((AcademicYear::starting(start).ok()?, term))
}

#[cfg(test)]
mod tests {
    use super::Item;
    use senlens_model::Term;

    #[test]
    fn names_of_the_national_pupil_database() {
        let (item, census) = Item::of_column("SENprovision_SPR14").expect("known");
        let (year, term) = census.expect("a suffix");
        assert_eq!(
            (item, year.to_string().as_str(), term),
            (Item::SENprovision, "201314", Term::Spring)
        );
        let (item, census) = Item::of_column("EthnicGroupMinor_AUT13").expect("known");
        assert_eq!(
            (item, census.expect("a suffix").0.to_string().as_str()),
            (Item::Ethnicity, "201314")
        );
        for (name, item) in [
            ("Gender", Item::Sex),
            ("sen_unit_indicator", Item::SENunitIndicator),
            ("NCyearActual", Item::NCyearActual),
            ("LAESTAB", Item::LAEstab),
        ] {
            assert_eq!(Item::of_column(name), Some((item, None)), "{name}");
        }
        for other in ["Surname", "EthnicGroupMajor_SPR14", "EVERFSM_6", "", "IDACI_S"] {
            assert_eq!(Item::of_column(other), None, "{other}");
        }
    }

    #[test]
    fn every_item_knows_its_own_name() {
        for item in Item::ALL {
            assert_eq!(Item::of_column(item.as_str()), Some((item, None)));
        }
    }
}
