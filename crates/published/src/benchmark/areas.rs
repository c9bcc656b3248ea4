//! Which area a row is of, in tables of the Explore Education Statistics standard.

use crate::{
    column_selector::{ColumnSelector, Labels, Row, Text},
    layout::column,
    row_authority::{AuthorityClaims, AuthorityColumns},
    schools::given,
};
use senlens_files::{Header, Screening, without_controls};
use senlens_model::{AreaCode, CountedPlace, GeographicLevel, LaCode};
use std::collections::BTreeMap;

/// Where the geography stands.
#[derive(Debug)]
pub(super) struct AreaColumns {
    level: Text,
    country_code: Text,
    country_name: Text,
    region_code: Text,
    region_name: Text,
    la_code: Text,
    la_area_code: Text,
    la_name: Text,
    district_code: Text,
    district_name: Text,
}

impl AreaColumns {
    pub(super) fn new(header: &Header, selector: &mut ColumnSelector) -> Self {
        let mut text = |aliases| selector.text(header, aliases);
        Self {
            level: text(column::LEVEL),
            country_code: text(&["country_code"]),
            country_name: text(&["country_name"]),
            region_code: text(column::REGION_CODE),
            region_name: text(column::REGION_NAME),
            la_code: text(column::LA_CODE),
            la_area_code: text(column::LA_AREA_CODE),
            la_name: text(column::LA_NAME),
            district_code: text(column::DISTRICT_CODE),
            district_name: text(column::DISTRICT_NAME),
        }
    }
}

type Key = (GeographicLevel, Option<LaCode>, Option<AreaCode>, String);

/// The areas of a table, each once.
#[derive(Debug, Default)]
pub(super) struct Areas {
    levels: Labels<GeographicLevel>,
    found: BTreeMap<Key, (usize, CountedPlace)>,
    last: Option<(Vec<String>, usize)>,
    claims: AuthorityClaims,
}

impl Areas {
    /// The area of a row, by its position among those found so far; none for levels that we do not read
    /// (constituencies, schools, wards).
    pub(super) fn of_row(
        &mut self,
        columns: &AreaColumns,
        row: &Row<'_>,
        screening: &mut Screening,
    ) -> Option<usize> {
        let level = self.levels.get(columns.level.of(row.fields), level_of)?;
        let (code, la_code, name) = match level {
            GeographicLevel::National => (&columns.country_code, &Text::Absent, &columns.country_name),
            GeographicLevel::Regional => (&columns.region_code, &Text::Absent, &columns.region_name),
            GeographicLevel::LocalAuthority => (&columns.la_area_code, &columns.la_code, &columns.la_name),
            GeographicLevel::District => (&columns.district_code, &columns.la_code, &columns.district_name),
            GeographicLevel::Quadrant | GeographicLevel::School => return None,
        };
        let texts = [
            columns.level.of(row.fields),
            code.of(row.fields),
            la_code.of(row.fields),
            name.of(row.fields),
        ];
        // Tables are sorted by area more often than not.
        if let Some((last, place)) = &self.last
            && last.iter().zip(texts).all(|(last, text)| last == text)
        {
            return Some(*place);
        }
        let (mut code, la_code): (Option<AreaCode>, Option<LaCode>) =
            (texts[1].parse().ok(), texts[2].parse().ok());
        if let (GeographicLevel::LocalAuthority, Some(la_code)) = (level, la_code) {
            let of_authority = AuthorityColumns {
                la_code: &columns.la_code,
                name: &columns.la_name,
                area_code: &columns.la_area_code,
                laestab: &Text::Absent,
            };
            self.claims.check(la_code, None, &of_authority, row, screening);
        }
        let mut name = given(texts[3]).unwrap_or_default();
        if level == GeographicLevel::National {
            code = code.or(Some(AreaCode::ENGLAND));
            if name.is_empty() {
                "England".clone_into(&mut name);
            }
        }
        let region_code = if level == GeographicLevel::National {
            None
        } else {
            columns.region_code.of(row.fields).parse().ok()
        };
        let next = self.found.len();
        let (place, _) = self
            .found
            .entry((level, la_code, code, name.clone()))
            .or_insert_with(|| {
                let area = CountedPlace::Area {
                    level,
                    code,
                    la_code,
                    name,
                    region_code,
                };
                (next, area)
            });
        self.last = Some((texts.map(str::to_owned).to_vec(), *place));
        Some(*place)
    }

    /// An authority known by its name alone.
    pub(super) fn by_name(&mut self, name: &str) -> usize {
        let name = &*without_controls(name);
        let level = GeographicLevel::LocalAuthority;
        let next = self.found.len();
        let (place, _) = self
            .found
            .entry((level, None, None, name.to_owned()))
            .or_insert_with(|| {
                let name = name.to_owned();
                (
                    next,
                    CountedPlace::Area {
                        level,
                        code: None,
                        la_code: None,
                        name,
                        region_code: None,
                    },
                )
            });
        *place
    }

    /// The name of an area found.
    pub(super) fn name(&self, place: usize) -> &str {
        let of = |own: &usize| *own == place;
        self.found
            .iter()
            .find(|(_, (own, _))| of(own))
            .map_or("", |((_, _, _, name), _)| name)
    }

    /// The areas in order of level, number, code and name, and where each one found went in that order.
    pub(super) fn in_order(self) -> (Vec<CountedPlace>, Vec<u32>) {
        let mut went = vec![0; self.found.len()];
        let mut places = Vec::with_capacity(self.found.len());
        for (rank, (_, (found, area))) in (0..).zip(self.found) {
            went[found] = rank;
            places.push(area);
        }
        (places, went)
    }
}

fn level_of(text: &str) -> Option<GeographicLevel> {
    Some(match senlens_model::fold(text).as_str() {
        "national" => GeographicLevel::National,
        "regional" => GeographicLevel::Regional,
        "local authority" => GeographicLevel::LocalAuthority,
        "local authority district" => GeographicLevel::District,
        _ => return None,
    })
}
