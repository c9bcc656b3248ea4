//! Finds the area: an authority by name, number or code, or an area file; and sees that the inputs agree with it.

use crate::{Error, read};
use senlens_files::{shortened, without_controls};
use senlens_model::{
    AcademicYear, AreaCode, AreaFile, Authority, Cells, Date, LaCode, NeighbourList, Term, authority_key,
    census_day,
};
use senlens_published::read_neighbours;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What an area may be given as, for messages.
const FORMS: &str = "an authority's name (`kent`), its number (`886`) or code (`E10000016`), or an area file";

/// Whether an area is given as a file.
pub(crate) fn is_a_path(area: &str) -> bool {
    let toml = Path::new(area)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    toml || area.contains(['/', '\\'])
}

/// The area that someone means: an authority by name, number or code, or an area file.
///
/// # Errors
/// When it is neither (those of like names are offered), or the file is no area file.
pub fn area(area: &str) -> Result<AreaFile, Error> {
    find(Some(area))
}

/// The area that was asked for.
///
/// # Errors
/// When none was, it is no authority and no file, or the file is no area file.
pub(crate) fn find(area: Option<&str>) -> Result<AreaFile, Error> {
    let Some(area) = area else {
        return Err(Error::Setting(format!(
            "say whose children this is about: --area with {FORMS}"
        )));
    };
    if let Some(found) = AreaFile::built_in(area).filter(|_| !is_a_path(area)) {
        return Ok(found);
    }
    let fault = |message: String| Error::Area {
        area: area.to_owned(),
        message,
    };
    let path = Path::new(area);
    if !path.exists() || path.is_dir() {
        return Err(fault(nearest(area)));
    }
    let text = read::text_of(path)?;
    AreaFile::from_toml(&text).map_err(|error| {
        fault(format!(
            "{error}\n  hint: `senlens schema area` prints the form of an area file"
        ))
    })
}

/// What to say of a name that is no authority's: those it is like.
fn nearest(area: &str) -> String {
    if is_a_path(area) {
        return "there is no such area file; `senlens init --area NAME` writes one ready to edit".to_owned();
    }
    let like: Vec<String> = Authority::like(area)
        .iter()
        .map(|authority| format!("{} ({})", authority.name, authority.la_code))
        .collect();
    match &like[..] {
        [] => format!("no authority of England has this name, number or code; give {FORMS}"),
        [only] => format!("no authority of England has this name; did you mean {only}?"),
        [first @ .., last] => format!(
            "no authority of England has this name; did you mean {} or {last}?",
            first.join(", ")
        ),
    }
}

/// Sees that the authority was one at the census.
///
/// # Errors
/// When it had been abolished: its successors are named.
pub(crate) fn existed(area: &AreaFile, year: AcademicYear) -> Result<(), Error> {
    let Some(known) = Authority::numbered(area.la_code) else {
        return Ok(());
    };
    match known.until() {
        Some(until) if until < year.january() => {
            let successors: Vec<String> = known
                .succeeded_by
                .iter()
                .filter_map(|number| Authority::numbered(*number))
                .map(|successor| format!("{} ({})", successor.name, successor.la_code))
                .collect();
            Err(Error::Area {
                area: area.name.clone(),
                message: format!(
                    "{} was abolished on 1 April {until}, and the census compared is of January {}; choose {}",
                    area.name,
                    year.january(),
                    successors.join(" or ")
                ),
            })
        }
        _ => Ok(()),
    }
}

/// Sees that an area's region and parts are those of its schools; gives what the reader should know.
///
/// # Errors
/// When the schools lie in another region, a part holds a district that is neither known nor in the data, or no school of
/// the authority lies in any part.
pub(crate) fn agrees_with(
    area: &AreaFile,
    schools: &Cells,
    year: AcademicYear,
) -> Result<Vec<String>, Error> {
    let fault = |message: String| Error::Area {
        area: area.name.clone(),
        message,
    };
    let of_year: BTreeSet<_> = schools
        .cells()
        .iter()
        .filter(|cell| cell.time_period == year)
        .map(|cell| cell.place)
        .collect();
    let own: Vec<_> = of_year
        .into_iter()
        .filter_map(|place| schools.place(place).school())
        .filter(|school| school.la_code == area.la_code)
        .collect();
    let known = Authority::numbered(area.la_code);
    if known.is_none()
        && let Some(other) = own
            .iter()
            .filter_map(|school| school.region_code)
            .find(|code| *code != area.region_code)
    {
        return Err(fault(format!(
            "the schools of {} lie in region `{other}`; mend region_code and region_name in the area file: `{}`",
            area.name, area.region_code
        )));
    }
    let mut present: BTreeMap<_, String> = BTreeMap::new();
    for school in &own {
        if let Some(district) = school.district_code {
            let name = school.district_name.clone().unwrap_or_default();
            present.insert(district, name);
        }
    }
    if present.is_empty() || area.parts.is_empty() {
        return Ok(Vec::new());
    }
    let in_words: Vec<String> = present
        .iter()
        .map(|(code, name)| format!("{code} ({name})"))
        .collect();
    let in_words = in_words.join(", ");
    let named = |code: AreaCode| area.districts.iter().any(|district| district.code == code);
    let mut notes = Vec::new();
    let mut some_school = false;
    for part in &area.parts {
        let (held, empty): (Vec<&AreaCode>, Vec<&AreaCode>) =
            part.districts.iter().partition(|code| present.contains_key(code));
        some_school |= !held.is_empty();
        if let Some(stray) = empty.iter().find(|code| known.is_none() && !named(***code)) {
            return Err(fault(format!(
                "part {}: no school of the authority lies in district `{stray}`, and the file does not name it; the \
                 districts of its schools are {in_words}",
                part.name
            )));
        }
        if held.is_empty() {
            notes.push(format!(
                "No school in the input lies in {}, a part in the area file.",
                part.name
            ));
        }
    }
    if !some_school {
        return Err(fault(format!(
            "no school of the authority lies in any part of the area file; the districts of its schools are {in_words}"
        )));
    }
    Ok(notes)
}

/// A note when the list of neighbours is of a time after the census, for want of an earlier one.
pub(crate) fn of_later_neighbours(area: &AreaFile, year: AcademicYear) -> Option<String> {
    let january = year.january();
    let list = area.neighbours_at(year)?;
    (list.date > census_day(year, Term::Spring)).then(|| {
        format!(
            "The list of statistical neighbours ({}) holds from {}, after the census of January {january}: no earlier list is \
             known for {}.",
            list.list, list.date, area.name
        )
    })
}

/// The area's own neighbours from a file that lists them for every authority. Such a file does not say from when it
/// holds; the user vouches for it.
pub(crate) fn neighbours(path: &Path, area: &AreaFile, year: AcademicYear) -> Result<NeighbourList, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = without_controls(&name).into_owned();
    let date = Date::first_of(year.january()).expect("every year has a first day");
    let lists = read_neighbours(path, &name, &date.to_string())?;
    let fault = |message: String| Error::Setting(format!("`{name}`: {message}"));
    let is_own = |authority: &str| match Authority::named(authority) {
        Some(named) => named.la_code == area.la_code,
        None => authority_key(authority) == authority_key(&area.name),
    };
    let own = lists.authorities.iter().find(|(authority, _)| is_own(authority));
    let (_, neighbours) = own.ok_or_else(|| {
        fault(format!(
            "no column is named for {0}\n  hint: give a list that has {0} in its first row",
            area.name
        ))
    })?;
    let la_codes = neighbours
        .iter()
        .map(|neighbour| match Authority::named(neighbour) {
            Some(authority) if authority.la_code == area.la_code => Err(fault(format!(
                "{} stands among its own neighbours\n  hint: correct the list",
                area.name
            ))),
            Some(authority) => Ok(authority.la_code),
            None => Err(fault(format!(
                "no authority of this name is known: `{}`\n  hint: write names as the Department does",
                shortened(neighbour)
            ))),
        });
    let la_codes = la_codes.collect::<Result<Vec<LaCode>, Error>>()?;
    Ok(NeighbourList {
        list: format!("{name}, as given with the run"),
        date,
        la_codes,
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn an_area_that_is_not_there_is_offered_what_was_meant() {
        for (given, words) in [
            (None, "--area with an authority's name (`kent`)"),
            (Some("kentt"), "did you mean Kent (886)"),
            (Some("leicster"), "Leicester (856)"),
            (Some("nowhere.toml"), "there is no such area file; `senlens init"),
            (Some("./kent"), "there is no such area file"),
            (
                Some("999"),
                "no authority of England has this name, number or code",
            ),
        ] {
            let message = find(given).expect_err("no area").to_string();
            assert!(message.contains(words), "{given:?}: {message}");
        }
        assert_eq!(find(Some("886")).expect("Kent").name, "Kent");
    }
}
