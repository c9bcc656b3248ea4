//! The nouns every other crate speaks: identifiers, codes, areas and counted cells, each parsed from outside text once.
//! In comes text from a file, a config or an argument; out comes a value that cannot be wrong in shape. It opens no
//! file and computes no rate.

mod academic_year;
mod area;
mod audit;
mod authority;
mod calendar;
mod cells;
mod codes;
mod coverage;
mod geography;
mod identifiers;
mod marking;
mod marks;
mod missing;
mod need;
mod parse_error;
mod phase;
mod provision;
pub mod published_rates;
mod pupil;
mod school;
mod setting;
mod text;
mod transition;
mod universe;
mod unknown;
mod vocabulary;

pub use academic_year::AcademicYear;
pub use area::{AreaFile, AreaFileError, District, NeighbourList, Part};
pub use audit::{AuditedNeed, AuditedRecords};
pub use authority::{Authority, KnownDistrict, Region, authority_key};
pub use calendar::{Date, Term, census_day, last_spring_census_before};
pub use cells::{Cell, Cells, CellsError, CountedPlace, Dimension, Dimensions, PlaceIndex, SourceKind};
pub use codes::breaks;
pub use codes::{Crosswalk, CrosswalkCodes, Validity, crosswalks};
pub use coverage::Coverage;
pub use geography::{GeographicLevel, Geography, Place};
pub use identifiers::{AreaCode, LaCode, Laestab, Urn};
pub use marking::MARKING;
pub use marks::{Mark, MarkCount};
pub use missing::Missing;
pub use need::{Need, NeedCut, NeedLabel, NeedMap};
pub use parse_error::ParseError;
pub use phase::{Phase, PhaseCut, PhaseMap};
pub use provision::{Provision, ProvisionCode, ProvisionCut, ProvisionLabel, ProvisionMap};
pub use pupil::{Ethnicity, FreeSchoolMeals, Language, NcYear, Sex};
pub use school::{School, SpecialistProvision};
pub use setting::{Audience, Combine, Scope};
pub use text::{csv_field, html_text};
pub use transition::{DiscordanceCount, Moved, SenState, TransitionCount};
pub use universe::{Covers, Extent, Universe};
pub use unknown::{PupilRange, UnknownCount};
pub use vocabulary::fold;
