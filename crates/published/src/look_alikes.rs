//! Tables of other publications that look like ours: by area and by special educational need, and counting something else
//! (children in need, absence, results). Read as pupils of schools they would give wrong figures without a word.

use crate::layout::column;
use senlens_files::Header;
use serde::Serialize;

/// What else is published by special educational need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Publication {
    /// Children in need, on a child protection plan or looked after.
    SocialCare,
    /// Progression to higher education.
    HigherEducation,
    /// Absence and attendance.
    Absence,
    /// Suspensions and permanent exclusions.
    Exclusions,
    /// Assessments, tests and examinations.
    Results,
    /// Where pupils go at 16 or 18.
    Destinations,
    /// Requests, assessments and plans of a year, and how long they took.
    PlanProcess,
    /// Teachers and other staff.
    Workforce,
    /// Money.
    Finance,
    /// By special educational need, and without a column of pupils.
    WithoutPupils,
}

/// A publication and how its tables are known.
struct LookAlike {
    publication: Publication,
    in_words: &'static str,
    /// Parts of the names of columns: whole words, joined by underscores.
    columns: &'static [&'static str],
}

static LOOK_ALIKES: [LookAlike; 9] = [
    LookAlike {
        publication: Publication::HigherEducation,
        in_words: "progression to higher education by special educational need",
        columns: &[
            "progression_rate",
            "he_students",
            "high_tariff",
            "he_participation",
            "he_rate",
        ],
    },
    LookAlike {
        publication: Publication::SocialCare,
        in_words: "children in need or looked after, by special educational need",
        columns: &[
            "social_care_group",
            "social_care",
            "cin",
            "cino",
            "cinp",
            "cla",
            "cpp",
            "cppo",
            "children_in_need",
            "looked_after",
        ],
    },
    LookAlike {
        publication: Publication::Absence,
        in_words: "absence or attendance by special educational need",
        columns: &[
            "sess",
            "absence",
            "absentees",
            "enrolments",
            "attendance",
            "sessions",
        ],
    },
    LookAlike {
        publication: Publication::Exclusions,
        in_words: "suspensions and exclusions by special educational need",
        columns: &[
            "perm_excl",
            "susp",
            "suspension",
            "suspensions",
            "exclusion",
            "exclusions",
            "fixed_excl",
        ],
    },
    LookAlike {
        publication: Publication::Results,
        in_words: "results of assessments or examinations by special educational need",
        columns: &[
            "att8",
            "attainment8",
            "attainment",
            "progress8",
            "p8score",
            "ebacc",
            "ebaccaps",
            "rwm",
            "gps",
            "phonics",
            "gld",
            "aps",
            "expected_standard",
            "met_expected",
            "higher_standard",
            "t_eligible_pupils",
            "level_2",
            "level_3",
            "level2",
            "level3",
            "l2basics",
            "basics",
            "grade",
            "scaled_score",
            "early_learning_goals",
            "elg",
        ],
    },
    LookAlike {
        publication: Publication::Destinations,
        in_words: "destinations of pupils by special educational need",
        columns: &[
            "destination",
            "destinations",
            "sustained",
            "apprenticeships",
            "neet",
            "cohort",
        ],
    },
    LookAlike {
        publication: Publication::PlanProcess,
        in_words: "requests, assessments and timeliness of education, health and care plans",
        columns: &[
            "requests",
            "initial_requests",
            "assessments",
            "20_weeks",
            "20_week",
            "tribunal",
            "mediation",
            "ceased",
        ],
    },
    LookAlike {
        publication: Publication::Workforce,
        in_words: "staff of schools",
        columns: &["fte", "teachers", "teacher", "workforce", "teaching_assistants"],
    },
    LookAlike {
        publication: Publication::Finance,
        in_words: "spending or funding",
        columns: &["expenditure", "spend", "budget", "funding", "gross_expenditure"],
    },
];

/// What to give instead of any of them.
const INSTEAD: &str = "senlens counts the pupils of schools by need: give the tables by primary need, or the school-level file, \
                       of the Department's publication \"Special educational needs in England\"";

impl Publication {
    /// As a message names it.
    pub(crate) fn in_words(self) -> &'static str {
        LOOK_ALIKES.iter().find(|own| own.publication == self).map_or(
            "a table by special educational need without a column of pupils",
            |own| own.in_words,
        )
    }

    /// What to give instead.
    pub(crate) fn instead(self) -> &'static str {
        match self {
            Self::PlanProcess => {
                "the pupils of schools with a plan are in \"Special educational needs in England\", and all plans by need in \
                 \"Education, health and care plans\": give a table by primary need of one of them"
            }
            _ => INSTEAD,
        }
    }
}

/// The publication a header is of, where it is none of ours: only tables of areas look alike, and only those that have to
/// do with special educational needs are asked.
pub(crate) fn publication_of(header: &Header) -> Option<Publication> {
    let has = |aliases: &[&str]| header.find(aliases).is_some();
    if !has(column::LEVEL) {
        return None;
    }
    let found = LOOK_ALIKES.iter().find(|own| {
        (0..header.width()).any(|index| own.columns.iter().any(|part| has_part(header.key(index), part)))
    });
    if let Some(own) = found {
        return Some(own.publication);
    }
    let by_need = has(column::NEED) || has(column::PROVISION);
    (by_need && !has(column::COUNT) && !has(column::URN)).then_some(Publication::WithoutPupils)
}

/// Whether a column's name has these whole words in it.
fn has_part(key: &str, part: &str) -> bool {
    key.match_indices(part).any(|(at, _)| {
        let before = key[..at].chars().next_back();
        let after = key[at + part.len()..].chars().next();
        before.is_none_or(|letter| letter == '_') && after.is_none_or(|letter| letter == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::{Publication, publication_of};
    use senlens_files::Header;

    #[test]
    fn tables_of_other_publications_are_told_by_their_columns() {
        use Publication::{
            Absence, Exclusions, HigherEducation, PlanProcess, Results, SocialCare, WithoutPupils,
        };
        let area = "time_period,geographic_level,la_name,";
        for (columns, publication) in [
            (
                "sen_status,progression_rate,number_of_students",
                Some(HigherEducation),
            ),
            ("social_care_group,t_pupils,t_MLD", Some(SocialCare)),
            ("sen_primary_need,enrolments,sess_overall", Some(Absence)),
            ("sen_provision,headcount,perm_excl,suspension", Some(Exclusions)),
            ("sen_status,sen_primary_need,total_pupils,avg_att8", Some(Results)),
            (
                "sen_status,number_of_pupils,expected_standard_reading",
                Some(Results),
            ),
            ("initial_requests,ehc_plans", Some(PlanProcess)),
            ("sen_status,number_of_students", Some(WithoutPupils)),
            ("sen_status,sen_primary_need,number_of_pupils,nc_year_1", None),
            ("sen_provision,sen_primary_need,total_pupil_count", None),
            (
                "phase_type_grouping,type_of_establishment,total_pupils,ehc_plan,sen_support",
                None,
            ),
            (
                "breakdown_topic,ehc_plans,number_mld,number_slcn,number_asd",
                None,
            ),
        ] {
            let names = format!("{area}{columns}").split(',').map(str::to_owned).collect();
            let header = Header::new("f", 1, names).expect("sound");
            assert_eq!(publication_of(&header), publication, "{columns}");
        }
    }
}
