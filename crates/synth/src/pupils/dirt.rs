//! Plants records that break one rule each, and counts what was planted.

use super::invent::{InventedPupil, InventedSchool, upn};
use std::collections::BTreeMap;

/// Whether a layout can hold a mistake: an XML return names its school once, a table has two columns of needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Xml,
    Table,
}

impl Family {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::Table => "table",
        }
    }
}

/// Rules that both families can break, by the ids that `senlens check` uses.
const BOTH: [&str; 27] = [
    "upn_missing",
    "upn_shape",
    "upn_check_letter",
    "upn_authority",
    "former_upn_shape",
    "duplicate_in_school",
    "duplicate_across_schools",
    "born_unreadable",
    "born_impossible",
    "nc_year_code",
    "age_year_group",
    "sex_code",
    "fsm_code",
    "ethnicity_code",
    "language_code",
    "enrolment_code",
    "provision_code",
    "provision_outside_years",
    "need_missing",
    "need_without_provision",
    "need_code",
    "no_rank_one",
    "duplicate_need",
    "nsa_with_plan",
    "nsa_with_need",
    "need_outside_years",
    "unit_without_plan",
];
const XML_ALONE: [&str; 3] = ["need_rank_code", "duplicate_rank", "unit_code"];
const TABLE_ALONE: [&str; 4] = [
    "school_unreadable",
    "school_unknown",
    "laestab_authority",
    "unit_code",
];

/// What only an extract with marks can break.
const MARKED_TABLE_ALONE: [&str; 2] = ["attendance_code", "attainment_code"];

/// Plants one mistake in every so many pupils until each rule has its number.
#[derive(Debug)]
pub(super) struct Planter {
    wanted: BTreeMap<&'static str, u32>,
    every: u32,
    seen: u32,
    pub(super) planted: BTreeMap<&'static str, u32>,
}

impl Planter {
    pub(super) fn new(family: Family, of_each: u32, pupils: u32, with_marks: bool) -> Self {
        let alone: &[&'static str] = match family {
            Family::Xml => &XML_ALONE,
            Family::Table => &TABLE_ALONE,
        };
        let marked: &[&'static str] = match family {
            Family::Table if with_marks => &MARKED_TABLE_ALONE,
            _ => &[],
        };
        let wanted: BTreeMap<&'static str, u32> = BOTH
            .iter()
            .chain(alone)
            .chain(marked)
            .map(|rule| (*rule, of_each))
            .filter(|(_, n)| *n > 0)
            .collect();
        let plants = of_each * u32::try_from(wanted.len()).expect("some tens of rules");
        Self {
            // Pupils who can break a rule of SEN are one in seven: look at many more than are wanted.
            every: (pupils / (plants + 1) / 8).max(1),
            wanted,
            seen: 0,
            planted: BTreeMap::new(),
        }
    }

    /// Plants in the pupils of a group, by school.
    pub(super) fn plant(&mut self, schools: &[InventedSchool], by_school: &mut [Vec<InventedPupil>]) {
        let mut extra: Vec<(usize, InventedPupil)> = Vec::new();
        for (at, pupils) in by_school.iter_mut().enumerate() {
            for pupil in pupils {
                if self.wanted.is_empty() {
                    break;
                }
                self.seen += 1;
                if !self.seen.is_multiple_of(self.every) {
                    continue;
                }
                // The rule still wanting most that this pupil can break; ties by name.
                let chosen = self
                    .wanted
                    .iter()
                    .filter(|(rule, _)| can_break(rule, pupil))
                    .max_by_key(|(rule, left)| (**left, std::cmp::Reverse(**rule)))
                    .map(|(rule, _)| *rule);
                let Some(rule) = chosen else { continue };
                match rule {
                    "duplicate_in_school" => extra.push((at, pupil.clone())),
                    "duplicate_across_schools" => {
                        let other = (at + 1) % schools.len();
                        let school = &schools[other];
                        let mut copy = pupil.clone();
                        copy.la = school.la.to_string();
                        copy.laestab = school.laestab().to_string();
                        copy.urn = school.urn.to_string();
                        extra.push((other, copy));
                    }
                    _ => spoil(rule, pupil),
                }
                *self.planted.entry(rule).or_default() += 1;
                if let Some(left) = self.wanted.get_mut(rule) {
                    *left -= 1;
                    if *left == 0 {
                        self.wanted.remove(rule);
                    }
                }
            }
        }
        for (at, pupil) in extra {
            by_school[at].push(pupil);
        }
    }
}

fn can_break(rule: &str, pupil: &InventedPupil) -> bool {
    let one_need = pupil.needs.len() == 1;
    match rule {
        "provision_outside_years" | "need_missing" | "need_outside_years" => pupil.provision == "K",
        "need_code" | "no_rank_one" | "need_rank_code" => pupil.provision == "K" && one_need,
        "duplicate_need" | "duplicate_rank" | "nsa_with_need" => pupil.provision == "K",
        "unit_without_plan" => pupil.provision == "K" && pupil.unit == "0",
        "nsa_with_plan" => pupil.provision == "E" && one_need,
        "need_without_provision" | "provision_code" => pupil.provision == "N",
        "age_year_group" => !matches!(pupil.nc_year, "N1" | "N2" | "14"),
        _ => true,
    }
}

fn spoil(rule: &str, pupil: &mut InventedPupil) {
    match rule {
        "upn_missing" => pupil.upn.clear(),
        "upn_shape" => "X12".clone_into(&mut pupil.upn),
        "upn_check_letter" => {
            let letter = if pupil.upn.starts_with('A') { "B" } else { "A" };
            pupil.upn.replace_range(..1, letter);
        }
        "upn_authority" => {
            let digits = |from: usize, to: usize| pupil.upn[from..to].parse::<u16>().unwrap_or(0);
            pupil.upn = upn(
                0,
                digits(4, 8),
                i32::from(digits(8, 10)),
                u32::from(digits(10, 13)),
            );
        }
        "former_upn_shape" => "123".clone_into(&mut pupil.former_upn),
        "school_unreadable" => {
            pupil.laestab.clear();
            pupil.urn.clear();
        }
        "school_unknown" => {
            pupil.laestab = format!("{}9998", pupil.la);
            "999998".clone_into(&mut pupil.urn);
        }
        "laestab_authority" => pupil.la = String::from(if pupil.la == "881" { "882" } else { "881" }),
        "born_unreadable" => "2015-02-31".clone_into(&mut pupil.born),
        "born_impossible" => "2090-01-01".clone_into(&mut pupil.born),
        "age_year_group" => {
            let year: u16 = pupil.born[..4].parse().unwrap_or(2010);
            pupil.born.replace_range(..4, &(year - 3).to_string());
        }
        "nc_year_code" => pupil.nc_year = "15",
        "sex_code" => pupil.sex = "Q",
        "fsm_code" => pupil.fsm = "X",
        "ethnicity_code" => pupil.ethnicity = "QQQQ",
        "language_code" => pupil.language = "12",
        "enrolment_code" => pupil.enrolment = "Z",
        "provision_code" => pupil.provision = "Q",
        "provision_outside_years" => pupil.provision = "A",
        "need_missing" => pupil.needs.clear(),
        "need_without_provision" => pupil.needs = vec![("1", "MLD")],
        "need_code" => pupil.needs = vec![("1", "XXX")],
        "need_rank_code" => pupil.needs = vec![("X", "MLD")],
        "no_rank_one" => pupil.needs = vec![("2", "MLD")],
        "duplicate_rank" => pupil.needs = vec![("1", "MLD"), ("1", "SLCN")],
        "duplicate_need" => pupil.needs = vec![("1", "MLD"), ("2", "MLD")],
        "nsa_with_plan" => pupil.needs = vec![("1", "NSA")],
        "nsa_with_need" => pupil.needs = vec![("1", "MLD"), ("2", "NSA")],
        "need_outside_years" => pupil.needs = vec![("1", "BESD")],
        "unit_without_plan" => pupil.unit = "1",
        "unit_code" => pupil.unit = "9",
        "attendance_code" => pupil.marks[1] = "-1",
        "attainment_code" => pupil.marks[3] = "9x",
        _ => unreachable!("every rule that is planted is spoilt here"),
    }
}
