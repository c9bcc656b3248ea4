//! What an authority may join to its census: absence, suspension, language goals and attainment, invented.

use super::{
    PupilTruth,
    invent::{Group, InventedPupil},
};
use senlens_model::AcademicYear;

/// The columns, by the names that `senlens` reads.
pub(super) const MARKS: [&str; 4] = [
    "PersistentAbsentee",
    "Suspended",
    "LanguageGoals",
    "ExpectedStandard",
];

/// Share of whom nothing is known: assumed.
const UNKNOWN: f64 = 0.05;

/// The chance of each yes for the need that a pupil has, whatever is recorded. Persistent absence of MLD, SLCN and SEMH:
/// Essex, 2024/25 (absence by primary need, data-to-insight's send-attendance-dashboard); all else assumed.
fn chances(need: &str) -> [f64; 4] {
    match need {
        "MLD" => [0.293, 0.03, 0.45, 0.12],
        "SLCN" => [0.242, 0.03, 0.20, 0.30],
        "SEMH" => [0.391, 0.20, 0.60, 0.35],
        _ => [0.20, 0.02, 0.70, 0.55],
    }
}

/// Marks the pupils of a group.
pub(super) fn mark(seed: u64, year: AcademicYear, by_school: &mut [Vec<InventedPupil>]) {
    for pupil in by_school.iter_mut().flatten() {
        let mut draws = pupil.random(seed, &[11, u64::from(year.january())]);
        let recorded = pupil.needs.first().map_or("", |(_, need)| *need);
        let chances = chances(pupil.masked_from.unwrap_or(recorded));
        pupil.marks = chances.map(|chance| match (draws.happens(UNKNOWN), draws.happens(chance)) {
            (true, _) => "",
            (false, true) => "1",
            (false, false) => "0",
        });
    }
}

/// Notes, of pupils with MLD and neither SLCN nor SEMH beside it, of how many each mark is known and how many bear it:
/// by school, with language goals counted where they were missed.
pub(super) fn note(
    group: &Group,
    by_school: &[Vec<InventedPupil>],
    year: AcademicYear,
    truth: &mut PupilTruth,
) {
    for (school, pupils) in group.schools.iter().zip(by_school) {
        for pupil in pupils {
            let is_mld =
                pupil.provision != "N" && pupil.needs.first().is_some_and(|(_, need)| *need == "MLD");
            let has_other = pupil
                .needs
                .iter()
                .skip(1)
                .any(|(_, need)| matches!(*need, "SLCN" | "SEMH"));
            if !is_mld || has_other || matches!(pupil.enrolment, "S" | "G") {
                continue;
            }
            for (name, said) in MARKS.iter().zip(pupil.marks) {
                if said.is_empty() {
                    continue;
                }
                let counts = truth.marks.entry((year, school.urn, *name)).or_default();
                counts[0] += 1;
                counts[1] += u32::from((said == "1") != (*name == "LanguageGoals"));
            }
        }
    }
}
