//! What pupils of a row have in common: sex, free school meals, ethnicity, language, year group, as tables label them.

use senlens_model::{Ethnicity, FreeSchoolMeals, Language, NcYear, Sex, fold};

/// A column that splits pupils by something cells can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Characteristic {
    Sex,
    FreeSchoolMeals,
    Ethnicity,
    Language,
    NcYear,
}

/// One value of such a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Sex(Sex),
    FreeSchoolMeals(FreeSchoolMeals),
    Ethnicity(Ethnicity),
    Language(Language),
    NcYear(NcYear),
}

impl Characteristic {
    /// By the letters of a column's name.
    pub(super) fn of_column(key: &str) -> Option<Self> {
        Some(match key {
            "sex" | "gender" | "pupil_sex" | "pupil_gender" => Self::Sex,
            "fsm" | "fsm_status" | "fsm_eligibility" | "free_school_meals" | "free_school_meal_status" => {
                Self::FreeSchoolMeals
            }
            "ethnicity" | "ethnicity_minor" | "ethnic_group" | "ethnicity_detailed" => Self::Ethnicity,
            "language" | "first_language" => Self::Language,
            "nc_year" | "nc_year_group" | "year_group" | "national_curriculum_year" => Self::NcYear,
            _ => return None,
        })
    }

    /// What a label of the column means; none for totals and for labels coarser than cells carry.
    pub(super) fn value(self, label: &str) -> Option<Value> {
        let folded = fold(label);
        Some(match self {
            Self::Sex => Value::Sex(match folded.as_str() {
                "male" | "boy" | "m" => Sex::Male,
                "female" | "girl" | "f" => Sex::Female,
                "unknown" | "not known" | "unclassified" => Sex::Unknown,
                _ => return None,
            }),
            Self::FreeSchoolMeals => Value::FreeSchoolMeals(free_school_meals(&folded)?),
            Self::Ethnicity => Value::Ethnicity(ethnicity(label)?),
            Self::Language => Value::Language(match folded.as_str() {
                "english" | "known or believed to be english" => Language::English,
                "other than english" | "other" | "known or believed to be other than english" => {
                    Language::Other
                }
                "unclassified" | "unknown" | "language unclassified" => Language::Unclassified,
                _ => return None,
            }),
            Self::NcYear => Value::NcYear(nc_year(&folded)?),
        })
    }
}

fn free_school_meals(folded: &str) -> Option<FreeSchoolMeals> {
    Some(match folded {
        "eligible"
        | "fsm"
        | "fsm eligible"
        | "eligible for fsm"
        | "eligible for free school meal"
        | "free school meal"
        | "known to be eligible for free school meal"
        | "yes" => FreeSchoolMeals::Eligible,
        "not eligible"
        | "non fsm"
        | "not fsm"
        | "not fsm eligible"
        | "fsm not eligible"
        | "not eligible for fsm"
        | "not eligible for free school meal"
        | "not known to be eligible for free school meal"
        | "not known to be eligible"
        | "not known to be fsm eligible"
        | "all other pupil"
        | "no" => FreeSchoolMeals::NotEligible,
        "unknown" | "unclassified" | "fsm unknown" | "fsm unclassified" => FreeSchoolMeals::Unknown,
        _ => return None,
    })
}

/// The Department writes `Mixed - White and Asian`; the group after the dash decides, with its major group where two
/// would read alike.
fn ethnicity(label: &str) -> Option<Ethnicity> {
    let own = fold(label.rsplit_once(" - ").map_or(label, |(_, own)| own));
    Ethnicity::ALL
        .into_iter()
        .find(|group| fold(group.in_words()) == own || group.as_str().eq_ignore_ascii_case(label))
        .or_else(|| {
            Some(match own.as_str() {
                "irish" => Ethnicity::Wiri,
                "traveller of irish heritage" | "irish traveller" => Ethnicity::Wirt,
                "gypsy roma" | "gypsy or roma" => Ethnicity::Wrom,
                "any other black background" | "any other black african caribbean background" => {
                    Ethnicity::Both
                }
                "african" => Ethnicity::Bafr,
                "caribbean" => Ethnicity::Bcrb,
                "unclassified" | "unknown" => Ethnicity::Nobt,
                _ => return None,
            })
        })
}

fn nc_year(folded: &str) -> Option<NcYear> {
    Some(match folded {
        "early year" | "early_years" | "nursery" | "nc early year" => NcYear::N1,
        "reception" | "nc reception" => NcYear::Reception,
        "not followed"
        | "national curriculum not followed"
        | "nc not followed"
        | "year group not followed"
        | "national curriculum year not followed" => NcYear::NotFollowed,
        other => {
            let number = other.strip_prefix("nc ").unwrap_or(other);
            number.strip_prefix("year ").unwrap_or(number).parse().ok()?
        }
    })
}

/// A column of counts of one year group (`nc_year_7`, `nc_year_7_pupil_count`, `nc_reception`), by its letters.
pub(super) fn nc_year_column(key: &str) -> Option<NcYear> {
    let rest = key.strip_prefix("nc_")?;
    let group = ["_pupil_count", "_number_of_pupils", "_count"]
        .iter()
        .find_map(|suffix| rest.strip_suffix(suffix))
        .unwrap_or(rest);
    match group {
        "early_years" => Some(NcYear::N1),
        "reception" => Some(NcYear::Reception),
        "not_followed" => Some(NcYear::NotFollowed),
        year => match year.strip_prefix("year_")?.parse().ok()? {
            number @ 1..=14 => Some(NcYear::Year(number)),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Characteristic, Value, nc_year_column};
    use senlens_model::{Ethnicity, FreeSchoolMeals, Language, NcYear, Sex};

    #[test]
    fn labels_of_characteristics() {
        for (of, label, value) in [
            (Characteristic::Sex, "Girls", Some(Value::Sex(Sex::Female))),
            (Characteristic::Sex, "Total", None),
            (
                Characteristic::FreeSchoolMeals,
                "All other pupils",
                Some(Value::FreeSchoolMeals(FreeSchoolMeals::NotEligible)),
            ),
            (
                Characteristic::Ethnicity,
                "Mixed - White and Asian",
                Some(Value::Ethnicity(Ethnicity::Mwas)),
            ),
            (
                Characteristic::Ethnicity,
                "White - Gypsy/Roma",
                Some(Value::Ethnicity(Ethnicity::Wrom)),
            ),
            (
                Characteristic::Ethnicity,
                "Unclassified",
                Some(Value::Ethnicity(Ethnicity::Nobt)),
            ),
            (Characteristic::Ethnicity, "Asian or Asian British", None),
            (
                Characteristic::Language,
                "Other than English",
                Some(Value::Language(Language::Other)),
            ),
            (
                Characteristic::NcYear,
                "Year 7",
                Some(Value::NcYear(NcYear::Year(7))),
            ),
            (
                Characteristic::NcYear,
                "Reception",
                Some(Value::NcYear(NcYear::Reception)),
            ),
            (Characteristic::NcYear, "Year 15", None),
        ] {
            assert_eq!(of.value(label), value, "{label}");
        }
    }

    #[test]
    fn columns_of_year_groups() {
        for (key, year) in [
            ("nc_year_1", Some(NcYear::Year(1))),
            ("nc_year_14_pupil_count", Some(NcYear::Year(14))),
            ("nc_early_years", Some(NcYear::N1)),
            ("nc_year_1_percent", None),
            ("nc_year_15", None),
            ("nc_year_1_pupil_percent", None),
        ] {
            assert_eq!(nc_year_column(key), year, "{key}");
        }
    }
}
