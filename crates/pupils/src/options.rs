//! How pupil records are read: which schools, which term, which rules, linked or not.

use crate::{link::HashKey, mapping::Mapping, rules::Levels, schools::SchoolDirectory};
use senlens_files::Error;
use senlens_model::{AcademicYear, Dimension, Dimensions, Term};
use std::path::PathBuf;

/// How pupil records are read.
#[derive(Debug, Clone)]
pub struct PupilOptions<'a> {
    /// The schools, with their phases and districts; a record of a school that is not among them is rejected.
    pub schools: &'a SchoolDirectory,
    /// Which column is which, for extracts with names of their own.
    pub mapping: Option<&'a Mapping>,
    /// The year of files that do not say it.
    pub year: Option<AcademicYear>,
    /// The term to count; records of another are set aside. Types of need are a spring item.
    pub term: Term,
    /// What becomes of records that break a rule.
    pub levels: Levels,
    /// Whether records are linked by pupil number.
    pub linking: Linking,
    /// SEN2 files and folders, to join plans to the census before; used only when linking.
    pub plans: &'a [PathBuf],
    /// The dimensions wanted; cells carry those of them that every file carries.
    pub dimensions: Dimensions,
    /// What the reading is for.
    pub purpose: Purpose,
}

/// What a reading is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Every count.
    Count,
    /// What is wrong with the records, and no count but the accounts': memory does not grow with the input.
    Screen,
}

/// Whether and how records are linked by pupil number.
#[derive(Debug, Clone)]
pub enum Linking {
    /// Pupil numbers are checked but not hashed: no duplicates, transitions or plans are looked for.
    Off,
    /// Linked by a hash under a key: of this run ([`HashKey::for_this_run`]) or the user's own.
    By(HashKey),
}

impl<'a> PupilOptions<'a> {
    /// The usual: spring, default levels, linked under a key of this run, every dimension but first language.
    ///
    /// # Errors
    /// When the system gives no random numbers to make the key of.
    pub fn new(schools: &'a SchoolDirectory) -> Result<Self, Error> {
        Ok(Self {
            schools,
            mapping: None,
            year: None,
            term: Term::Spring,
            levels: Levels::default(),
            linking: Linking::By(HashKey::for_this_run()?),
            plans: &[],
            dimensions: Dimensions::of(&[
                Dimension::Roll,
                Dimension::Phase,
                Dimension::Provision,
                Dimension::PrimaryNeed,
                Dimension::SecondaryNeed,
                Dimension::NcYear,
                Dimension::Sex,
                Dimension::FreeSchoolMeals,
                Dimension::Ethnicity,
                Dimension::District,
                Dimension::SpecialistPlace,
            ]),
            purpose: Purpose::Count,
        })
    }
}
