//! The register of breaks: years from which a count means something else than before, or an area is another area.
//! Everything that compares one year with another asks here.

use crate::{AcademicYear, LaCode, Need, NeedCut};
use serde::Deserialize;
use std::sync::LazyLock;

/// What a break does to a comparison across it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// No comparison is made.
    Stops,
    /// The comparison is made, and its reader is told.
    Limits,
}

/// What a break touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touches {
    /// Every count of pupils with special educational needs.
    AllNeeds,
    /// Counts of some needs.
    Needs(Vec<Need>),
    /// Some authorities, those that went and those that came.
    Authorities(Vec<LaCode>),
}

/// A year from which a count means something else than before, or an area is another area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Its name in the register.
    pub id: String,
    /// The first year of the new meaning.
    pub first_year: AcademicYear,
    /// What it does to a comparison.
    pub effect: Effect,
    /// What it touches.
    pub touches: Touches,
    /// Why counts before and after are not comparable.
    pub why: String,
    /// Who says so.
    pub source: String,
}

impl Break {
    /// Whether two years lie on two sides of it.
    pub fn lies_between(&self, one: AcademicYear, other: AcademicYear) -> bool {
        one.min(other) < self.first_year && self.first_year <= one.max(other)
    }

    /// Whether it touches counts of a need; `Total` stands for every pupil with special educational needs.
    pub fn touches_need(&self, need: NeedCut) -> bool {
        match (&self.touches, need) {
            (Touches::AllNeeds, _) => true,
            (Touches::Needs(needs), NeedCut::Of(need)) => needs.contains(&need),
            (Touches::Needs(_), NeedCut::Total) | (Touches::Authorities(_), _) => false,
        }
    }

    /// Whether it touches an authority.
    pub fn touches_authority(&self, la_code: LaCode) -> bool {
        matches!(&self.touches, Touches::Authorities(authorities) if authorities.contains(&la_code))
    }
}

/// Every break, by year.
pub fn all() -> &'static [Break] {
    static ALL: LazyLock<Vec<Break>> =
        LazyLock::new(|| from_toml(include_str!("breaks.toml")).expect("a test reads the built-in register"));
    &ALL
}

/// The breaks between two years, in whichever order they are given.
///
/// ```
/// use senlens_model::{NeedCut, Need, breaks};
/// let (before, after) = ("201314".parse()?, "201415".parse()?);
/// assert!(breaks::between(before, after).any(|found| found.touches_need(NeedCut::Of(Need::Mld))));
/// assert_eq!(breaks::between(after, after).count(), 0);
/// # Ok::<(), senlens_model::ParseError>(())
/// ```
pub fn between(one: AcademicYear, other: AcademicYear) -> impl Iterator<Item = &'static Break> {
    all().iter().filter(move |found| found.lies_between(one, other))
}

/// The break that forbids to compare counts of a need in two years, if there is one.
pub fn stopping(need: NeedCut, one: AcademicYear, other: AcademicYear) -> Option<&'static Break> {
    between(one, other).find(|found| found.effect == Effect::Stops && found.touches_need(need))
}

/// The break that forbids to compare an authority's counts in two years, if there is one.
pub fn stopping_authority(la_code: LaCode, one: AcademicYear, other: AcademicYear) -> Option<&'static Break> {
    between(one, other).find(|found| found.effect == Effect::Stops && found.touches_authority(la_code))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    breaks: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    first_year: AcademicYear,
    effect: Effect,
    needs: Option<Needs>,
    authorities: Option<Vec<String>>,
    why: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Needs {
    All(All),
    Some(Vec<Need>),
}

#[derive(Deserialize)]
enum All {
    #[serde(rename = "all")]
    All,
}

fn from_toml(text: &str) -> Result<Vec<Break>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let breaks: Vec<Break> = file.breaks.into_iter().map(one).collect::<Result<_, _>>()?;
    for pair in breaks.windows(2) {
        if pair[1].first_year < pair[0].first_year && same_kind(&pair[0], &pair[1]) {
            return Err(format!(
                "`{}` stands after a later break: sort them by year",
                pair[1].id
            ));
        }
    }
    for (at, found) in breaks.iter().enumerate() {
        if breaks[..at].iter().any(|other| other.id == found.id) {
            return Err(format!("two breaks are called `{}`", found.id));
        }
    }
    Ok(breaks)
}

fn same_kind(one: &Break, other: &Break) -> bool {
    matches!(one.touches, Touches::Authorities(_)) == matches!(other.touches, Touches::Authorities(_))
}

fn one(entry: Entry) -> Result<Break, String> {
    let touches = match (entry.needs, entry.authorities) {
        (Some(Needs::All(All::All)), None) => Touches::AllNeeds,
        (Some(Needs::Some(needs)), None) => Touches::Needs(needs),
        (None, Some(authorities)) => {
            let codes = authorities.iter().map(|code| code.parse());
            Touches::Authorities(
                codes
                    .collect::<Result<_, _>>()
                    .map_err(|error: crate::ParseError| error.to_string())?,
            )
        }
        _ => return Err(format!("`{}` names either needs or authorities", entry.id)),
    };
    Ok(Break {
        id: entry.id,
        first_year: entry.first_year,
        effect: entry.effect,
        touches,
        why: entry.why,
        source: entry.source,
    })
}

#[cfg(test)]
mod tests {
    use super::{all, between, from_toml, stopping, stopping_authority};
    use crate::{AcademicYear, Need, NeedCut};

    fn year(text: &str) -> AcademicYear {
        text.parse().expect("a year")
    }

    #[test]
    fn the_register_is_sound() {
        from_toml(include_str!("breaks.toml")).expect("sound");
        assert!(
            all()
                .iter()
                .all(|found| !found.why.is_empty() && !found.source.is_empty())
        );
    }

    #[test]
    fn a_fault_says_what_is_wrong() {
        let text = include_str!("breaks.toml");
        for (from, to, message) in [
            ("needs = \"all\"\n", "", "either needs or authorities"),
            ("id = \"cumbria\"", "id = \"dorset\"", "two breaks are called"),
            ("first_year = \"202122\"", "first_year = \"201213\"", "sort them"),
            ("\"DS\", \"OTH\"", "\"DS\", \"OTHER THING\"", "needs"),
        ] {
            let error = from_toml(&text.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn comparisons_are_stopped_across_a_break_alone() {
        for (need, one, other, stops) in [
            (NeedCut::Of(Need::Mld), "201314", "201415", true),
            (NeedCut::Of(Need::Mld), "201516", "201213", true),
            (NeedCut::Total, "201314", "201415", true),
            (NeedCut::Of(Need::Mld), "201415", "202324", false),
            (NeedCut::Of(Need::Mld), "202324", "202425", false),
            (NeedCut::Of(Need::Ds), "202324", "202425", true),
            (NeedCut::Of(Need::Oth), "202324", "202526", true),
            (NeedCut::Of(Need::Oth), "202425", "202526", false),
            (NeedCut::Total, "202324", "202425", false),
        ] {
            let found = stopping(need, year(one), year(other));
            assert_eq!(found.is_some(), stops, "{need} {one} {other}");
        }
        assert_eq!(between(year("202324"), year("202425")).count(), 2);
    }

    #[test]
    fn authorities_that_came_or_went_are_not_compared() {
        for (number, one, other, stops) in [
            ("928", "202021", "202122", true),
            ("940", "202021", "202122", true),
            ("940", "202122", "202324", false),
            ("838", "201819", "201920", true),
            ("942", "202223", "202324", true),
            ("825", "201920", "202021", false),
            ("881", "201314", "202526", false),
        ] {
            let la_code = number.parse().expect("a number");
            let found = stopping_authority(la_code, year(one), year(other));
            assert_eq!(found.is_some(), stops, "{number} {one} {other}");
        }
    }
}
