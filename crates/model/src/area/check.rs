//! Whether what an area file says is so: of its authority, its parts and its neighbours.

use super::{AreaFile, AreaFileError, AreaText, NeighbourList};
use crate::{AreaCode, Authority, KnownDistrict, authority_key};
use std::collections::BTreeSet;

/// The longest name: twice that of the longest list of neighbours.
pub(super) const MOST_LETTERS: usize = 200;
/// More parts than any authority has districts.
const MOST_PARTS: usize = 100;
/// More districts than there are in England.
const MOST_DISTRICTS: usize = 500;
/// More lists of neighbours than there have been years.
const MOST_LISTS: usize = 100;

impl AreaFile {
    pub(super) fn check_parts(&self, known: Option<&Authority>) -> Result<(), AreaFileError> {
        let mut names = BTreeSet::new();
        let mut districts = BTreeSet::new();
        for part in &self.parts {
            let name = &part.name;
            if !names.insert(name.as_str()) {
                return Err(AreaFileError::PartTwice { name: name.clone() });
            }
            if part.districts.is_empty() {
                return Err(AreaFileError::EmptyPart { name: name.clone() });
            }
            for district in &part.districts {
                if !districts.insert(*district) {
                    return Err(AreaFileError::DistrictTwice { district: *district });
                }
            }
        }
        let listed = self.districts.iter().map(|district| district.code);
        for district in listed.chain(districts) {
            if let Some(known) = known {
                known_district(known, district)?;
            }
        }
        Ok(())
    }

    pub(super) fn check_neighbours(&self, of_england: bool) -> Result<(), AreaFileError> {
        for NeighbourList { list, la_codes, .. } in &self.neighbours {
            let list = list.clone();
            if la_codes.is_empty() {
                return Err(AreaFileError::NoNeighbours { list });
            }
            if la_codes.contains(&self.la_code) {
                return Err(AreaFileError::OwnNeighbour {
                    authority: self.name.clone(),
                    la_code: self.la_code,
                    list,
                });
            }
            let mut seen = BTreeSet::new();
            for la_code in la_codes.iter().copied() {
                if !seen.insert(la_code) {
                    return Err(AreaFileError::NeighbourTwice { la_code, list });
                }
                if of_england && Authority::numbered(la_code).is_none() {
                    return Err(AreaFileError::UnknownNeighbour { la_code, list });
                }
            }
        }
        Ok(())
    }
}

impl AreaText {
    /// Whether its names and lists are of a size that a page can carry.
    pub(super) fn check_sizes(&self) -> Result<(), AreaFileError> {
        for (what, count, most) in [
            ("parts", self.parts.len(), MOST_PARTS),
            ("districts", self.districts.len(), MOST_DISTRICTS),
            ("neighbours", self.neighbours.len(), MOST_LISTS),
        ] {
            if count > most {
                return Err(AreaFileError::TooMany { what, count, most });
            }
        }
        let own = [
            ("name", self.name.as_ref()),
            ("region_name", self.region_name.as_ref()),
            ("part_word", Some(&self.part_word)),
        ];
        let own = own.into_iter().filter_map(|(what, name)| Some((what, name?)));
        let parts = self.parts.iter().map(|part| ("parts", &part.name));
        let districts = self
            .districts
            .iter()
            .map(|district| ("districts", &district.name));
        let lists = self.neighbours.iter().map(|list| ("neighbours", &list.list));
        for (what, name) in own.chain(parts).chain(districts).chain(lists) {
            let letters = name.chars().count();
            if name.trim().is_empty() || letters > MOST_LETTERS || name.chars().any(char::is_control) {
                return Err(AreaFileError::NotAName { what, letters });
            }
        }
        Ok(())
    }

    /// Whether what it says of a known authority is so.
    pub(super) fn agrees_with(&self, known: &Authority) -> Result<(), AreaFileError> {
        let contradiction = |field, right: String, seen: &dyn std::fmt::Display| {
            Err(AreaFileError::Contradiction {
                la_code: known.la_code,
                authority: known.name.clone(),
                field,
                right,
                seen: seen.to_string(),
            })
        };
        if let Some(name) = &self.name
            && let Some(other) = Authority::named(name)
            && other.la_code != known.la_code
            && authority_key(&other.name) != authority_key(&known.name)
        {
            return contradiction("name", known.name.clone(), name);
        }
        if let Some(code) = &self.area_code
            && !known.area_codes.contains(code)
        {
            let codes: Vec<&str> = known.area_codes.iter().map(AreaCode::as_str).collect();
            return contradiction("area_code", codes.join("` or `"), code);
        }
        if let Some(code) = &self.region_code
            && *code != known.region.code
        {
            return contradiction("region_code", known.region.code.to_string(), code);
        }
        Ok(())
    }
}

/// Sees that a district is one of a known authority.
fn known_district(authority: &Authority, district: AreaCode) -> Result<(), AreaFileError> {
    let mut named = KnownDistrict::coded(district);
    if named.any(|each| each.la_code == authority.la_code || each.now == Some(authority.la_code)) {
        return Ok(());
    }
    let whose = match KnownDistrict::coded(district).next() {
        Some(other) => {
            let owner =
                Authority::numbered(other.la_code).expect("every district's authority is known, tested");
            format!("{} ({})", other.name, owner.name)
        }
        None => "no district of England".to_owned(),
    };
    let own: Vec<String> = authority
        .districts()
        .filter(|each| each.is_current() || authority.is_abolished())
        .map(|each| format!("{} ({})", each.code, each.name))
        .collect();
    Err(AreaFileError::NotItsDistrict {
        district,
        whose,
        authority: authority.name.clone(),
        own: own.join(", "),
    })
}
