//! The local authorities of England: facts that let files without codes be joined.

use crate::{AreaCode, LaCode, fold};
use std::sync::OnceLock;

/// An authority of England.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// Its three-digit number.
    pub la_code: LaCode,
    /// Its name.
    pub name: String,
    /// Its GSS codes, oldest first where it has had several.
    pub area_codes: Vec<AreaCode>,
    /// Its region.
    pub region: Region,
    other_names: Vec<String>,
}

/// A region of England.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Region {
    /// GSS code.
    pub code: AreaCode,
    /// Name.
    pub name: &'static str,
}

impl Region {
    /// The nine regions, by code.
    pub fn all() -> Vec<Self> {
        let names = [
            "North East",
            "North West",
            "Yorkshire and The Humber",
            "East Midlands",
            "West Midlands",
            "East of England",
            "London",
            "South East",
            "South West",
        ];
        let code = |number: usize| {
            format!("E1200000{number}")
                .parse()
                .expect("nine characters, of the shape asked")
        };
        names
            .into_iter()
            .enumerate()
            .map(|(index, name)| Self {
                code: code(index + 1),
                name,
            })
            .collect()
    }

    /// The region of a code.
    pub fn of(code: AreaCode) -> Option<Self> {
        Self::all().into_iter().find(|region| region.code == code)
    }
}

impl Authority {
    /// Every authority, by number.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Authority>> = OnceLock::new();
        ALL.get_or_init(|| {
            let lines = include_str!("../areas/authorities.txt")
                .lines()
                .filter(|line| !line.starts_with('#'));
            lines
                .map(|line| Self::from_line(line).expect("the built-in list is tested"))
                .collect()
        })
    }

    /// The authority of a number.
    pub fn numbered(la_code: LaCode) -> Option<&'static Self> {
        Self::all().iter().find(|authority| authority.la_code == la_code)
    }

    /// The authority of a name, by its letters: "Herefordshire" finds "Herefordshire, County of".
    pub fn named(name: &str) -> Option<&'static Self> {
        let folded = fold(name);
        Self::all().iter().find(|authority| {
            fold(&authority.name) == folded || authority.other_names.iter().any(|other| fold(other) == folded)
        })
    }

    fn from_line(line: &str) -> Option<Self> {
        let mut fields = line.split('|');
        let mut next = || fields.next();
        let la_code = next()?.parse().ok()?;
        let name = next()?.to_owned();
        let area_codes = next()?
            .split(' ')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        let region = Region::of(next()?.parse().ok()?)?;
        let other_names = next()?
            .split(';')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        Some(Self {
            la_code,
            name,
            area_codes,
            region,
            other_names,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Authority, Region};

    #[test]
    fn every_authority_reads_and_is_found_by_number_and_name() {
        assert_eq!(Authority::all().len(), 155);
        for authority in Authority::all() {
            assert_eq!(Authority::numbered(authority.la_code), Some(authority));
            assert_eq!(Authority::named(&authority.name), Some(authority));
        }
        assert_eq!(Region::all().len(), 9);
    }

    #[test]
    fn essex_is_not_kent_and_other_names_are_known() {
        let essex = Authority::named("essex").expect("in the list");
        assert_eq!(
            (essex.la_code.get(), essex.area_codes[0].as_str()),
            (881, "E10000012")
        );
        assert_eq!(essex.region.name, "East of England");
        for (name, number) in [
            ("Bedford Borough", 822),
            ("Durham", 840),
            ("Herefordshire", 884),
            ("Kent", 886),
        ] {
            assert_eq!(
                Authority::named(name).map(|authority| authority.la_code.get()),
                Some(number),
                "{name}"
            );
        }
        assert_eq!(
            Authority::numbered("825".parse().expect("a number"))
                .expect("Bucks")
                .area_codes
                .len(),
            2
        );
    }
}
