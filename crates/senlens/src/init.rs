//! A configuration and an area file to begin with, as text: every setting with what it does, every district by name.

use crate::{Error, area};
use senlens_model::{AreaFile, Authority, NeighbourList};
use std::fmt::Write;

/// The files that someone begins with: names and texts, the configuration first. With an area, its area file beside it.
///
/// # Errors
/// When the area is no authority: those of like names are offered.
///
/// ```
/// let files = senlens::init(Some("kent"))?;
/// assert_eq!(files[1].0, "kent.toml");
/// assert!(files[1].1.contains("Ashford"));
/// # Ok::<(), senlens::Error>(())
/// ```
pub fn init(area: Option<&str>) -> Result<Vec<(String, String)>, Error> {
    let area = match area {
        Some(area) => Some(area::find(Some(area))?),
        None => None,
    };
    let area_file = area
        .as_ref()
        .map(|area| (format!("{}.toml", file_name(&area.name)), area_text(area)));
    let setting = match &area_file {
        Some((name, _)) => format!("area = \"{name}\""),
        None => "# area = \"kent\"".to_owned(),
    };
    let mut files = vec![("senlens.toml".to_owned(), configuration(&setting))];
    files.extend(area_file);
    Ok(files)
}

/// An authority's name as the name of a file: `Bristol, City of` is `bristol-city-of`.
fn file_name(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

fn configuration(area: &str) -> String {
    format!(
        r#"# What a run of senlens is asked to do: `senlens run senlens.toml`, or `senlens run senlens.toml FOLDER` with the
# files of a folder. Paths are relative to this file. Lines that begin with # change nothing: take the # away to set them.
# What stands on the command line wins over this file.

# The authority: an area file, or a name ("kent"), number ("886") or code ("E10000016").
{area}

# The folder to write.
out = "report"

# School-level files of the Department for Education's "Special educational needs in England", one a year.
# schools = ["sen_school_level_2026.csv"]

# Published tables of authorities, regions or England, of the years of the schools.
# benchmark = ["sen_by_need_2026.csv"]

# Pupil records (census XML, CSV, Parquet, Arrow; files or folders). `schools` is then the list of schools.
# pupils = ["returns"]

# SEN2 files or folders, and links between schools, to follow pupils.
# plans = ["sen2"]
# links = "links.csv"

# A list of statistical neighbours in place of those built in: one authority a column.
# neighbours = "neighbours.csv"

# The year compared, where the files hold several: 202526 is the census of January 2026.
# year = "202526"

# The date of the paper.
# date = "2026-11-30"

# Whose schools get rows in the tables: "area", or "all" in the input.
# scope = "area"

# The universe of schools: "state_funded" (with non-maintained special schools), or "all_schools".
# coverage = "state_funded"

# For whom: "internal" (unsuppressed, marked) or "public".
# audience = "internal"

# What pupils are adjusted for beside their phase, where pupil records carry it.
# adjust_for = ["nc_year", "sex", "fsm"]

# [masking]
# How closely an audit should tell the share of records miscoded: half the width of its 95% interval, in points.
# audit_margin = 5
# A date on which something was done about identification: the census before it is compared with the year of the run.
# action_date = "2025-05-17"
"#
    )
}

/// An area file for an authority: its parts where they are built in, else every district to sort into parts.
fn area_text(area: &AreaFile) -> String {
    let known = Authority::numbered(area.la_code);
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    line(&format!(
        "# {}: number {}, code {}, region {}. Its codes, its region and its statistical neighbours are built in;",
        area.name, area.la_code, area.area_code, area.region_name
    ));
    line("# this file is for its parts. `senlens run … --area THIS_FILE` uses it.");
    line(&format!("la_code = \"{}\"", area.la_code));
    line("");
    line("# What the authority calls a part: \"quadrant\", \"locality\", \"area\".");
    let word = if area.parts.is_empty() {
        "area"
    } else {
        area.part_word.as_str()
    };
    line(&format!("part_word = \"{word}\""));
    line("");
    let districts: Vec<_> = known
        .into_iter()
        .flat_map(Authority::districts)
        .filter(|district| district.is_current())
        .collect();
    let name_of = |code| {
        let named = area.districts.iter().find(|district| district.code == code);
        named.map_or("", |district| district.name.as_str())
    };
    if !area.parts.is_empty() {
        for part in &area.parts {
            line("[[parts]]");
            line(&format!("name = \"{}\"", part.name));
            line("districts = [");
            for code in &part.districts {
                line(&format!("    \"{code}\", # {}", name_of(*code)));
            }
            line("]");
            line("");
        }
    } else if let [only] = &districts[..] {
        line(&format!(
            "# {} is one district ({}, {}), and parts are made of whole districts: it is compared without parts.",
            area.name, only.code, only.name
        ));
        line("");
    } else {
        line(
            "# Parts. Take the # away, name the parts, and give each of the districts below to one; a district in no part is",
        );
        line("# compared by itself alone. Every district of the authority stands here once.");
        line("");
        line("# [[parts]]");
        line("# name = \"North\"");
        line("# districts = [");
        for district in &districts {
            line(&format!("#     \"{}\", # {}", district.code, district.name));
        }
        line("# ]");
        line("");
        line("# [[parts]]");
        line("# name = \"South\"");
        line("# districts = [");
        line("# ]");
        line("");
    }
    line("# Statistical neighbours, nearest first. Those built in are used unless a list stands here:");
    for list in NeighbourList::known_of(area.la_code) {
        let names: Vec<&str> = list
            .la_codes
            .iter()
            .filter_map(|la_code| Some(Authority::numbered(*la_code)?.name.as_str()))
            .collect();
        line(&format!("# {}: {}.", list.list, names.join("; ")));
    }
    let first = area.neighbours.last().map(|list| {
        list.la_codes.iter().fold(String::new(), |mut codes, la_code| {
            let comma = if codes.is_empty() { "" } else { ", " };
            write!(codes, "{comma}\"{la_code}\"").expect("writing to a String does not fail");
            codes
        })
    });
    line("# [[neighbours]]");
    line("# list = \"whose list, and of when\"");
    line("# date = \"2026-04-01\"");
    line(&format!("# la_codes = [{}]", first.unwrap_or_default()));
    text
}

#[cfg(test)]
mod tests {
    use super::init;
    use crate::Config;
    use senlens_model::{AreaFile, Authority};
    use std::path::Path;

    #[test]
    fn what_is_written_is_read_back_for_every_authority() {
        for authority in Authority::current() {
            let files = init(Some(&authority.la_code.to_string())).expect("known");
            let config = Config::from_toml(&files[0].1, Path::new("/d")).expect(&authority.name);
            assert_eq!(config.area, Some(format!("/d/{}", files[1].0)));
            let area = AreaFile::from_toml(&files[1].1).expect(&authority.name);
            assert_eq!(
                area,
                AreaFile {
                    part_word: area.part_word.clone(),
                    ..AreaFile::of(authority)
                }
            );
            for district in authority.districts().filter(|district| district.is_current()) {
                assert!(files[1].1.contains(district.code.as_str()), "{}", district.name);
                assert!(files[1].1.contains(&district.name), "{}", district.name);
            }
        }
    }

    #[test]
    fn every_setting_shown_is_one() {
        let text = &init(None).expect("no area needed")[0].1;
        let settings: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = ") || line.starts_with('['))
            .collect();
        assert_eq!(settings.len(), 16, "{settings:?}");
        let with_all = format!("out = 'x'\n{}", settings.join("\n"));
        Config::from_toml(&with_all, Path::new("")).expect("every line a setting");
    }

    #[test]
    fn parts_take_shape_by_taking_the_marks_away() {
        let kent = &init(Some("kent")).expect("known")[1].1;
        let edited: Vec<&str> = kent
            .lines()
            .map(|line| line.strip_prefix("# ").unwrap_or(line))
            .skip_while(|line| *line != "[[parts]]")
            .take_while(|line| *line != "]")
            .collect();
        let area = AreaFile::from_toml(&format!("la_code='886'\n{}\n]", edited.join("\n"))).expect("sound");
        assert_eq!((area.parts.len(), area.parts[0].districts.len()), (1, 12));
    }
}
