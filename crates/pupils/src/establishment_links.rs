//! Which school became which: the Department's register of predecessors and successors.

use senlens_files::{CsvShape, Error, Problem, read_file, separator, table_text};
use senlens_model::Urn;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Links from a school to the one it became, where exactly one became exactly one: a converted academy and its former
/// self. Mergers, amalgamations and splits are not followed: those are other schools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EstablishmentLinks {
    successor: BTreeMap<Urn, Urn>,
    /// Schools that split or merged, and what they became.
    not_followed: BTreeMap<Urn, BTreeSet<Urn>>,
}

impl EstablishmentLinks {
    /// Reads `URN, LinkURN, LinkName, LinkType, LinkEstablishedDate`, as Get Information about Schools exports it.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such columns.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let bytes = read_file(path, &name)?;
        Self::parse(&name, bytes)
    }

    /// Reads the same from bytes; `name` is for messages.
    ///
    /// # Errors
    /// When the text cannot be decoded, or has no such columns.
    pub fn parse(name: &str, bytes: Vec<u8>) -> Result<Self, Error> {
        let text = table_text(name, bytes)?;
        // A file that is cut off or has lost a quotation mark would be read as a shorter one.
        CsvShape::of(name, &text, |_| true)?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(separator(text.lines().next().unwrap_or_default().as_bytes()))
            .from_reader(text.as_bytes());
        let unusable = || {
            Problem::of_file(name, "not a file of establishment links").remedy(
                "give the links export of Get Information about Schools, with URN, LinkURN and LinkType",
            )
        };
        let headers = reader.headers().map_err(|_| unusable())?.clone();
        let column = |wanted: &str| headers.iter().position(|h| h.trim().eq_ignore_ascii_case(wanted));
        let (Some(urn), Some(link), Some(kind)) = (column("URN"), column("LinkURN"), column("LinkType"))
        else {
            return Err(unusable().into());
        };
        let mut pairs = Vec::new();
        let mut others = Vec::new();
        for row in reader.records() {
            let Ok(row) = row else { continue };
            let parsed = |at: usize| row.get(at).and_then(|text| text.parse::<Urn>().ok());
            let (Some(one), Some(other)) = (parsed(urn), parsed(link)) else {
                continue;
            };
            match row.get(kind).unwrap_or_default().trim() {
                "Successor" => pairs.push((one, other)),
                "Predecessor" => pairs.push((other, one)),
                kind if ["Split", "Merged", "Amalgamated", "Result of Amalgamation"]
                    .iter()
                    .any(|other| kind.starts_with(other)) =>
                {
                    others.push((one, other));
                }
                _ => {}
            }
        }
        if pairs.is_empty() && others.is_empty() {
            return Err(
                Problem::of_file(name, "there is no link between two schools in it")
                    .remedy("give the links export of Get Information about Schools whole")
                    .into(),
            );
        }
        let mut links = Self::from_pairs(pairs);
        for (former, later) in others {
            if !links.successor.contains_key(&former) {
                links.not_followed.entry(former).or_default().insert(later);
            }
        }
        Ok(links)
    }

    /// From pairs of former and later school; those that are not one to one are left out.
    pub fn from_pairs(mut pairs: Vec<(Urn, Urn)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut successors: BTreeMap<Urn, u32> = BTreeMap::new();
        let mut predecessors: BTreeMap<Urn, u32> = BTreeMap::new();
        for (former, later) in &pairs {
            *successors.entry(*former).or_default() += 1;
            *predecessors.entry(*later).or_default() += 1;
        }
        let mut links = Self::default();
        for (former, later) in pairs.into_iter().filter(|(former, later)| former != later) {
            if successors.get(&former) == Some(&1) && predecessors.get(&later) == Some(&1) {
                links.successor.insert(former, later);
            } else {
                links.not_followed.entry(former).or_default().insert(later);
            }
        }
        links
    }

    /// The school itself and those it became, in order. A circle of links ends where it began.
    pub fn successors_of(&self, urn: Urn) -> Vec<Urn> {
        let mut chain = vec![urn];
        let mut last = urn;
        while let Some(next) = self.successor.get(&last) {
            if chain.contains(next) {
                break;
            }
            chain.push(*next);
            last = *next;
        }
        chain
    }

    /// What a school became that split or merged: not followed, since its pupils are not those of one other school.
    pub fn became(&self, urn: Urn) -> Option<&BTreeSet<Urn>> {
        self.not_followed.get(&urn)
    }

    /// The former schools, in order.
    pub fn former(&self) -> impl Iterator<Item = Urn> + '_ {
        self.successor.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::EstablishmentLinks;
    use senlens_model::Urn;

    fn urn(number: u32) -> Urn {
        number.to_string().parse().expect("a URN")
    }

    #[test]
    fn conversions_are_followed_and_mergers_are_not() {
        let file = b"URN,LinkURN,LinkName,LinkType,LinkEstablishedDate\r\n\
            100001,140001,x,Successor,\r\n140001,100001,y,Predecessor,01-09-2012\r\n\
            140001,150001,x,Successor,\r\n\
            100002,140002,x,Successor,\r\n100003,140002,x,Successor,\r\n\
            100004,140004,x,Merged - expansion,\r\n";
        let links = EstablishmentLinks::parse("links.csv", file.to_vec()).expect("links");
        assert_eq!(
            links.successors_of(urn(100_001)),
            [urn(100_001), urn(140_001), urn(150_001)]
        );
        for other in [100_002, 100_003, 100_004] {
            assert_eq!(links.successors_of(urn(other)), [urn(other)]);
            assert!(links.became(urn(other)).is_some(), "{other}");
        }
        assert_eq!(links.became(urn(100_001)), None);
    }

    #[test]
    fn a_circle_ends() {
        let links =
            EstablishmentLinks::from_pairs(vec![(urn(100_001), urn(100_002)), (urn(100_002), urn(100_001))]);
        assert_eq!(links.successors_of(urn(100_001)).len(), 2);
    }

    #[test]
    fn a_file_without_the_columns_is_refused() {
        assert!(EstablishmentLinks::parse("links.csv", b"a,b\n1,2\n".to_vec()).is_err());
    }
}
