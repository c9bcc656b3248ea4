//! An invented county, and an invented England around it, shaped by published margins: what `senlens demo` runs on.
//!
//! In goes a seed; out come some 550 schools with 220,000 pupils, in the Department's own layouts, 151 other
//! authorities to compare them with, and the truth of the masking planted in one quadrant. No school, place, code or
//! postcode in it exists.
//!
//! ```
//! use senlens_synth::county::{County, CountySettings};
//!
//! let county = County::invent(1, &CountySettings::default());
//! let mut schools = Vec::new();
//! county.write_wide(&mut schools)?;
//! assert_eq!(county.truth().quadrant, Some("South"));
//! # Ok::<(), senlens_synth::county::WriteError>(())
//! ```

mod area_file;
mod benchmark;
mod england;
mod invent;
mod long_layout;
mod margins;
mod masking;
mod names;
mod school;
mod wide_layout;

#[cfg(test)]
mod tests;

pub use england::{InventedAuthority, OTHER_AUTHORITIES};
pub use masking::{CountyTruth, MaskedSchool};
pub use school::{CountySchool, NeedCounts, SenCounts};

use crate::random::Random;
use senlens_model::{AcademicYear, AreaFile};
use std::io::Write;

/// What to invent.
#[derive(Debug, Clone, PartialEq)]
pub struct CountySettings {
    /// The year written in the files. The needs are those of 2022/23 whatever it says.
    pub year: AcademicYear,
    /// How many schools, independent schools included; shared out over the phases as in England.
    pub schools: u32,
    /// How many pupils on roll at all of them.
    pub pupils: u32,
    /// How far schools lean in what needs they record, before any masking: 1 for the assumed spread, 0 for none.
    pub school_spread: f64,
    /// The masking to plant, if any.
    pub masking: Option<PlantedMasking>,
}

/// Masking to plant in one quadrant.
#[derive(Debug, Clone, PartialEq)]
pub struct PlantedMasking {
    /// Where.
    pub quadrant: Quadrant,
    /// Share, from 0 to 1, of its state-funded primary and secondary schools that mask.
    pub share_of_schools: f64,
    /// Least share, from 0 to 1, of a masking school's SLCN and SEMH (SEN support) that it records as MLD.
    pub least_masked: f64,
    /// Most of it; each school's share is drawn evenly between the two.
    pub most_masked: f64,
}

/// A quadrant of the county.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quadrant {
    /// North.
    North,
    /// East.
    East,
    /// South.
    South,
    /// West.
    West,
}

impl Quadrant {
    /// Its name in the area file.
    pub fn name(self) -> &'static str {
        names::PART_NAMES[self as usize]
    }
}

impl Default for CountySettings {
    fn default() -> Self {
        Self {
            year: AcademicYear::starting(2022).expect("the year of the margins"),
            schools: 550,
            pupils: 220_000,
            school_spread: 1.0,
            masking: Some(PlantedMasking::default()),
        }
    }
}

impl Default for PlantedMasking {
    fn default() -> Self {
        Self {
            quadrant: Quadrant::South,
            share_of_schools: 0.6,
            least_masked: 0.3,
            most_masked: 0.6,
        }
    }
}

/// The invented county with the England around it.
#[derive(Debug, Clone, PartialEq)]
pub struct County {
    year: AcademicYear,
    schools: Vec<CountySchool>,
    authority: InventedAuthority,
    others: Vec<InventedAuthority>,
    truth: CountyTruth,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The writer failed.
    #[error("could not write the invented file: {0}")]
    Csv(#[from] csv::Error),
    /// The writer failed at the end.
    #[error("could not finish the invented file: {0}")]
    Io(#[from] std::io::Error),
}

impl County {
    /// Invents a county; the same seed and settings give the same county on every machine.
    pub fn invent(seed: u64, settings: &CountySettings) -> Self {
        let england = margins::england_by_phase_provision_need();
        let mut schools = invent::schools(seed, settings, &england);
        let others = england::others(seed, &england, &england::county(&schools));
        let truth = match &settings.masking {
            Some(masking) => masking::plant(&mut Random::of(seed, &[21]), masking, &mut schools),
            None => CountyTruth::default(),
        };
        Self {
            year: settings.year,
            authority: england::county(&schools),
            schools,
            others,
            truth,
        }
    }

    /// The year the files say.
    pub fn year(&self) -> AcademicYear {
        self.year
    }

    /// The schools, as recorded, in the order of their URN.
    pub fn schools(&self) -> &[CountySchool] {
        &self.schools
    }

    /// The county as an authority: its state-funded and non-maintained special schools, as recorded.
    pub fn authority(&self) -> &InventedAuthority {
        &self.authority
    }

    /// The other authorities.
    pub fn others(&self) -> &[InventedAuthority] {
        &self.others
    }

    /// What was planted.
    pub fn truth(&self) -> &CountyTruth {
        &self.truth
    }

    /// The county's area file: its quadrants, districts and statistical neighbours.
    pub fn area_file(&self) -> AreaFile {
        area_file::area_file(self)
    }

    /// The same as TOML text, which `AreaFile::from_toml` reads back.
    pub fn area_toml(&self) -> String {
        area_file::toml(&self.area_file())
    }

    /// Writes the schools as CSV in the Department's wide school-level layout of 2022/23: one row a school, a column
    /// for each need and provision. Independent schools have `z` (not applicable) for needs.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_wide(&self, writer: impl Write) -> Result<(), WriteError> {
        wide_layout::write(self, writer)
    }

    /// Writes the same schools as CSV in the Department's long school-level layout (2026 format): for each school a
    /// row of all pupils, then for each provision a row of all needs and one for each need.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_long(&self, writer: impl Write) -> Result<(), WriteError> {
        long_layout::write(self, writer)
    }

    /// Writes the invented England as CSV in the form of the Department's tidy tables (2026 format): nation, regions
    /// and authorities by phase, provision and need, with `Total` rows among them; state-funded and non-maintained
    /// special schools.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_benchmark(&self, writer: impl Write) -> Result<(), WriteError> {
        benchmark::write(self, writer)
    }
}

/// Everything a run needs, as the bytes of its input files.
#[derive(Debug, Clone, PartialEq)]
pub struct Demo {
    /// The schools, wide layout.
    pub schools_csv: Vec<u8>,
    /// England, regions and authorities.
    pub benchmark_csv: Vec<u8>,
    /// The county's area file.
    pub area_toml: String,
    /// The year of both files.
    pub year: AcademicYear,
    /// What was planted.
    pub truth: CountyTruth,
}

/// The county of `senlens demo`, with the default settings.
///
/// # Errors
/// When writing into memory fails.
pub fn demo(seed: u64) -> Result<Demo, WriteError> {
    let county = County::invent(seed, &CountySettings::default());
    let (mut schools_csv, mut benchmark_csv) = (Vec::new(), Vec::new());
    county.write_wide(&mut schools_csv)?;
    county.write_benchmark(&mut benchmark_csv)?;
    Ok(Demo {
        schools_csv,
        benchmark_csv,
        area_toml: county.area_toml(),
        year: county.year,
        truth: county.truth,
    })
}
