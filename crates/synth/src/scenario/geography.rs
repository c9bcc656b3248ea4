//! Where the invented schools are: 152 authorities in nine regions. Essex has its real districts, quadrants and numbers
//! of schools; the others are invented, of real size.

use crate::random::Random;

/// Essex's districts: GSS code and name, in the order a school's `district` refers to.
pub const ESSEX_DISTRICTS: [(&str, &str); 12] = [
    ("E07000066", "Basildon"),
    ("E07000067", "Braintree"),
    ("E07000068", "Brentwood"),
    ("E07000069", "Castle Point"),
    ("E07000070", "Chelmsford"),
    ("E07000071", "Colchester"),
    ("E07000072", "Epping Forest"),
    ("E07000073", "Harlow"),
    ("E07000074", "Maldon"),
    ("E07000075", "Rochford"),
    ("E07000076", "Tendring"),
    ("E07000077", "Uttlesford"),
];

/// Essex's quadrants and the places of their districts in [`ESSEX_DISTRICTS`] (Essex local offer, SEND teams page;
/// West by elimination).
pub const ESSEX_QUADRANTS: [(&str, &[usize]); 4] = [
    ("North East", &[5, 10]),
    ("Mid", &[1, 4, 8]),
    ("South", &[0, 2, 3, 9]),
    ("West", &[6, 7, 11]),
];

/// State-funded primary and secondary schools in each Essex district, January 2023.
const ESSEX_SCHOOLS: [(u32, u32); 12] = [
    (47, 9),
    (52, 8),
    (24, 6),
    (23, 5),
    (56, 11),
    (64, 12),
    (35, 7),
    (30, 7),
    (18, 2),
    (22, 4),
    (39, 6),
    (37, 4),
];

/// Essex's number, and its region's place among the nine.
const ESSEX_NUMBER: u16 = 881;
const EAST_OF_ENGLAND: usize = 5;

pub(super) struct ScenarioAuthority {
    pub(super) number: u16,
    pub(super) region: usize,
    /// Primary and secondary schools in each district.
    pub(super) schools: Vec<(u32, u32)>,
}

impl ScenarioAuthority {
    pub(super) fn is_essex(&self) -> bool {
        self.number == ESSEX_NUMBER
    }
}

pub(super) fn quadrant_of(district: usize) -> usize {
    ESSEX_QUADRANTS
        .iter()
        .position(|(_, districts)| districts.contains(&district))
        .expect("every district of Essex lies in a quadrant")
}

/// Essex and 151 invented authorities, whose numbers of schools have the spread of the real ones. `size` scales all
/// but Essex.
pub(super) fn authorities(random: &mut Random, size: f64) -> Vec<ScenarioAuthority> {
    let mut all: Vec<ScenarioAuthority> = (0..151)
        .map(|place: u16| {
            let primaries = libm::exp(4.46 + 0.68 * random.normal()).clamp(18.0, 450.0);
            let secondaries = primaries * libm::exp(-1.56 + 0.25 * random.normal());
            let districts = ((primaries / 60.0).round() as u32).max(1);
            let share = |schools: f64| (schools * size / f64::from(districts)).round().max(1.0) as u32;
            ScenarioAuthority {
                // 201 to 351: never Essex's 881.
                number: 201 + place,
                region: usize::from(place) % 9,
                schools: (0..districts)
                    .map(|_| (share(primaries), share(secondaries)))
                    .collect(),
            }
        })
        .collect();
    all.push(ScenarioAuthority {
        number: ESSEX_NUMBER,
        region: EAST_OF_ENGLAND,
        schools: ESSEX_SCHOOLS.to_vec(),
    });
    all
}
