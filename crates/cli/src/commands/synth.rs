//! `senlens synth`

use super::check::unused;
use super::output::say;
use super::progress::Progress;
use crate::arguments::{Layout, Plant, Synth};
use miette::{IntoDiagnostic, Report, miette};
use senlens::model::AcademicYear;
use senlens::synth::county::{County, CountySettings};
use senlens::synth::pupils::{PupilLayout, PupilMasking, PupilSettings, write_marked_pupils, write_pupils};
use senlens::synth::scenario::{
    EffectTails, FIRST_URN, Masked, Rival, Scenario, SimulatedEngland, quadrant_name, write_wide_layout,
};
use senlens::{OutputFolder, Readers, Replaces};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

/// The year written into invented files.
const YEAR: &str = "202223";

pub(super) fn run(arguments: &Synth) -> Result<ExitCode, Report> {
    is_each_used(arguments)?;
    let folder = OutputFolder::new(&arguments.out, Replaces::Nothing, Readers::AsUsual, &[])
        .map_err(|error| miette!("{error}"))?;
    let pupils = match arguments.layout {
        Layout::Wide | Layout::Long => None,
        Layout::Xml => Some(PupilLayout::Xml),
        Layout::XmlAuthority => Some(PupilLayout::XmlAuthority),
        Layout::Csv => Some(PupilLayout::Csv),
        Layout::MappedCsv => Some(PupilLayout::MappedCsv),
        Layout::Parquet => Some(PupilLayout::Parquet),
        Layout::Arrow => Some(PupilLayout::Arrow),
    };
    let wrote = Progress::during("inventing", || match (pupils, arguments.plant) {
        (Some(layout), _) => pupils_of(arguments, layout, folder.path()),
        (None, Plant::County) => county(arguments, folder.path()),
        (None, plant) => england(arguments, plant, folder.path()),
    })?;
    folder.publish().map_err(|error| miette!("{error}"))?;
    for line in wrote {
        say(&line);
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses what would be passed over in silence.
fn is_each_used(arguments: &Synth) -> Result<(), Report> {
    let are_pupils = !matches!(arguments.layout, Layout::Wide | Layout::Long);
    let is_county = !are_pupils && arguments.plant == Plant::County;
    for (option, is_given, is_used, needs) in [
        ("--dirty", arguments.dirty > 0, are_pupils, "a layout of pupils"),
        ("--marks", arguments.marks, are_pupils, "a layout of pupils"),
        (
            "--pupils",
            arguments.pupils.is_some(),
            are_pupils || is_county,
            "a county or pupils",
        ),
        (
            "--ends",
            arguments.ends.is_some(),
            !are_pupils && !is_county,
            "an England of schools (--plant, without a layout of pupils)",
        ),
        (
            "--layout long",
            arguments.layout == Layout::Long,
            is_county,
            "the county",
        ),
    ] {
        if is_given && !is_used {
            return Err(unused(option, needs));
        }
    }
    Ok(())
}

/// Pupils over several years, with their schools, plans and the truth.
fn pupils_of(arguments: &Synth, layout: PupilLayout, folder: &Path) -> Result<Vec<String>, Report> {
    let plant = match arguments.plant {
        Plant::County | Plant::Nobody => None,
        Plant::OneInTen | Plant::OneQuadrant => Some(PupilMasking {
            share_of_schools: 0.1,
            share_of_pupils: 0.45,
        }),
        _ => return Err(miette!("pupils are invented with --plant nobody or one-in-ten")),
    };
    let settings = PupilSettings {
        seed: arguments.seed,
        pupils: arguments.pupils.unwrap_or(20_000),
        years: years(&arguments.years)?,
        masking: plant,
        dirty_records_a_rule: arguments.dirty,
    };
    let write = if arguments.marks {
        write_marked_pupils
    } else {
        write_pupils
    };
    let truth = write(folder, &settings, &[layout]).into_diagnostic()?;
    Ok(vec![format!(
        "wrote pupils of {} schools to {}; the truth is in truth.csv",
        truth.schools,
        arguments.out.join(layout.as_str()).display()
    )])
}

/// Years in order, each once.
fn years(texts: &[String]) -> Result<Vec<AcademicYear>, Report> {
    let mut years: Vec<AcademicYear> = texts
        .iter()
        .map(|text| text.trim().parse().map_err(|error| miette!("--years: {error}")))
        .collect::<Result<_, Report>>()?;
    years.sort_unstable();
    years.dedup();
    Ok(years)
}

/// A county of schools, with an England of authorities to compare it with.
fn county(arguments: &Synth, folder: &Path) -> Result<Vec<String>, Report> {
    let pupils = arguments.pupils.unwrap_or(CountySettings::default().pupils);
    let settings = CountySettings {
        pupils,
        ..CountySettings::default()
    };
    let county = County::invent(arguments.seed, &settings);
    let mut bytes = Vec::new();
    match arguments.layout {
        Layout::Wide => county.write_wide(&mut bytes).into_diagnostic()?,
        _ => county.write_long(&mut bytes).into_diagnostic()?,
    }
    fs::write(folder.join("schools.csv"), &bytes).into_diagnostic()?;
    let mut bytes = Vec::new();
    county.write_benchmark(&mut bytes).into_diagnostic()?;
    fs::write(folder.join("benchmark.csv"), &bytes).into_diagnostic()?;
    fs::write(folder.join("area.toml"), county.area_toml()).into_diagnostic()?;
    let mut truth = "urn,displaced_slcn,displaced_semh\n".to_owned();
    for school in &county.truth().schools {
        let _ = writeln!(
            truth,
            "{},{},{}",
            school.urn, school.moved_slcn, school.moved_semh
        );
    }
    fs::write(folder.join("truth.csv"), truth).into_diagnostic()?;
    Ok(vec![format!(
        "wrote {} schools to {}; the truth is in truth.csv",
        county.schools().len(),
        arguments.out.join("schools.csv").display()
    )])
}

/// An England of mainstream schools, with Essex's districts, to measure detectors of masking; of several years where masking
/// ends.
fn england(arguments: &Synth, plant: Plant, folder: &Path) -> Result<Vec<String>, Report> {
    let scenario = Scenario {
        seed: arguments.seed,
        ..scenario(plant)
    };
    let Some(ends) = &arguments.ends else {
        return Ok(vec![one_year(&arguments.out, folder, &scenario, YEAR, "")?]);
    };
    let ends: AcademicYear = ends.trim().parse().map_err(|error| miette!("--ends: {error}"))?;
    let mut wrote = Vec::new();
    for (year, period) in (0..).zip(years(&arguments.years)?) {
        let scenario = Scenario {
            year,
            // Fewer and fewer are recorded with MLD everywhere: what must not pass for an action's success.
            mld_drift: -0.05,
            masked: if period <= ends {
                scenario.masked
            } else {
                ended(scenario.masked)
            },
            ..scenario.clone()
        };
        wrote.push(one_year(
            &arguments.out,
            folder,
            &scenario,
            &period.to_string(),
            &format!("_{period}"),
        )?);
    }
    Ok(wrote)
}

/// The masking left once the planted masking has ended: in a quadrant, the share found elsewhere.
fn ended(masked: Masked) -> Masked {
    match masked {
        Masked::Nobody | Masked::Share(_) => Masked::Nobody,
        Masked::Quadrant {
            quadrant, outside, ..
        } => Masked::Quadrant {
            quadrant,
            inside: outside,
            outside,
        },
    }
}

/// Writes one year into the folder that is to stand at `out`; says what it wrote.
fn one_year(
    out: &Path,
    folder: &Path,
    scenario: &Scenario,
    period: &str,
    suffix: &str,
) -> Result<String, Report> {
    let england = scenario.simulate();
    let schools = format!("schools{suffix}.csv");
    let mut file = BufWriter::new(fs::File::create(folder.join(&schools)).into_diagnostic()?);
    write_wide_layout(&england, period, &mut file).into_diagnostic()?;
    file.flush().into_diagnostic()?;
    let truth = format!("truth{suffix}.csv");
    write_truth(&england, &folder.join(&truth))?;
    Ok(format!(
        "wrote {} schools to {}; the truth is in {truth}",
        england.schools.len(),
        out.join(schools).display()
    ))
}

fn scenario(plant: Plant) -> Scenario {
    let one_in_ten = Masked::Share(0.1);
    let base = Scenario::default();
    match plant {
        Plant::County | Plant::Nobody => base,
        Plant::OneInTen => Scenario {
            name: "one in ten",
            masked: one_in_ten,
            ..base
        },
        Plant::OneQuadrant => {
            let masked = Masked::Quadrant {
                quadrant: 2,
                inside: 0.4,
                outside: 0.05,
            };
            Scenario {
                name: "one quadrant",
                masked,
                ..base
            }
        }
        Plant::MoreOfEverything => Scenario {
            name: "more of everything",
            masked: one_in_ten,
            rival: Some((Rival::MoreOfEverything, 0.1)),
            ..base
        },
        Plant::AsdSurge => Scenario {
            name: "ASD surge",
            masked: one_in_ten,
            rival: Some((Rival::AsdSurge, 0.1)),
            ..base
        },
        Plant::SpecialistUnits => Scenario {
            name: "specialist units",
            masked: one_in_ten,
            rival: Some((Rival::FlaggedMldUnit, 0.1)),
            ..base
        },
        Plant::HeavyTails => Scenario {
            name: "heavy tails",
            masked: one_in_ten,
            tails: EffectTails::StudentShared(4.0),
            ..base
        },
    }
}

fn write_truth(england: &SimulatedEngland, path: &Path) -> Result<(), Report> {
    let mut text = "urn,quadrant,masked,rival,displaced_slcn,displaced_semh\n".to_owned();
    for (urn, school) in (FIRST_URN..).zip(&england.schools) {
        let quadrant = school.quadrant.map_or("", quadrant_name);
        let rival = school
            .truth
            .rival
            .map_or_else(String::new, |rival| format!("{rival:?}"));
        let [slcn, semh] = school.truth.displaced;
        let masked = u8::from(school.truth.masked);
        let _ = writeln!(text, "{urn},{quadrant},{masked},{rival},{slcn},{semh}");
    }
    fs::write(path, text).into_diagnostic()
}
