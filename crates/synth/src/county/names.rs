//! Invented names and codes, of the right shape and in use nowhere: no real school, authority, district or postcode.

use crate::random::Random;
use senlens_model::{AreaCode, LaCode, Phase};
use std::collections::BTreeSet;

/// The invented county.
pub(super) const COUNTY_NAME: &str = "Merrowshire";

/// Its authority number; the Department has numbered no authority from 421 to 659.
const COUNTY_NUMBER: u16 = 599;

/// The number of the first other authority.
const FIRST_NUMBER: u16 = 501;

/// The invented regions, in the order of the published number of authorities in each.
pub(super) const REGIONS: [&str; 9] = [
    "Northern Fells",
    "Western Reach",
    "Upper Ridings",
    "Inner Shires",
    "Forest Marches",
    "Eastern Levels",
    "Metropolis",
    "Southern Weald",
    "Outer Moors",
];

/// The region the county lies in: the one with eleven authorities.
pub(super) const COUNTY_REGION: usize = 5;

/// The county's districts: name, part (an index into [`PART_NAMES`]), share of its schools.
pub(super) const DISTRICTS: [(&str, usize, f64); 12] = [
    ("Arkendale", 0, 0.09),
    ("Brockhythe", 0, 0.08),
    ("Colderness", 0, 0.07),
    ("Dunmarrow", 1, 0.10),
    ("Elvermere", 1, 0.08),
    ("Fennimarsh", 1, 0.06),
    ("Gildershaw", 2, 0.11),
    ("Harrowmoor", 2, 0.09),
    ("Isenholt", 2, 0.07),
    ("Kestlewick", 3, 0.10),
    ("Larkenfold", 3, 0.08),
    ("Mistlecombe", 3, 0.07),
];

/// The county's four parts, which it calls quadrants.
pub(super) const PART_NAMES: [&str; 4] = ["North", "East", "South", "West"];

const FIRST_SYLLABLES: [&str; 40] = [
    "Aldrow", "Ambrith", "Barlock", "Bexholm", "Brindle", "Carrow", "Corvel", "Cressing", "Dallow",
    "Dunlith", "Eddow", "Elspar", "Farrock", "Fennow", "Gallith", "Gorsley", "Hadrow", "Hesper", "Ivelow",
    "Jessam", "Kelmarr", "Kirrow", "Lathen", "Lorrin", "Mallow", "Merrith", "Nethrow", "Norrel", "Orrin",
    "Paxmoor", "Quarrel", "Rushel", "Sarrow", "Selkin", "Tarrow", "Thornel", "Ullock", "Varrow", "Wexel",
    "Yarrick",
];

const LAST_SYLLABLES: [&str; 16] = [
    "beck", "bourne", "bridge", "combe", "cote", "den", "field", "ford", "garth", "holt", "hythe", "mere",
    "stoke", "thorpe", "wick", "worth",
];

const AUTHORITY_KINDS: [&str; 4] = ["shire", " Borough", " Bay", " and the Vale"];

/// Invented places, each once, in a random order; as many as are asked for.
pub(super) fn places(random: &mut Random, wanted: usize) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for before in ["", "Upper ", "Lower ", "Great ", "Little "] {
        if places.len() >= wanted {
            break;
        }
        let mut round = Vec::new();
        for first in FIRST_SYLLABLES {
            round.extend(LAST_SYLLABLES.map(|last| format!("{before}{first}{last}")));
        }
        random.shuffle(&mut round);
        places.extend(round);
    }
    let whole = places.len();
    for more in whole..wanted {
        let again = format!("{} {}", places[more % whole], more / whole + 1);
        places.push(again);
    }
    places.truncate(wanted);
    places
}

/// A school's name at a place, in the manner of its phase.
pub(super) fn school_name(random: &mut Random, phase: Phase, special: bool, place: &str) -> String {
    let kinds: &[&str] = match phase {
        Phase::Nursery => &["Nursery School"],
        Phase::Primary => &[
            "Primary School",
            "Primary School",
            "Community Primary School",
            "Church of England Primary School",
            "Primary Academy",
            "Infant School",
            "Junior School",
        ],
        Phase::Secondary => &["Academy", "School", "High School", "Community College"],
        Phase::Special => &["Grange School", "Lodge School", "Park Academy"],
        Phase::NonMaintainedSpecial => &["Hall Specialist School"],
        Phase::AlternativeProvision => &["Pupil Referral Unit", "AP Academy"],
        Phase::Independent if special => &["Manor Specialist School", "Learning House"],
        Phase::Independent => &["College", "Preparatory School", "House School"],
    };
    format!("{place} {}", random.one_of(kinds))
}

/// Names of other authorities, each once.
pub(super) fn authorities(random: &mut Random, wanted: usize) -> Vec<String> {
    let mut names = Vec::new();
    for kind in AUTHORITY_KINDS {
        names.extend(FIRST_SYLLABLES.map(|first| format!("{first}{kind}")));
    }
    random.shuffle(&mut names);
    names.truncate(wanted);
    debug_assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), wanted);
    names
}

/// The county's authority number.
pub(super) fn county_number() -> LaCode {
    la_code(COUNTY_NUMBER)
}

/// The number of the other authority at a place in the list.
pub(super) fn authority_number(place: usize) -> LaCode {
    let straight = FIRST_NUMBER + u16::try_from(place).expect("fewer authorities than numbers");
    la_code(if straight >= COUNTY_NUMBER {
        straight + 1
    } else {
        straight
    })
}

/// A code of the Government Statistical Service's shape: a class and a number that class has not reached.
pub(super) fn area_code(class: &str, number: usize) -> AreaCode {
    format!("{class}{number:06}")
        .parse()
        .expect("a letter and eight digits, by construction")
}

/// The code of the invented region at a place in [`REGIONS`].
pub(super) fn region_code(place: usize) -> AreaCode {
    area_code("E12", 91 + place)
}

/// The code of the county's district at a place in [`DISTRICTS`].
pub(super) fn district_code(place: usize) -> AreaCode {
    area_code("E07", 901 + place)
}

/// A postcode of the right shape in an area (`QV`) that the Royal Mail does not have.
pub(super) fn postcode(random: &mut Random) -> String {
    let letters = ["A", "B", "D", "E", "F", "G", "H", "J"];
    let (district, sector) = (1 + random.below(30), random.below(10));
    format!(
        "QV{district} {sector}{}{}",
        random.one_of(&letters),
        random.one_of(&letters)
    )
}

fn la_code(number: u16) -> LaCode {
    number.to_string().parse().expect("three digits, by construction")
}

#[cfg(test)]
mod tests {
    use super::{DISTRICTS, PART_NAMES, authority_number, county_number, places};
    use crate::random::Random;
    use std::collections::BTreeSet;

    #[test]
    fn every_place_is_named_once_however_many_are_asked_for() {
        for wanted in [0, 3, 550, 640, 641, 5_000] {
            let names = places(&mut Random::of(1, &[1]), wanted);
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), wanted);
        }
    }

    #[test]
    fn numbers_are_apart_and_outside_those_in_use() {
        let numbers: BTreeSet<_> = (0..151).map(authority_number).chain([county_number()]).collect();
        assert_eq!(numbers.len(), 152);
        assert!(numbers.iter().all(|number| (421..=659).contains(&number.get())));
    }

    #[test]
    fn districts_make_up_the_county() {
        let whole: f64 = DISTRICTS.iter().map(|(_, _, share)| share).sum();
        assert!((whole - 1.0).abs() < 1e-9);
        for part in 0..PART_NAMES.len() {
            assert_eq!(DISTRICTS.iter().filter(|district| district.1 == part).count(), 3);
        }
    }
}
