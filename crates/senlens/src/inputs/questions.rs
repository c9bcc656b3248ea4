//! What a run could answer if one more file were there, and where that file is published.

use super::{Choice, FoundFile, Role};
use senlens_model::{AcademicYear, Authority};
use serde::Serialize;
use std::collections::BTreeSet;

/// Something that the files at hand do not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    /// What could be answered.
    pub answer: &'static str,
    /// What file would do it.
    pub file: &'static str,
    /// Who publishes or holds it, by the title of the publication.
    pub source: &'static str,
}

/// The title under which the Department publishes its tables of special educational needs.
const SEN_IN_ENGLAND: &str = "Department for Education, \"Special educational needs in England\"";

/// What a run leaves unanswered that takes what was chosen of the files found, the most wanted first.
pub fn questions(found: &[FoundFile], choices: &[Choice]) -> Vec<Question> {
    let sound = |role: Role| {
        let of_run = found
            .iter()
            .zip(choices)
            .filter(|(_, choice)| choice.option.is_some());
        of_run.map(|(file, _)| file).filter(move |file| file.role == role)
    };
    let has = |role: Role| sound(role).next().is_some();
    let schools_with_needs = sound(Role::Schools).any(|file| file.carries_needs);
    let pupils = has(Role::Pupils) || has(Role::Cells);
    let england = sound(Role::Schools).any(|file| {
        file.years
            .iter()
            .any(|year| Authority::are_all_at(*year, &file.authorities))
    });
    let years: BTreeSet<AcademicYear> = sound(Role::Schools).flat_map(|file| file.years.clone()).collect();
    let mut questions = Vec::new();
    let mut ask = |missing: bool, answer, file, source| {
        if missing {
            questions.push(Question { answer, file, source });
        }
    };
    ask(
        !schools_with_needs && !pupils,
        "identification of MLD by school, district and part, and whether it hides other needs",
        "the school-level file with types of need",
        SEN_IN_ENGLAND,
    );
    ask(
        pupils && !has(Role::Schools) && !has(Role::SchoolList),
        "anything from the pupil records: they name schools by number alone",
        "a list of the schools with phase and district: the school-level file is one, and the register of schools from Get Information about Schools",
        SEN_IN_ENGLAND,
    );
    ask(
        !england && !has(Role::Benchmark),
        "comparison with England, the region and the statistical neighbours",
        "a table of authorities by type of need, or the school-level file of all England",
        SEN_IN_ENGLAND,
    );
    ask(
        years.len() == 1 && !pupils,
        "change over time",
        "the school-level file of an earlier year, under the same codes (2014/15 or later)",
        SEN_IN_ENGLAND,
    );
    ask(
        !pupils,
        "allowance for age, sex and free school meals; second needs; pupils whose need was coded anew",
        "the authority's own spring census returns, two years of them or more",
        "the authority's own collection of the school census (confidential)",
    );
    ask(
        pupils && !has(Role::Plans),
        "whether plans name another need than the census before them",
        "the SEN2 person level return",
        "the authority's own SEN2 return (confidential)",
    );
    ask(
        pupils && !has(Role::Links),
        "pupils of schools that became academies, followed across the change",
        "links between establishments",
        "Department for Education, \"Get Information about Schools\", all establishment links",
    );
    questions
}
