//! Which school or area each row of a cells file counts.

use super::column::Column;
use super::fields::Fields;
use crate::SchoolDirectory;
use arrow::array::{Array, StringArray};
use senlens_files::Problem;
use senlens_model::{
    AreaCode, CountedPlace, GeographicLevel, LaCode, Laestab, Need, Phase, PlaceIndex, School,
    SpecialistProvision, Urn,
};
use std::collections::BTreeMap;

/// The places found so far, of any number of files.
#[derive(Default)]
pub(super) struct Places {
    found: Vec<CountedPlace>,
    by_key: BTreeMap<Key, PlaceIndex>,
}

/// What the row before said of its place, and which that was.
type Before = (Vec<Option<String>>, Option<Phase>, Option<PlaceIndex>);

/// What tells places apart.
type Key = (GeographicLevel, String);

impl Places {
    /// The place of each row; a row without one is told of.
    pub(super) fn of_rows(
        &mut self,
        fields: &mut Fields<'_>,
        phases: &[Option<Phase>],
        schools: Option<&SchoolDirectory>,
    ) -> Vec<Option<PlaceIndex>> {
        let texts: BTreeMap<Column, StringArray> = [
            Column::GeographicLevel,
            Column::AreaCode,
            Column::AreaName,
            Column::Urn,
            Column::Laestab,
            Column::DistrictCode,
            Column::DistrictName,
            Column::LaCode,
            Column::LaName,
            Column::NewLaCode,
            Column::RegionCode,
            Column::RegionName,
            Column::SchoolHosts,
        ]
        .into_iter()
        .filter_map(|column| Some((column, fields.texts(column)?)))
        .collect();
        let mut last: Option<Before> = None;
        let mut places = Vec::with_capacity(phases.len());
        for (row, phase) in phases.iter().enumerate() {
            let text = |column: Column| {
                let array = texts.get(&column)?;
                (!array.is_null(row))
                    .then(|| array.value(row).trim())
                    .filter(|text| !text.is_empty())
            };
            // Neighbouring rows are mostly of one place.
            let is_as_before = last.as_ref().is_some_and(|(before, of_phase, _)| {
                of_phase == phase
                    && before
                        .iter()
                        .zip(texts.keys())
                        .all(|(before, column)| before.as_deref() == text(*column))
            });
            let index = match (&last, is_as_before) {
                (Some((_, _, index)), true) => *index,
                _ => self.place(&text, *phase, schools),
            };
            if index.is_none() {
                fields.screening.push(
                    Problem::of_file(fields.name, "the row does not say which school or area it counts")
                        .at_row(fields.first_row + row as u64)
                        .remedy("a school needs its urn, its phase, and la_code or laestab; an area its level and code"),
                );
            }
            if !is_as_before {
                let now = texts
                    .keys()
                    .map(|column| text(*column).map(str::to_owned))
                    .collect();
                last = Some((now, *phase, index));
            }
            places.push(index);
        }
        places
    }

    fn place<'t>(
        &mut self,
        text: &impl Fn(Column) -> Option<&'t str>,
        phase: Option<Phase>,
        schools: Option<&SchoolDirectory>,
    ) -> Option<PlaceIndex> {
        let level = text(Column::GeographicLevel).unwrap_or("School");
        let place = if level.eq_ignore_ascii_case("School") {
            school(text, phase, schools).map(CountedPlace::School)
        } else {
            area(text, level)
        }?;
        let key = match &place {
            CountedPlace::School(school) => (GeographicLevel::School, school.urn.to_string()),
            CountedPlace::Area {
                level,
                code,
                name,
                la_code,
                ..
            } => (*level, format!("{code:?} {la_code:?} {name}")),
        };
        if let Some(index) = self.by_key.get(&key) {
            return Some(*index);
        }
        let index = PlaceIndex(u32::try_from(self.found.len()).ok()?);
        self.found.push(place);
        self.by_key.insert(key, index);
        Some(index)
    }

    /// The places in the order of what identifies them, so that the order of rows does not matter; and where each
    /// of them went.
    pub(super) fn in_order(self) -> (Vec<CountedPlace>, Vec<PlaceIndex>) {
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        let key = |at: &usize| match &self.found[*at] {
            CountedPlace::School(school) => (GeographicLevel::School, Some(school.urn), String::new()),
            CountedPlace::Area {
                level, code, name, ..
            } => (*level, None, format!("{code:?} {name}")),
        };
        order.sort_by_cached_key(key);
        let mut moved = vec![PlaceIndex(0); order.len()];
        for (to, from) in (0u32..).zip(&order) {
            moved[*from] = PlaceIndex(to);
        }
        let places = order.into_iter().map(|at| self.found[at].clone()).collect();
        (places, moved)
    }
}

fn school<'t>(
    text: &impl Fn(Column) -> Option<&'t str>,
    phase: Option<Phase>,
    schools: Option<&SchoolDirectory>,
) -> Option<School> {
    let urn: Urn = text(Column::Urn)
        .or_else(|| text(Column::AreaCode))?
        .parse()
        .ok()?;
    let known = schools.and_then(|schools| schools.school(urn));
    if text(Column::AreaName).is_none()
        && let Some(known) = known
    {
        return Some(known.clone());
    }
    let laestab: Option<Laestab> = text(Column::Laestab).and_then(|text| text.parse().ok());
    let la_code: LaCode = text(Column::LaCode)
        .and_then(|text| text.parse().ok())
        .or(laestab.map(Laestab::la))?;
    let owned = |column: Column| text(column).map(str::to_owned);
    let code = |column: Column| text(column).and_then(|text| text.parse::<AreaCode>().ok());
    Some(School {
        urn,
        laestab,
        name: owned(Column::AreaName).unwrap_or_else(|| format!("URN {urn}")),
        phase: phase?,
        la_code,
        la_name: owned(Column::LaName).unwrap_or_else(|| la_code.to_string()),
        la_area_code: code(Column::NewLaCode),
        region_code: code(Column::RegionCode),
        region_name: owned(Column::RegionName),
        district_code: code(Column::DistrictCode),
        district_name: owned(Column::DistrictName),
        specialist: hosts(text),
    })
}

/// What specialist provision a school hosts: none where the file does not say.
fn hosts<'t>(text: &impl Fn(Column) -> Option<&'t str>) -> Option<SpecialistProvision> {
    let words = text(Column::SchoolHosts)?;
    let mut hosts = SpecialistProvision::default();
    for word in words.split(" + ") {
        match (word, word.parse::<Need>()) {
            ("unit", _) => hosts.unit = true,
            ("resourced provision", _) => hosts.resourced_provision = true,
            (_, Ok(need)) => hosts = hosts.with_need(need),
            (_, Err(_)) => {}
        }
    }
    Some(hosts)
}

fn area<'t>(text: &impl Fn(Column) -> Option<&'t str>, level: &str) -> Option<CountedPlace> {
    let level = [
        GeographicLevel::National,
        GeographicLevel::Regional,
        GeographicLevel::LocalAuthority,
        GeographicLevel::District,
    ]
    .into_iter()
    .find(|known| known.as_str().eq_ignore_ascii_case(level))?;
    let code: Option<AreaCode> = text(Column::AreaCode).and_then(|text| text.parse().ok());
    let name = text(Column::AreaName).map(str::to_owned);
    Some(CountedPlace::Area {
        level,
        code,
        la_code: text(Column::LaCode).and_then(|text| text.parse().ok()),
        name: name.or_else(|| code.map(|code| code.to_string()))?,
        region_code: text(Column::RegionCode).and_then(|text| text.parse().ok()),
    })
}
