//! The local authorities of England: their numbers, names and codes of every year since 2009, and their districts.

mod data;
mod key;
mod region;

pub use key::authority_key;
pub use region::Region;

use crate::{AcademicYear, AreaCode, LaCode};
use data::FACTS;
use std::collections::BTreeSet;

/// An authority of England with responsibility for schools: one of the 153 of today, or one abolished since 2009.
///
/// ```
/// # use senlens_model::Authority;
/// let hull = Authority::named("City of Kingston-upon-Hull Council").expect("known");
/// assert_eq!((hull.la_code.get(), hull.name.as_str()), (810, "Kingston upon Hull, City of"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its three-digit number.
    pub la_code: LaCode,
    /// Its name, as the Department writes it.
    pub name: String,
    /// Its nine-character codes, oldest first where it has had several.
    pub area_codes: Vec<AreaCode>,
    /// Its region.
    pub region: Region,
    /// The authorities its area went to, if it was abolished.
    pub succeeded_by: Vec<LaCode>,
    codes: Vec<DatedCode>,
    other_names: Vec<String>,
    span: Span,
}

/// A district of England: a lower-tier district, or a unitary authority as its own one district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDistrict {
    /// Nine-character code.
    pub code: AreaCode,
    /// Name.
    pub name: String,
    /// The authority it belongs to, or belonged to.
    pub la_code: LaCode,
    /// The authority its area went to, where its own was abolished.
    pub now: Option<LaCode>,
    span: Span,
}

/// The years in which something holds: from the first of April of `since` until that of `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Span {
    since: Option<u16>,
    until: Option<u16>,
}

impl Span {
    /// Whether it holds at the spring census of a year, which is taken in January.
    fn holds_at(self, census: AcademicYear) -> bool {
        let january = census.january();
        self.since.is_none_or(|since| since < january) && self.until.is_none_or(|until| january <= until)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct DatedCode {
    code: AreaCode,
    span: Span,
}

impl Authority {
    /// Every authority, by number: those of today and those abolished since 2009.
    pub fn all() -> &'static [Self] {
        &FACTS.authorities
    }

    /// The authorities of today, by number.
    pub fn current() -> impl Iterator<Item = &'static Self> {
        Self::all().iter().filter(|authority| !authority.is_abolished())
    }

    /// The authority of a number.
    pub fn numbered(la_code: LaCode) -> Option<&'static Self> {
        Self::all().iter().find(|authority| authority.la_code == la_code)
    }

    /// The authority of a nine-character code, of whatever year.
    pub fn coded(code: AreaCode) -> Option<&'static Self> {
        let mut all = Self::all().iter();
        all.find(|authority| authority.area_codes.contains(&code))
    }

    /// The authority of a name, however published files spell it: "St Helens" finds "St. Helens", "City of Bristol"
    /// finds "Bristol, City of". Where an abolished authority bears the name of one of today (Dorset), that of today.
    pub fn named(name: &str) -> Option<&'static Self> {
        let place = FACTS.by_name.get(&authority_key(name))?;
        Some(&FACTS.authorities[*place])
    }

    /// The authority that bore a name at a spring census: "Dorset" is 835 in January 2018 and 838 in January 2020.
    pub fn named_at(name: &str, census: AcademicYear) -> Option<&'static Self> {
        let named = Self::named(name)?;
        if named.exists_at(census) {
            return Some(named);
        }
        let key = authority_key(&named.name);
        let namesake = Self::all()
            .iter()
            .find(|each| each.exists_at(census) && authority_key(&each.name) == key);
        namesake.or(Some(named))
    }

    /// The authority that someone means: by number (`886`), by code (`E10000016`) or by name (`kent`).
    pub fn meant_by(text: &str) -> Option<&'static Self> {
        let text = text.trim();
        if text.len() == 3
            && let Some(found) = text.parse().ok().and_then(Self::numbered)
        {
            return Some(found);
        }
        if let Some(found) = text.to_ascii_uppercase().parse().ok().and_then(Self::coded) {
            return Some(found);
        }
        Self::named(text)
    }

    /// Authorities whose names are like a text, nearest first; none when no name is.
    pub fn like(text: &str) -> Vec<&'static Self> {
        /// How alike two names must be to be offered (Jaro and Winkler's similarity, 0 to 1).
        const ALIKE: f64 = 0.82;
        /// How many are offered at most.
        const OFFERED: usize = 4;
        fn words_in_order(key: &str) -> String {
            let mut words: Vec<&str> = key.split(' ').collect();
            words.sort_unstable();
            words.join(" ")
        }
        let asked = authority_key(text);
        if asked.is_empty() {
            return Vec::new();
        }
        let asked_in_order = words_in_order(&asked);
        let likeness = |authority: &Self| {
            let names = std::iter::once(&authority.name).chain(&authority.other_names);
            let each = names.map(|name| {
                let key = authority_key(name);
                let starts = asked.len() >= 3
                    && key
                        .split(' ')
                        .any(|word| word.starts_with(&asked) || asked.starts_with(word) && word.len() > 3);
                let alike = strsim::jaro_winkler(&key, &asked)
                    .max(strsim::jaro_winkler(&words_in_order(&key), &asked_in_order));
                if starts { alike.max(ALIKE) } else { alike }
            });
            each.fold(0.0, f64::max)
        };
        let mut alike: Vec<(f64, &Self)> = Self::current()
            .map(|authority| (likeness(authority), authority))
            .filter(|(likeness, _)| *likeness >= ALIKE)
            .collect();
        alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.name.cmp(&b.1.name)));
        alike
            .into_iter()
            .take(OFFERED)
            .map(|(_, authority)| authority)
            .collect()
    }

    /// Whether it is no more.
    pub fn is_abolished(&self) -> bool {
        self.span.until.is_some()
    }

    /// The year on whose first of April it came into being, if that was in 2009 or later.
    pub fn since(&self) -> Option<u16> {
        self.span.since
    }

    /// The year on whose first of April it was abolished.
    pub fn until(&self) -> Option<u16> {
        self.span.until
    }

    /// Whether it was an authority at the spring census of a year.
    pub fn exists_at(&self, census: AcademicYear) -> bool {
        self.span.holds_at(census)
    }

    /// Its nine-character code at the spring census of a year; the nearest known where it did not exist then.
    pub fn area_code_at(&self, census: AcademicYear) -> AreaCode {
        let held = self.codes.iter().find(|dated| dated.span.holds_at(census));
        let nearest = held.or_else(|| match self.span.since {
            Some(since) if census.january() <= since => self.codes.first(),
            _ => self.codes.last(),
        });
        nearest.expect("every authority has a code, tested").code
    }

    /// The authorities whose area, or part of it, it took over.
    pub fn predecessors(&self) -> impl Iterator<Item = &'static Self> {
        let la_code = self.la_code;
        Self::all()
            .iter()
            .filter(move |each| each.succeeded_by.contains(&la_code))
    }

    /// Whether two numbers are of one authority, or of two of which one took over area of the other: schools keep an old
    /// number for a while.
    pub fn are_kin(one: LaCode, other: LaCode) -> bool {
        let took_over = |from: LaCode, to: LaCode| {
            Self::numbered(from).is_some_and(|authority| authority.succeeded_by.contains(&to))
        };
        one == other || took_over(one, other) || took_over(other, one)
    }

    /// Whether these are all the authorities of England at the spring census of a year. A table of an earlier or later map
    /// names those whose area an authority came from, or went to, in its place.
    pub fn are_all_at(census: AcademicYear, present: &BTreeSet<LaCode>) -> bool {
        let there = |la_code: &LaCode| present.contains(la_code);
        Self::all()
            .iter()
            .filter(|authority| authority.exists_at(census))
            .all(|authority| {
                let mut before = authority.predecessors().map(|each| each.la_code).peekable();
                there(&authority.la_code)
                    || (!authority.succeeded_by.is_empty() && authority.succeeded_by.iter().all(there))
                    || (before.peek().is_some() && before.all(|la_code| there(&la_code)))
            })
    }

    /// Its districts of every year, by code.
    pub fn districts(&self) -> impl Iterator<Item = &'static KnownDistrict> {
        let la_code = self.la_code;
        KnownDistrict::all()
            .iter()
            .filter(move |district| district.la_code == la_code)
    }
}

impl KnownDistrict {
    /// Every district of England since 2009, by authority and code.
    pub fn all() -> &'static [Self] {
        &FACTS.districts
    }

    /// Districts of a code: one, but for a district that was renamed.
    pub fn coded(code: AreaCode) -> impl Iterator<Item = &'static Self> {
        Self::all().iter().filter(move |district| district.code == code)
    }

    /// Whether it was a district at the spring census of a year.
    pub fn exists_at(&self, census: AcademicYear) -> bool {
        self.span.holds_at(census)
    }

    /// Whether it is a district today.
    pub fn is_current(&self) -> bool {
        self.span.until.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::{Authority, KnownDistrict, Region, authority_key};
    use crate::AcademicYear;
    use std::collections::{BTreeMap, BTreeSet};

    fn census(year: &str) -> AcademicYear {
        year.parse().expect("a year")
    }

    #[test]
    fn the_153_authorities_of_today_are_found_by_number_code_and_name() {
        assert_eq!(Authority::current().count(), 153);
        assert_eq!(Authority::all().len(), 160);
        assert_eq!(Region::all().len(), 9);
        for authority in Authority::current() {
            assert_eq!(Authority::numbered(authority.la_code), Some(authority));
            assert_eq!(Authority::named(&authority.name), Some(authority));
            assert_eq!(
                Authority::meant_by(&authority.la_code.to_string()),
                Some(authority)
            );
            for code in &authority.area_codes {
                assert_eq!(Authority::meant_by(code.as_str()), Some(authority), "{code}");
            }
            for name in &authority.other_names {
                assert_eq!(Authority::named(name), Some(authority), "{name}");
            }
        }
    }

    #[test]
    fn authorities_are_kin_of_those_they_took_over_from() {
        let number = |text: &str| text.parse().expect("a number");
        for (one, other, kin) in [
            ("881", "881", true),
            ("881", "886", false),
            ("835", "838", true),
            ("838", "835", true),
            ("837", "839", true),
            ("838", "839", false),
            ("999", "999", true),
            ("999", "881", false),
        ] {
            assert_eq!(
                Authority::are_kin(number(one), number(other)),
                kin,
                "{one} {other}"
            );
        }
    }

    #[test]
    fn england_is_all_its_authorities_of_the_year() {
        for (year, count) in [("201718", 152), ("202122", 152), ("202324", 153)] {
            let census = census(year);
            let all: BTreeSet<_> = Authority::all()
                .iter()
                .filter(|each| each.exists_at(census))
                .map(|each| each.la_code)
                .collect();
            assert_eq!(all.len(), count, "{year}");
            assert!(Authority::are_all_at(census, &all), "{year}");
            for left_out in &all {
                let others = all.iter().copied().filter(|each| each != left_out).collect();
                assert!(
                    !Authority::are_all_at(census, &others),
                    "{year} without {left_out}"
                );
            }
        }
        // Cumbria in place of the two that took it over, and the two in place of Cumbria.
        let today: BTreeSet<_> = Authority::current().map(|each| each.la_code).collect();
        assert!(Authority::are_all_at(census("202122"), &today));
        let before: BTreeSet<_> = Authority::all()
            .iter()
            .filter(|each| each.exists_at(census("202122")))
            .map(|each| each.la_code)
            .collect();
        assert!(Authority::are_all_at(census("202324"), &before));
    }

    #[test]
    fn no_two_authorities_of_one_year_share_a_name_or_a_code() {
        for year in (2009..=2025).map(|start| AcademicYear::starting(start).expect("a year")) {
            let mut names: BTreeMap<String, &str> = BTreeMap::new();
            let mut codes = BTreeSet::new();
            for authority in Authority::all().iter().filter(|each| each.exists_at(year)) {
                assert!(codes.insert(authority.area_code_at(year)), "{}", authority.name);
                for name in std::iter::once(&authority.name).chain(&authority.other_names) {
                    if let Some(other) = names.insert(authority_key(name), &authority.name) {
                        assert_eq!(other, authority.name, "{name}");
                    }
                }
            }
        }
        let numbers: BTreeSet<_> = Authority::all().iter().map(|each| each.la_code).collect();
        assert_eq!(numbers.len(), Authority::all().len());
    }

    #[test]
    fn spellings_of_published_files_join() {
        for (name, number) in [
            ("essex", 881),
            ("Essex County Council", 881),
            ("Bedford Borough", 822),
            ("Bedford", 822),
            ("Durham", 840),
            ("County Durham", 840),
            ("Durham County Council", 840),
            ("Herefordshire", 884),
            ("County of Herefordshire", 884),
            ("Kent", 886),
            ("Kingston Upon Hull, City of", 810),
            ("Kingston-upon-Hull", 810),
            ("Hull City Council", 810),
            ("Kingston upon Thames", 314),
            ("Royal Borough of Kingston-upon-Thames", 314),
            ("City of Bristol", 801),
            ("Bristol", 801),
            ("St Helens", 342),
            ("Saint Helens", 342),
            ("St. Helens", 342),
            ("Redcar & Cleveland", 807),
            ("Telford & Wrekin", 894),
            ("Telford and the Wrekin", 894),
            ("Southend on Sea", 882),
            ("Stoke on Trent", 861),
            ("Stockton upon Tees", 808),
            ("Newcastle-upon-Tyne", 391),
            ("Bournemouth Christchurch & Poole", 839),
            ("Cornwall and Isles of Scilly", 908),
            ("Isles Of Scilly", 420),
            ("City of London", 201),
            ("London Borough of Barking & Dagenham", 301),
            ("City of York", 816),
            ("Nottingham City", 892),
            ("Cheshire West And Chester", 896),
            ("Brighton & Hove", 846),
            ("Dorset", 838),
            ("Cumbria", 909),
            ("Poole", 836),
        ] {
            assert_eq!(
                Authority::named(name).map(|authority| authority.la_code.get()),
                Some(number),
                "{name}"
            );
        }
        for unknown in [
            "London",
            "Inner London",
            "Kingston",
            "England",
            "North East",
            "",
            "of",
        ] {
            assert_eq!(Authority::named(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn codes_and_names_follow_the_year() {
        let code = |number: &str, year| {
            let authority = Authority::numbered(number.parse().expect("a number")).expect("known");
            authority.area_code_at(census(year)).to_string()
        };
        for (number, year, expected) in [
            ("825", "201819", "E10000002"),
            ("825", "201920", "E10000002"),
            ("825", "202021", "E06000060"),
            ("815", "202223", "E10000023"),
            ("815", "202324", "E06000065"),
            ("929", "201112", "E06000048"),
            ("929", "202223", "E06000057"),
            ("370", "202425", "E08000016"),
            ("370", "202526", "E08000038"),
            ("942", "202122", "E06000063"),
        ] {
            assert_eq!(code(number, year), expected, "{number} {year}");
        }
        let dorset = |year| Authority::named_at("Dorset", census(year)).map(|each| each.la_code.get());
        assert_eq!(
            (dorset("201718"), dorset("201819"), dorset("201920")),
            (Some(835), Some(835), Some(838))
        );
    }

    #[test]
    fn the_abolished_lead_to_their_successors_district_by_district() {
        for abolished in Authority::all().iter().filter(|each| each.is_abolished()) {
            for successor in &abolished.succeeded_by {
                let successor = Authority::numbered(*successor).expect("in the list");
                assert_eq!(successor.since(), abolished.until(), "{}", successor.name);
                assert!(successor.predecessors().any(|each| each == abolished));
            }
            for district in abolished.districts() {
                let now = district
                    .now
                    .expect("an abolished authority's district went somewhere");
                assert!(abolished.succeeded_by.contains(&now), "{}", district.name);
            }
        }
        let of_cumbria: Vec<u16> = Authority::named("Cumbria")
            .expect("known")
            .districts()
            .filter_map(|district| Some(district.now?.get()))
            .collect();
        assert_eq!(of_cumbria, [942, 943, 942, 942, 943, 943]);
    }

    #[test]
    fn every_authority_has_districts_at_every_census_it_held() {
        for year in (2017..=2025).map(|start| AcademicYear::starting(start).expect("a year")) {
            for authority in Authority::all().iter().filter(|each| each.exists_at(year)) {
                assert!(
                    authority.districts().any(|district| district.exists_at(year)),
                    "{} {year}",
                    authority.name
                );
            }
        }
        let essex: Vec<&str> = Authority::named("Essex")
            .expect("known")
            .districts()
            .filter(|district| district.is_current())
            .map(|district| district.name.as_str())
            .collect();
        assert_eq!((essex.len(), essex[0], essex[11]), (12, "Basildon", "Uttlesford"));
        let bcp = KnownDistrict::coded("E06000058".parse().expect("a code"))
            .next()
            .expect("known");
        assert_eq!(bcp.name, "Bournemouth, Christchurch and Poole");
    }

    #[test]
    fn a_slip_of_the_pen_is_offered_what_was_meant() {
        for (typed, offered) in [
            ("kentt", "Kent"),
            ("Sufolk", "Suffolk"),
            ("essx", "Essex"),
            ("leicster", "Leicester"),
            ("northamptonshire west", "West Northamptonshire"),
            ("yorkshire", "North Yorkshire"),
            ("buckingham", "Buckinghamshire"),
        ] {
            let names: Vec<&str> = Authority::like(typed)
                .iter()
                .map(|each| each.name.as_str())
                .collect();
            assert!(names.contains(&offered), "{typed}: {names:?}");
        }
        assert!(Authority::like("xyzzy").is_empty());
        assert!(Authority::like("").is_empty());
    }
}
