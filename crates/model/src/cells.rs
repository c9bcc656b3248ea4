//! Counted cells: what data hands to method.

use crate::{
    AcademicYear, AreaCode, Covers, Ethnicity, FreeSchoolMeals, GeographicLevel, LaCode, Language, NcYear,
    Need, Phase, Provision, School, Sex, UnknownCount,
};
use std::sync::Arc;

/// What kind of source the cells were counted from: decides whether what is made of them may be published as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A file the Department has published: no suppression is needed.
    Published,
    /// Pupil records: whatever leaves must pass the release policy.
    Pupils,
    /// Invented by `senlens synth` or `senlens demo`.
    Invented,
}

/// A dimension that a set of cells may carry beyond place, year, phase and provision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Dimension {
    /// Whether the roll is known: cells of pupils without SEN are present.
    Roll,
    /// Phase of school.
    Phase,
    /// SEN support and plans are distinguished.
    Provision,
    /// Primary type of need.
    PrimaryNeed,
    /// Second-ranked type of need.
    SecondaryNeed,
    /// Year group.
    NcYear,
    /// Sex.
    Sex,
    /// Free school meals.
    FreeSchoolMeals,
    /// Ethnicity.
    Ethnicity,
    /// First language.
    Language,
    /// District of the school.
    District,
    /// Whether the pupil is in a SEN unit or resourced provision.
    SpecialistPlace,
}

impl Dimension {
    /// As a message names it.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Roll => "the number on roll",
            Self::Phase => "phase of school",
            Self::Provision => "SEN support apart from plans",
            Self::PrimaryNeed => "primary need",
            Self::SecondaryNeed => "secondary need",
            Self::NcYear => "year group",
            Self::Sex => "sex",
            Self::FreeSchoolMeals => "free school meals",
            Self::Ethnicity => "ethnicity",
            Self::Language => "first language",
            Self::District => "district",
            Self::SpecialistPlace => "place in a unit or resourced provision",
        }
    }
}

/// Which dimensions a set of cells carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dimensions(u16);

impl Dimensions {
    /// These and no others.
    pub fn of(dimensions: &[Dimension]) -> Self {
        dimensions
            .iter()
            .fold(Self::default(), |all, dimension| all.with(*dimension))
    }

    /// With one more.
    #[must_use]
    pub fn with(self, dimension: Dimension) -> Self {
        Self(self.0 | 1 << dimension as u8)
    }

    /// Only those that both carry.
    #[must_use]
    pub fn in_common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is carried.
    pub fn carry(self, dimension: Dimension) -> bool {
        self.0 & (1 << dimension as u8) != 0
    }
}

/// The position of a cell's place in [`Cells::places`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlaceIndex(pub u32);

/// Where a cell was counted: a school, or an area that the source counts as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountedPlace {
    /// One school.
    School(School),
    /// England, a region, an authority or a district, counted by the publisher.
    Area {
        /// National, Regional, Local authority or Local authority district.
        level: GeographicLevel,
        /// GSS code, where the source gives it.
        code: Option<AreaCode>,
        /// Authority number, for an authority whose number is known.
        la_code: Option<LaCode>,
        /// Name as given.
        name: String,
        /// Region's GSS code, where the source gives it.
        region_code: Option<AreaCode>,
    },
}

impl CountedPlace {
    /// The school, if it is one.
    pub fn school(&self) -> Option<&School> {
        match self {
            Self::School(school) => Some(school),
            Self::Area { .. } => None,
        }
    }
}

/// A count of pupils who are alike in every dimension their source carries.
///
/// An `Option` is none when the source does not carry the dimension ([`Cells::dimensions`] says so), and for
/// `primary_need` and `secondary_need` also when the pupils have none, or theirs is not known ([`Cells::unknown`] says so).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The place.
    pub place: PlaceIndex,
    /// The year.
    pub time_period: AcademicYear,
    /// The phase; none for areas counted over all phases by a source without the dimension.
    pub phase: Option<Phase>,
    /// Provision.
    pub sen_provision: Provision,
    /// Primary need.
    pub primary_need: Option<Need>,
    /// Secondary need.
    pub secondary_need: Option<Need>,
    /// Year group.
    pub nc_year: Option<NcYear>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Free school meals.
    pub fsm: Option<FreeSchoolMeals>,
    /// Ethnicity.
    pub ethnicity: Option<Ethnicity>,
    /// Language.
    pub language: Option<Language>,
    /// Whether the pupils are placed in a SEN unit or resourced provision.
    pub specialist_provision: Option<bool>,
    /// How many pupils.
    pub pupils: u32,
}

impl Cell {
    /// A cell with no more than place, year, phase and provision; set the other fields that the source carries.
    pub fn new(
        place: PlaceIndex,
        time_period: AcademicYear,
        phase: Option<Phase>,
        sen_provision: Provision,
        pupils: u32,
    ) -> Self {
        Self {
            place,
            time_period,
            phase,
            sen_provision,
            primary_need: None,
            secondary_need: None,
            nc_year: None,
            sex: None,
            fsm: None,
            ethnicity: None,
            language: None,
            specialist_provision: None,
            pupils,
        }
    }
}

/// Cells that contradict themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CellsError {
    /// A cell names a place that is not in the list.
    #[error("a cell names place {place}, but there are {places} places")]
    NoSuchPlace {
        /// The index given.
        place: u32,
        /// How many places there are.
        places: usize,
    },
    /// Counts known only together stand beside counts of SEN support or plans, and would be added twice.
    #[error("counts of SEN support and plans together stand beside counts of each: `{place}`")]
    MixedProvision {
        /// The place's name.
        place: String,
    },
}

/// Counted cells of one source. Cells add up: no cell is a total of others, so any subset may be summed. Two are equal when
/// they count the same, whatever file they were read from.
#[derive(Debug, Clone)]
pub struct Cells {
    kind: SourceKind,
    dimensions: Dimensions,
    places: Vec<CountedPlace>,
    rows: Vec<Cell>,
    unknown: Vec<UnknownCount>,
    covers: Covers,
    source: Arc<str>,
    year_is_assumed: bool,
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, self.dimensions) == (other.kind, other.dimensions)
            && self.places == other.places
            && self.rows == other.rows
            && self.unknown == other.unknown
    }
}

impl Eq for Cells {}

impl Cells {
    /// Checks and takes the cells of one source; they are put in order and like ones added together.
    ///
    /// # Errors
    /// When a cell names a place that is not there, or the dimension [`Dimension::Provision`] is said to be carried
    /// and a cell is of [`Provision::Total`] (or the reverse).
    pub fn new(
        kind: SourceKind,
        dimensions: Dimensions,
        places: Vec<CountedPlace>,
        mut cells: Vec<Cell>,
    ) -> Result<Self, CellsError> {
        for cell in &cells {
            let Some(place) = places.get(cell.place.0 as usize) else {
                return Err(CellsError::NoSuchPlace {
                    place: cell.place.0,
                    places: places.len(),
                });
            };
            let apart = matches!(cell.sen_provision, Provision::SenSupport | Provision::Plan);
            let together = cell.sen_provision == Provision::Total;
            if (together && dimensions.carry(Dimension::Provision))
                || (apart && !dimensions.carry(Dimension::Provision))
            {
                let place = match place {
                    CountedPlace::School(school) => school.name.clone(),
                    CountedPlace::Area { name, .. } => name.clone(),
                };
                return Err(CellsError::MixedProvision { place });
            }
        }
        if !cells.is_sorted() {
            cells.sort_unstable();
        }
        cells.dedup_by(|later, earlier| {
            let alike = Cell { pupils: 0, ..*later }
                == Cell {
                    pupils: 0,
                    ..*earlier
                };
            if alike {
                earlier.pupils += later.pupils;
            }
            alike
        });
        Ok(Self {
            kind,
            dimensions,
            places,
            rows: cells,
            unknown: Vec::new(),
            covers: Covers::Phases,
            source: Arc::from(""),
            year_is_assumed: false,
        })
    }

    /// The same cells, of schools that `change` was let at: their places keep their order.
    #[must_use]
    pub fn with_schools(mut self, mut change: impl FnMut(&mut School)) -> Self {
        for place in &mut self.places {
            if let CountedPlace::School(school) = place {
                change(school);
            }
        }
        self
    }

    /// The same with the counts that the source does not give, in order of place.
    ///
    /// # Errors
    /// When one of them names a place that is not there.
    pub fn with_unknown(mut self, mut unknown: Vec<UnknownCount>) -> Result<Self, CellsError> {
        let places = self.places.len();
        if let Some(nowhere) = unknown.iter().find(|one| one.cell.place.0 as usize >= places) {
            return Err(CellsError::NoSuchPlace {
                place: nowhere.cell.place.0,
                places,
            });
        }
        unknown.sort_unstable();
        self.unknown = unknown;
        Ok(self)
    }

    /// The same, saying which file they were read from and whose pupils it counts.
    #[must_use]
    pub fn from_source(mut self, source: &str, covers: Covers) -> Self {
        self.source = Arc::from(source);
        self.covers = covers;
        self
    }

    /// The same, of a source that does not say its year.
    #[must_use]
    pub fn of_assumed_year(mut self) -> Self {
        self.year_is_assumed = true;
        self
    }

    /// Whether the source does not say its year, so that the cells' is what the reader was told.
    pub fn year_is_assumed(&self) -> bool {
        self.year_is_assumed
    }

    /// The counts that the source does not give, in order of place.
    pub fn unknown(&self) -> &[UnknownCount] {
        &self.unknown
    }

    /// Whose pupils are counted.
    pub fn covers(&self) -> Covers {
        self.covers
    }

    /// The file they were read from; empty where they were not read from one.
    pub fn source(&self) -> &Arc<str> {
        &self.source
    }

    /// What they were counted from.
    pub fn kind(&self) -> SourceKind {
        self.kind
    }

    /// Which dimensions they carry.
    pub fn dimensions(&self) -> Dimensions {
        self.dimensions
    }

    /// The places, by [`PlaceIndex`].
    pub fn places(&self) -> &[CountedPlace] {
        &self.places
    }

    /// The cells, in order of place.
    pub fn cells(&self) -> &[Cell] {
        &self.rows
    }

    /// The place of a cell.
    pub fn place(&self, index: PlaceIndex) -> &CountedPlace {
        &self.places[index.0 as usize]
    }

    /// The years present, in order.
    pub fn years(&self) -> Vec<AcademicYear> {
        let mut years: Vec<AcademicYear> = self.rows.iter().map(|cell| cell.time_period).collect();
        years.sort_unstable();
        years.dedup();
        years
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Cells, CellsError, CountedPlace, Dimension, Dimensions, PlaceIndex, SourceKind};
    use crate::{GeographicLevel, Provision};

    fn england() -> Vec<CountedPlace> {
        let name = "England".to_owned();
        vec![CountedPlace::Area {
            level: GeographicLevel::National,
            code: None,
            la_code: None,
            name,
            region_code: None,
        }]
    }

    fn cell(place: u32, provision: Provision, pupils: u32) -> Cell {
        Cell::new(
            PlaceIndex(place),
            "202223".parse().expect("a year"),
            None,
            provision,
            pupils,
        )
    }

    #[test]
    fn like_cells_are_added_together() {
        let cells = vec![
            cell(0, Provision::Total, 2),
            cell(0, Provision::NoSen, 9),
            cell(0, Provision::Total, 3),
        ];
        let cells =
            Cells::new(SourceKind::Published, Dimensions::default(), england(), cells).expect("sound");
        let counts: Vec<_> = cells
            .cells()
            .iter()
            .map(|c| (c.sen_provision, c.pupils))
            .collect();
        assert_eq!(counts, [(Provision::NoSen, 9), (Provision::Total, 5)]);
    }

    #[test]
    fn together_is_never_mixed_with_apart() {
        let apart = Dimensions::of(&[Dimension::Provision]);
        for (dimensions, provision) in [
            (apart, Provision::Total),
            (Dimensions::default(), Provision::Plan),
        ] {
            let refused = Cells::new(
                SourceKind::Published,
                dimensions,
                england(),
                vec![cell(0, provision, 1)],
            );
            assert!(
                matches!(refused, Err(CellsError::MixedProvision { .. })),
                "{refused:?}"
            );
        }
        let refused = Cells::new(
            SourceKind::Published,
            apart,
            england(),
            vec![cell(1, Provision::Plan, 1)],
        );
        assert!(
            matches!(refused, Err(CellsError::NoSuchPlace { place: 1, places: 1 })),
            "{refused:?}"
        );
    }
}
