//! Invents schools and the pupils who pass through them, a group of neighbouring schools at a time.

use super::margins as m;
use crate::random::Random;
use senlens_model::{AcademicYear, Date, Phase};

/// An invented school.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventedSchool {
    /// Unique reference number.
    pub urn: u32,
    /// Authority number.
    pub la: u16,
    /// Establishment number.
    pub estab: u16,
    /// Phase.
    pub phase: Phase,
    /// Name; says that it is invented.
    pub name: String,
    /// Code of the district.
    pub district: String,
    /// Whether masking was planted.
    pub is_masked: bool,
}

impl InventedSchool {
    /// Authority and establishment number together.
    pub fn laestab(&self) -> u32 {
        u32::from(self.la) * 10_000 + u32::from(self.estab)
    }
}

/// An invented pupil as one census has them, in the words of the census. What a plant makes wrong is wrong here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the census's own items")]
pub struct InventedPupil {
    pub la: String,
    pub laestab: String,
    pub urn: String,
    pub upn: String,
    pub former_upn: String,
    pub surname: String,
    pub forename: String,
    pub born: String,
    pub sex: &'static str,
    pub ethnicity: &'static str,
    pub fsm: &'static str,
    pub language: &'static str,
    pub enrolment: &'static str,
    pub nc_year: &'static str,
    pub provision: &'static str,
    /// Rank and type.
    pub needs: Vec<(&'static str, &'static str)>,
    pub unit: &'static str,
    pub resourced: &'static str,
    pub postcode: String,
    /// Whether masking changed the primary need, and from what.
    pub masked_from: Option<&'static str>,
    /// What is joined to the census, in the order of the columns of `marks`; blank where it was not asked for.
    pub marks: [&'static str; 4],
}

/// A group's place in the whole, and its schools.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) schools: Vec<InventedSchool>,
}

/// What invention needs to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inventing {
    pub(super) seed: u64,
    /// Share of schools masked, and share of their SLCN and SEMH pupils on support recorded as MLD.
    pub(super) masking: Option<(f64, f64)>,
    /// Authorities the groups are spread over.
    pub(super) authorities: u32,
    pub(super) groups: u32,
}

/// Year groups from N1 to year 14.
const YEARS: [&str; 17] = [
    "N1", "N2", "R", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14",
];
const RECEPTION: usize = 2;
const YEAR_6: usize = 8;
const YEAR_11: usize = 13;
const YEAR_13: usize = 15;
/// Where the schools of a group stand that are neither primary nor secondary.
const SPECIAL_SCHOOL: usize = 18;
const AP_SCHOOL: usize = 19;
const NURSERY_SCHOOL: usize = 20;
/// Where NSA stands in [`m::NEEDS`].
const NSA: usize = 5;

/// Numbers that invented authorities take: those in use as authorities, so that pupil numbers are sound.
const AUTHORITIES: [(u16, u16); 31] = [
    (881, 881),
    (201, 213),
    (301, 320),
    (330, 336),
    (340, 344),
    (350, 359),
    (370, 373),
    (380, 384),
    (390, 394),
    (800, 803),
    (805, 808),
    (810, 813),
    (835, 841),
    (850, 852),
    (855, 857),
    (865, 880),
    (882, 896),
    (815, 816),
    (820, 823),
    (830, 831),
    (845, 846),
    (860, 861),
    (908, 909),
    (919, 919),
    (921, 921),
    (928, 929),
    (931, 931),
    (933, 933),
    (916, 916),
    (925, 926),
    (935, 938),
];

impl Inventing {
    pub(super) fn group(&self, number: u32) -> Group {
        let has_ap = number.is_multiple_of(m::GROUPS_TO_AN_AP_SCHOOL);
        let authority =
            u32::try_from(u64::from(number) * u64::from(self.authorities) / u64::from(self.groups))
                .expect("below the number of authorities");
        let la = AUTHORITIES
            .iter()
            .flat_map(|(first, last)| *first..=*last)
            .cycle()
            .nth(authority as usize)
            .expect("a cycle does not end");
        let first_group = (0..number)
            .rev()
            .take_while(|other| {
                u64::from(*other) * u64::from(self.authorities) / u64::from(self.groups)
                    == u64::from(authority)
            })
            .count();
        let within = u16::try_from(first_group).expect("an authority has at most some hundred groups");
        let district = format!("E0700{:04}", 66 + (u32::from(la) + u32::from(within)) % 12);
        let mut schools = Vec::new();
        let mut add = |phase: Phase, estab: u16, name: &str| {
            let urn = 100_000 + number * 22 + u32::try_from(schools.len()).expect("a few schools");
            let is_masked = self.masking.is_some_and(|(share, _)| {
                matches!(phase, Phase::Primary | Phase::Secondary)
                    && Random::of(self.seed, &[7, u64::from(urn)]).happens(share)
            });
            schools.push(InventedSchool {
                urn,
                la,
                estab,
                phase,
                name: format!("Invented {name} {urn}"),
                district: district.clone(),
                is_masked,
            });
        };
        for school in 0..15u16 {
            add(Phase::Primary, 2000 + within * 15 + school, "primary school");
        }
        for school in 0..3u16 {
            add(Phase::Secondary, 4000 + within * 3 + school, "secondary school");
        }
        add(Phase::Special, 7000 + within, "special school");
        if has_ap {
            add(
                Phase::AlternativeProvision,
                1100 + within % 900,
                "alternative provision school",
            );
            add(Phase::Nursery, 1000 + within % 100, "nursery school");
        }
        Group { schools }
    }

    /// The pupils of a group in a year, by school.
    pub(super) fn pupils(&self, group: &Group, year: AcademicYear) -> Vec<Vec<InventedPupil>> {
        let mut by_school: Vec<Vec<InventedPupil>> = vec![Vec::new(); group.schools.len()];
        let effects: Vec<Effect> = group.schools.iter().map(|school| self.effect(school)).collect();
        for primary in 0..m::PRIMARIES {
            let school = &group.schools[primary as usize];
            for (grade, name) in YEARS.iter().enumerate() {
                // Reception in 2022/23 entered in 2022: the cohort is the year of entry to reception.
                let cohort = i32::from(year.start()) + i32::try_from(RECEPTION).expect("small")
                    - i32::try_from(grade).expect("small");
                let size = self.cohort_size(school, cohort);
                for slot in 0..size {
                    let person = Person::new(self, school, cohort, slot);
                    if let Some((at, pupil)) =
                        self.pupil(group, &effects, year, primary, grade, name, &person)
                    {
                        by_school[at].push(pupil);
                    }
                }
            }
        }
        by_school
    }

    fn effect(&self, school: &InventedSchool) -> Effect {
        let mut draws = Random::of(self.seed, &[3, u64::from(school.urn)]);
        Effect {
            support: centred(m::SUPPORT_SPREAD, draws.normal()),
            mld: centred(m::MLD_SPREAD, draws.normal()),
        }
    }

    fn cohort_size(&self, school: &InventedSchool, cohort: i32) -> u32 {
        let mut of_school = Random::of(self.seed, &[1, u64::from(school.urn)]);
        let mut of_cohort = Random::of(
            self.seed,
            &[2, u64::from(school.urn), u64::from(cohort.unsigned_abs())],
        );
        let size = m::ENTRY
            * libm::exp(m::SIZE_SPREAD * of_school.normal() - m::SIZE_SPREAD * m::SIZE_SPREAD / 2.0)
            * libm::exp(0.08 * of_cohort.normal());
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "bounded to 5 to 900 first"
        )]
        let size = size.clamp(5.0, 900.0) as u32;
        size
    }

    #[expect(clippy::too_many_arguments, reason = "one pupil's whole situation")]
    fn pupil(
        &self,
        group: &Group,
        effects: &[Effect],
        year: AcademicYear,
        primary: u32,
        grade: usize,
        grade_name: &'static str,
        person: &Person,
    ) -> Option<(usize, InventedPupil)> {
        let mut now = Random::of(self.seed, &[5, person.number, u64::from(year.start())]);
        let has_ap = group.schools.len() > 19;
        let of_sex = |boys: f64| if person.is_boy { boys } else { 2.0 - boys };
        // Where the pupil would be without a special school.
        let at = match grade {
            0 | 1 => {
                if person.nursery > m::IN_NURSERY {
                    return None;
                }
                if has_ap && person.nursery < 0.06 {
                    NURSERY_SCHOOL
                } else {
                    primary as usize
                }
            }
            RECEPTION..=YEAR_6 => {
                let moved = person.moves < m::MOVERS && grade >= person.moves_at;
                if moved {
                    ((primary + 1) % m::PRIMARIES) as usize
                } else {
                    primary as usize
                }
            }
            9..=YEAR_11 => {
                if has_ap && person.moves > 1.0 - m::AT_AP * of_sex(m::BOYS_AT_AP) && grade > 9 {
                    AP_SCHOOL
                } else {
                    15 + (primary % m::SECONDARIES) as usize
                }
            }
            14..=YEAR_13 => {
                if person.nursery > m::STAY_ON {
                    return None;
                }
                15 + (primary % m::SECONDARIES) as usize
            }
            _ => return None,
        };
        let (primary_meals, secondary_meals, ap_meals, nursery_meals) = m::FREE_SCHOOL_MEALS;
        let eligible = match at {
            AP_SCHOOL => ap_meals,
            NURSERY_SCHOOL => nursery_meals,
            _ if grade < RECEPTION => 0.0,
            _ if grade <= YEAR_6 => primary_meals,
            _ => secondary_meals,
        };
        // Some change each year, as many one way as the other.
        let meals = if now.happens(m::FSM_CHANGES) {
            now.uniform()
        } else {
            person.fsm
        };
        let is_fsm = meals < eligible;
        let liability = if now.happens(m::DRAWN_AFRESH) {
            now.uniform()
        } else {
            person.liability
        };
        let need_draw = if now.happens(m::DRAWN_AFRESH) {
            now.uniform()
        } else {
            person.need
        };
        let times = |boys: f64, likelier: f64| {
            let sex = of_sex(boys);
            let share = eligible;
            let fsm = if is_fsm {
                likelier
            } else {
                (1.0 - share * likelier) / (1.0 - share)
            };
            sex * fsm
        };
        let boys = m::BOYS[usize::from(grade > YEAR_6)];
        let plans = m::PLANS[grade] / 100.0 * times(boys.1, m::ELIGIBLE.1);
        let support = m::SUPPORT[grade] / 100.0 * times(boys.0, m::ELIGIBLE.0) * effects[at].support;
        let (support, plans) = match at {
            AP_SCHOOL => m::AT_AP_SCHOOL,
            NURSERY_SCHOOL => {
                let (support, plans) = m::AT_NURSERY_SCHOOL;
                (
                    support * of_sex(m::BOYS_AT_NURSERY_SCHOOL),
                    plans * of_sex(m::BOYS_AT_NURSERY_SCHOOL),
                )
            }
            _ => (support, plans),
        };
        let (provision, at) = if liability < plans {
            if person.special < at_special(grade) && grade >= RECEPTION && at < SPECIAL_SCHOOL {
                ("E", SPECIAL_SCHOOL)
            } else {
                ("E", at)
            }
        } else if liability < plans + support {
            ("K", at)
        } else {
            ("N", at)
        };
        let school = &group.schools[at];
        let mut needs = Vec::new();
        let mut masked_from = None;
        if provision != "N" {
            let mut shares = match (at, provision) {
                (SPECIAL_SCHOOL, _) => m::NEEDS_AT_SPECIAL,
                (AP_SCHOOL, _) => m::NEEDS_AT_AP,
                (NURSERY_SCHOOL, _) => m::NEEDS_AT_NURSERY,
                (_, "E") => mainstream_plan_shares(grade),
                _ => support_shares(grade, effects[at].mld),
            };
            if provision == "E" {
                // A plan follows an assessment: none is coded "no specialist assessment".
                shares[NSA] = 0.0;
            }
            let mut primary_need = fall(need_draw, &shares);
            if let (true, "K", "SLCN" | "SEMH", Some((_, share))) =
                (school.is_masked, provision, primary_need, self.masking)
                && person.special < share
            {
                masked_from = Some(primary_need);
                primary_need = "MLD";
            }
            needs.push(("1", primary_need));
            if now.happens(m::SECOND_NEED) && primary_need != "NSA" {
                let second = fall(now.uniform(), &second_shares());
                if second != primary_need {
                    needs.push(("2", second));
                }
            }
        }
        let in_unit = provision == "E" && at < SPECIAL_SCHOOL && person.special > 1.0 - m::IN_UNIT;
        let resourced = in_unit && person.moves < 0.5;
        let pupil = InventedPupil {
            la: school.la.to_string(),
            laestab: school.laestab().to_string(),
            urn: school.urn.to_string(),
            upn: person.upn.clone(),
            former_upn: String::new(),
            surname: format!("Zsurname{:07}", person.number % 10_000_000),
            forename: format!("Zforename{}", person.number % 977),
            born: person.born(grade, year),
            sex: if person.is_boy { "M" } else { "F" },
            ethnicity: person.ethnicity,
            fsm: if is_fsm { "1" } else { "0" },
            language: person.language,
            enrolment: "C",
            nc_year: grade_name,
            provision,
            needs,
            unit: if in_unit && !resourced { "1" } else { "0" },
            resourced: if resourced { "1" } else { "0" },
            // ZZ99 is set apart for places that are none.
            postcode: format!(
                "ZZ99 {}Z{}",
                person.number % 10,
                (b'A' + u8::try_from(person.number % 20).expect("below 20")) as char
            ),
            masked_from,
            marks: [""; 4],
        };
        Some((at, pupil))
    }
}

impl InventedPupil {
    /// The stream of draws of this pupil for one purpose. It is read before anything dirty is planted.
    pub(super) fn random(&self, seed: u64, names: &[u64]) -> Random {
        // The check letter follows from the digits.
        let number = self.upn.bytes().filter(u8::is_ascii_digit);
        let number = number.fold(0, |number, digit| 10 * number + u64::from(digit - b'0'));
        Random::of(seed, &[names, &[number]].concat())
    }
}

/// A factor with a mean of one: a log-normal draw of a spread.
fn centred(spread: f64, normal: f64) -> f64 {
    libm::exp(spread * normal - spread * spread / 2.0)
}

/// Share of plans at special schools.
fn at_special(grade: usize) -> f64 {
    if grade <= YEAR_6 {
        m::PLANS_AT_SPECIAL.0
    } else {
        m::PLANS_AT_SPECIAL.1
    }
}

/// What needs plans in mainstream schools name: what all plans of an age name, less those at special schools.
fn mainstream_plan_shares(grade: usize) -> [f64; 13] {
    let mut shares = plan_shares(grade);
    if grade >= RECEPTION {
        let special = at_special(grade);
        for (share, there) in shares.iter_mut().zip(m::NEEDS_AT_SPECIAL) {
            *share = ((*share - special * there) / (1.0 - special)).max(0.0);
        }
    }
    shares
}

/// How far a school is from others.
#[derive(Debug, Clone, Copy)]
struct Effect {
    support: f64,
    mld: f64,
}

/// What stays with a pupil.
#[derive(Debug, Clone)]
struct Person {
    number: u64,
    upn: String,
    is_boy: bool,
    fsm: f64,
    liability: f64,
    need: f64,
    special: f64,
    moves: f64,
    moves_at: usize,
    nursery: f64,
    birthday: u32,
    ethnicity: &'static str,
    language: &'static str,
}

impl Person {
    fn new(inventing: &Inventing, school: &InventedSchool, cohort: i32, slot: u32) -> Self {
        let number = (u64::from(school.laestab()) * 100 + u64::from(cohort.rem_euclid(100).unsigned_abs()))
            * 1000
            + u64::from(slot);
        let mut draws = Random::of(inventing.seed, &[4, number]);
        let is_boy = draws.happens(0.511);
        let fsm = draws.uniform();
        let liability = draws.uniform();
        let need = draws.uniform();
        let special = draws.uniform();
        let moves = draws.uniform();
        let moves_at = 3 + draws.below(6) as usize;
        let nursery = draws.uniform();
        let birthday = draws.below(365);
        let (ethnicity, _) = m::ETHNICITIES[draws.weighted(&m::ETHNICITIES.map(|(_, share)| share))];
        let language = if draws.happens(m::ENGLISH) { "ENG" } else { "PNJ" };
        Self {
            number,
            upn: upn(school.la, school.estab, cohort, slot),
            is_boy,
            fsm,
            liability,
            need,
            special,
            moves,
            moves_at,
            nursery,
            birthday,
            ethnicity,
            language,
        }
    }

    /// Born between 1 September and 31 August, as the year group wants: reception is aged 4 before the year begins.
    fn born(&self, grade: usize, year: AcademicYear) -> String {
        // A year without 29 February: nobody invented is born on it.
        let september: Date = "2001-09-01".parse().expect("a day");
        let days = i32::try_from(self.birthday).expect("of a year");
        let day = Date::from_days_since_1970(september.days_since_1970() + days)
            .expect("within a year")
            .civil();
        let age = u16::try_from(grade + 2).expect("small");
        let calendar_year = year.start() - age - u16::from(day.month() >= 9);
        format!("{calendar_year}-{:02}-{:02}", day.month(), day.day())
    }
}

/// A sound pupil number (Government Data Standards Catalogue, Unique Pupil Number 2.0).
pub(super) fn upn(la: u16, estab: u16, cohort: i32, slot: u32) -> String {
    const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    let rest = format!("{la:03}{estab:04}{:02}{:03}", cohort.rem_euclid(100), slot % 1000);
    let sum: u32 = rest
        .bytes()
        .zip(2u32..)
        .map(|(digit, position)| u32::from(digit - b'0') * position)
        .sum();
    format!("{}{rest}", char::from(LETTERS[(sum % 23) as usize]))
}

fn support_shares(grade: usize, mld: f64) -> [f64; 13] {
    let mut shares = if grade <= YEAR_6 {
        m::SUPPORT_NEEDS_PRIMARY
    } else {
        m::SUPPORT_NEEDS_SECONDARY
    };
    shares[1] *= mld;
    shares
}

fn plan_shares(grade: usize) -> [f64; 13] {
    #[expect(clippy::cast_precision_loss, reason = "an age")]
    let age = (grade + 2) as f64;
    let after = m::PLAN_AGES
        .iter()
        .position(|(at, _)| *at >= age)
        .unwrap_or(m::PLAN_AGES.len() - 1);
    let before = after.saturating_sub(1);
    let ((from, low), (to, high)) = (m::PLAN_AGES[before], m::PLAN_AGES[after]);
    let weight = if to > from {
        ((age - from) / (to - from)).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let mut shares = [0.0; 13];
    for at in 0..3 {
        shares[at] = low[at] + (high[at] - low[at]) * weight;
    }
    let rest = 100.0 - shares[0] - shares[1] - shares[2];
    for (share, part) in shares[3..].iter_mut().zip(m::PLAN_REST) {
        *share = rest * part / 100.0;
    }
    shares
}

/// A second need is drawn as a first of primary age, without NSA.
fn second_shares() -> [f64; 13] {
    let mut shares = m::SUPPORT_NEEDS_PRIMARY;
    shares[NSA] = 0.0;
    shares
}

fn fall(draw: f64, shares: &[f64; 13]) -> &'static str {
    let mut left = draw * shares.iter().sum::<f64>();
    for (share, need) in shares.iter().zip(m::NEEDS) {
        left -= share;
        if left < 0.0 {
            return need;
        }
    }
    "SLCN"
}
