//! Invents pupils: census returns and extracts of any size, in every layout that `senlens-pupils` reads, over several
//! years in which the same pupils grow up and move, with the truth of what was planted beside them.
//!
//! In come a seed and settings; out come files. No pupil, school, name or postcode is real; pupil numbers have sound
//! check letters, surnames begin with `Zsurname`, postcodes with `ZZ99`. The same seed and settings give the same bytes.
//! Margins are in `margins.rs`, each sourced or marked assumed.

mod dirt;
mod invent;
mod margins;
mod marks;
mod write_plans;
mod write_table;
mod write_xml;

pub use invent::{InventedPupil, InventedSchool};

use dirt::{Family, Planter};
use invent::{Group, Inventing};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};
use senlens_model::AcademicYear;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use write_plans::WrittenPlan;

/// What to invent.
#[derive(Debug, Clone)]
pub struct PupilSettings {
    /// The seed: the same seed and settings give the same bytes.
    pub seed: u64,
    /// About how many pupils a year: 220,000 is a large county, 8,400,000 England.
    pub pupils: u32,
    /// The years, in order; pupils grow up and move between them.
    pub years: Vec<AcademicYear>,
    /// Schools in which communication and mental health needs are recorded as moderate learning difficulty.
    pub masking: Option<PupilMasking>,
    /// How many records a year break each rule that `senlens check` knows, one rule a record; 0 for none.
    pub dirty_records_a_rule: u32,
}

/// Planted masking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PupilMasking {
    /// Share of primaries and secondaries masked, 0 to 1.
    pub share_of_schools: f64,
    /// Share of their pupils on SEN support with SLCN or SEMH who are recorded as MLD, 0 to 1.
    pub share_of_pupils: f64,
}

/// A layout to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PupilLayout {
    /// Census XML, one file a school, in a folder a year.
    Xml,
    /// Census XML, one file a year for the whole authority.
    XmlAuthority,
    /// CSV with the names of the National Pupil Database.
    Csv,
    /// CSV with the names of a management information system, and its mapping file.
    MappedCsv,
    /// Parquet.
    Parquet,
    /// Arrow file.
    Arrow,
}

impl PupilLayout {
    /// Every layout.
    pub const ALL: [Self; 6] = [
        Self::Xml,
        Self::XmlAuthority,
        Self::Csv,
        Self::MappedCsv,
        Self::Parquet,
        Self::Arrow,
    ];

    /// Its name, and that of its folder.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xml => "xml",
            Self::XmlAuthority => "xml-authority",
            Self::Csv => "csv",
            Self::MappedCsv => "mapped-csv",
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
        }
    }

    fn family(self) -> Family {
        match self {
            Self::Xml | Self::XmlAuthority => Family::Xml,
            Self::Csv | Self::MappedCsv | Self::Parquet | Self::Arrow => Family::Table,
        }
    }
}

/// What was planted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PupilTruth {
    /// Schools written.
    pub schools: usize,
    /// Records written, by year, duplicates included (as tables have them).
    pub pupils: BTreeMap<AcademicYear, u64>,
    /// Records that break a rule, by layout family (`xml`, `table`), year and rule.
    pub dirt: BTreeMap<(&'static str, AcademicYear, &'static str), u32>,
    /// Pupils recorded as MLD who have another need, by year and school (URN).
    pub masked: BTreeMap<(AcademicYear, u32), u32>,
    /// Pupils with MLD, and neither SLCN nor SEMH beside it, of whom a mark is known, and who bear it: by year, school
    /// (URN) and column; of language goals, who missed them.
    pub marks: BTreeMap<(AcademicYear, u32, &'static str), [u32; 2]>,
    /// Plans written for pupils on SEN support with MLD at the census before, by the need the plan names.
    pub plans_after_mld: BTreeMap<&'static str, u32>,
}

/// What goes wrong when writing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PupilWriteError {
    /// A file cannot be written.
    #[error("cannot write the invented files ({0})")]
    Io(#[from] io::Error),
    /// Parquet cannot be written.
    #[error("cannot write Parquet ({0})")]
    Parquet(#[from] ParquetError),
    /// Arrow cannot be written.
    #[error("cannot write Arrow ({0})")]
    Arrow(#[from] arrow::error::ArrowError),
}

/// Writes `schools.csv`, a folder for each layout, `sen2/` (CSV modules), `sen2.xml` and `truth.csv` under `folder`,
/// which is made where it is not there.
///
/// # Errors
/// When a file cannot be written.
pub fn write_pupils(
    folder: &Path,
    settings: &PupilSettings,
    layouts: &[PupilLayout],
) -> Result<PupilTruth, PupilWriteError> {
    write(folder, settings, layouts, false)
}

/// Writes the same with absence, suspension, language goals and attainment joined to the extracts (no XML return holds
/// them): the census's own items are the same bytes as without.
///
/// # Errors
/// When a file cannot be written.
pub fn write_marked_pupils(
    folder: &Path,
    settings: &PupilSettings,
    layouts: &[PupilLayout],
) -> Result<PupilTruth, PupilWriteError> {
    write(folder, settings, layouts, true)
}

fn write(
    folder: &Path,
    settings: &PupilSettings,
    layouts: &[PupilLayout],
    with_marks: bool,
) -> Result<PupilTruth, PupilWriteError> {
    fs::create_dir_all(folder)?;
    let groups = (settings.pupils / margins::PUPILS_OF_A_GROUP).max(1);
    let inventing = Inventing {
        seed: settings.seed,
        masking: settings
            .masking
            .map(|masking| (masking.share_of_schools, masking.share_of_pupils)),
        authorities: groups.div_ceil(40).max(if groups > 400 { 152 } else { 1 }),
        groups,
    };
    let mut truth = PupilTruth::default();
    write_schools(folder, &inventing, settings, &mut truth)?;
    let mut families: Vec<Family> = layouts.iter().map(|layout| layout.family()).collect();
    families.sort_unstable();
    families.dedup();
    let mut plans: Vec<WrittenPlan> = Vec::new();
    for (order, year) in settings.years.iter().enumerate() {
        for (at, family) in families.iter().enumerate() {
            let mut writers = layouts
                .iter()
                .filter(|layout| layout.family() == *family)
                .map(|layout| Writer::open(folder, *layout, *year, with_marks))
                .collect::<Result<Vec<_>, PupilWriteError>>()?;
            let mut planter = Planter::new(
                *family,
                settings.dirty_records_a_rule,
                settings.pupils,
                with_marks,
            );
            for number in 0..groups {
                let group = inventing.group(number);
                let mut pupils = inventing.pupils(&group, *year);
                if with_marks {
                    marks::mark(settings.seed, *year, &mut pupils);
                }
                if at == 0 {
                    marks::note(&group, &pupils, *year, &mut truth);
                    note_masking(&group, &pupils, *year, &mut truth);
                    if order + 1 == settings.years.len() {
                        plan_some(settings.seed, *year, &pupils, &mut plans, &mut truth);
                    }
                }
                planter.plant(&group.schools, &mut pupils);
                if at == 0 {
                    let count: usize = pupils.iter().map(Vec::len).sum();
                    *truth.pupils.entry(*year).or_default() += count as u64;
                }
                for writer in &mut writers {
                    writer.group(&group, *year, &pupils)?;
                }
            }
            for writer in writers {
                writer.close()?;
            }
            for (rule, count) in planter.planted {
                truth.dirt.insert((family.as_str(), *year, rule), count);
            }
        }
    }
    let sen2 = folder.join("sen2");
    fs::create_dir_all(&sen2)?;
    write_plans::modules(&plans, |name, text| fs::write(sen2.join(name), text))?;
    let mut out = BufWriter::new(File::create(folder.join("sen2.xml"))?);
    write_plans::xml(&mut out, &plans)?;
    out.flush()?;
    write_truth(folder, &truth)?;
    Ok(truth)
}

fn write_schools(
    folder: &Path,
    inventing: &Inventing,
    settings: &PupilSettings,
    truth: &mut PupilTruth,
) -> Result<(), PupilWriteError> {
    let mut out = BufWriter::new(File::create(folder.join("schools.csv"))?);
    writeln!(
        out,
        "time_period,school_urn,school_laestab,school_name,phase_type_grouping,old_la_code,la_name,district_administrative_code"
    )?;
    let year = settings.years.last().map(ToString::to_string).unwrap_or_default();
    for number in 0..inventing.groups {
        for school in inventing.group(number).schools {
            truth.schools += 1;
            writeln!(
                out,
                "{year},{},{},{},{},{},Invented authority {},{}",
                school.urn,
                school.laestab(),
                school.name,
                school.phase.as_str(),
                school.la,
                school.la,
                school.district
            )?;
        }
    }
    out.flush()?;
    Ok(())
}

fn note_masking(group: &Group, pupils: &[Vec<InventedPupil>], year: AcademicYear, truth: &mut PupilTruth) {
    for (school, pupils) in group.schools.iter().zip(pupils) {
        let masked = pupils.iter().filter(|pupil| pupil.masked_from.is_some()).count();
        if masked > 0 {
            truth
                .masked
                .insert((year, school.urn), u32::try_from(masked).unwrap_or(u32::MAX));
        }
    }
}

/// One in twenty pupils on SEN support has a plan begun in the March after: it names the need before masking, and for
/// one in four (assumed) another than the census.
fn plan_some(
    seed: u64,
    year: AcademicYear,
    pupils: &[Vec<InventedPupil>],
    plans: &mut Vec<WrittenPlan>,
    truth: &mut PupilTruth,
) {
    for pupil in pupils.iter().flatten().filter(|pupil| pupil.provision == "K") {
        let mut draws = pupil.random(seed, &[9]);
        if !draws.happens(0.05) {
            continue;
        }
        let Some((_, recorded)) = pupil.needs.first() else {
            continue;
        };
        let need = match pupil.masked_from {
            Some(need) => need,
            None if draws.happens(0.25) || *recorded == "NSA" => "ASD",
            None => recorded,
        };
        if *recorded == "MLD" {
            *truth.plans_after_mld.entry(need).or_default() += 1;
        }
        let start = format!("{}-03-{:02}", year.january(), 1 + draws.below(28));
        let upn = pupil.upn.clone();
        plans.push(WrittenPlan { upn, start, need });
    }
}

fn write_truth(folder: &Path, truth: &PupilTruth) -> Result<(), PupilWriteError> {
    let mut out = BufWriter::new(File::create(folder.join("truth.csv"))?);
    writeln!(out, "what,layouts,time_period,where,count")?;
    for (year, count) in &truth.pupils {
        writeln!(out, "records,all,{year},,{count}")?;
    }
    for ((family, year, rule), count) in &truth.dirt {
        writeln!(out, "breaks a rule,{family},{year},{rule},{count}")?;
    }
    for ((year, urn), count) in &truth.masked {
        writeln!(out, "masked as MLD,all,{year},{urn},{count}")?;
    }
    for ((year, urn, name), [of, with]) in &truth.marks {
        writeln!(out, "MLD with {name} known,table,{year},{urn},{of}")?;
        writeln!(out, "MLD that bear it ({name}),table,{year},{urn},{with}")?;
    }
    for (need, count) in &truth.plans_after_mld {
        writeln!(out, "plan after MLD,all,,{need},{count}")?;
    }
    out.flush()?;
    Ok(())
}

/// An open file of one layout and year.
enum Writer {
    Xml(PathBuf),
    XmlAuthority(BufWriter<File>, bool),
    /// Whether it is mapped, and whether marks are joined to it.
    Csv(BufWriter<File>, bool, bool),
    Parquet(Box<ArrowWriter<File>>, bool),
    Arrow(
        Box<arrow::ipc::writer::FileWriter<BufWriter<File>>>,
        Vec<InventedPupil>,
        AcademicYear,
        bool,
    ),
}

impl Writer {
    fn open(
        folder: &Path,
        layout: PupilLayout,
        year: AcademicYear,
        with_marks: bool,
    ) -> Result<Self, PupilWriteError> {
        let folder = folder.join(layout.as_str());
        fs::create_dir_all(&folder)?;
        let create = |name: &str| File::create(folder.join(name));
        Ok(match layout {
            PupilLayout::Xml => {
                let folder = folder.join(year.to_string());
                fs::create_dir_all(&folder)?;
                Self::Xml(folder)
            }
            PupilLayout::XmlAuthority => {
                Self::XmlAuthority(BufWriter::new(create(&format!("census_{year}.xml"))?), false)
            }
            PupilLayout::Csv | PupilLayout::MappedCsv => {
                let is_mapped = layout == PupilLayout::MappedCsv;
                if is_mapped {
                    fs::write(folder.join("mapping.toml"), write_table::mapping(with_marks))?;
                }
                let mut out = BufWriter::with_capacity(1 << 20, create(&format!("pupils_{year}.csv"))?);
                write_table::csv_header(&mut out, is_mapped, with_marks)?;
                Self::Csv(out, is_mapped, with_marks)
            }
            PupilLayout::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
                    .set_max_row_group_row_count(Some(1 << 20))
                    .build();
                let file = create(&format!("pupils_{year}.parquet"))?;
                let schema = write_table::schema(with_marks);
                let writer = ArrowWriter::try_new(file, schema, Some(properties))?;
                Self::Parquet(Box::new(writer), with_marks)
            }
            PupilLayout::Arrow => {
                let out = BufWriter::new(create(&format!("pupils_{year}.arrow"))?);
                let writer = arrow::ipc::writer::FileWriter::try_new(out, &write_table::schema(with_marks))?;
                Self::Arrow(Box::new(writer), Vec::new(), year, with_marks)
            }
        })
    }

    fn group(
        &mut self,
        group: &Group,
        year: AcademicYear,
        by_school: &[Vec<InventedPupil>],
    ) -> Result<(), PupilWriteError> {
        match self {
            Self::Xml(folder) => {
                for (school, pupils) in group
                    .schools
                    .iter()
                    .zip(by_school)
                    .filter(|(_, pupils)| !pupils.is_empty())
                {
                    let file = File::create(folder.join(format!("{}.xml", school.laestab())))?;
                    let mut out = BufWriter::new(file);
                    write_xml::start(&mut out, year, school.la, Some(school))?;
                    write_xml::school(&mut out, school, pupils)?;
                    write_xml::end(&mut out)?;
                    out.flush()?;
                }
            }
            Self::XmlAuthority(out, has_begun) => {
                if !*has_begun {
                    write_xml::start(out, year, group.schools[0].la, None)?;
                    *has_begun = true;
                }
                for (school, pupils) in group
                    .schools
                    .iter()
                    .zip(by_school)
                    .filter(|(_, pupils)| !pupils.is_empty())
                {
                    write_xml::school(out, school, pupils)?;
                }
            }
            Self::Csv(out, is_mapped, with_marks) => {
                for pupils in by_school {
                    write_table::csv_rows(out, year, pupils, *is_mapped, *with_marks)?;
                }
            }
            Self::Parquet(writer, with_marks) => {
                let pupils: Vec<InventedPupil> = by_school.concat();
                writer.write(&write_table::batch(year, &pupils, *with_marks)?)?;
            }
            // An Arrow file has one dictionary for all its batches, so all is written at once.
            Self::Arrow(_, held, ..) => held.extend(by_school.iter().flatten().cloned()),
        }
        Ok(())
    }

    fn close(self) -> Result<(), PupilWriteError> {
        match self {
            Self::Xml(_) => {}
            Self::XmlAuthority(mut out, _) => {
                write_xml::end(&mut out)?;
                out.flush()?;
            }
            Self::Csv(mut out, ..) => out.flush()?,
            Self::Parquet(writer, _) => {
                writer.close()?;
            }
            Self::Arrow(mut writer, held, year, with_marks) => {
                writer.write(&write_table::batch(year, &held, with_marks)?)?;
                writer.finish()?;
            }
        }
        Ok(())
    }
}
