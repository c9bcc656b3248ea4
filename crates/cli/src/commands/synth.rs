//! `senlens synth`

use super::output::say;
use crate::arguments::{Layout, Plant, Synth};
use miette::{IntoDiagnostic, Report, miette};
use senlens::model::AcademicYear;
use senlens::synth::county::{County, CountySettings};
use senlens::synth::pupils::{PupilLayout, PupilMasking, PupilSettings, write_marked_pupils, write_pupils};
use senlens::synth::scenario::{
    FIRST_URN, Masked, Rival, Scenario, SimulatedEngland, Tails, quadrant_name, write_wide_layout,
};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

/// The year written into invented files.
const YEAR: &str = "202223";

pub(super) fn run(arguments: &Synth) -> Result<ExitCode, Report> {
    fs::create_dir_all(&arguments.out).into_diagnostic()?;
    let pupils = match arguments.layout {
        Layout::Wide | Layout::Long => None,
        Layout::Xml => Some(PupilLayout::Xml),
        Layout::XmlAuthority => Some(PupilLayout::XmlAuthority),
        Layout::Csv => Some(PupilLayout::Csv),
        Layout::MappedCsv => Some(PupilLayout::MappedCsv),
        Layout::Parquet => Some(PupilLayout::Parquet),
        Layout::Arrow => Some(PupilLayout::Arrow),
    };
    if let Some(layout) = pupils {
        pupils_of(arguments, layout)?;
        return Ok(ExitCode::SUCCESS);
    }
    match arguments.plant {
        Plant::County => county(arguments)?,
        plant => england(arguments, plant)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Pupils over several years, with their schools, plans and the truth.
fn pupils_of(arguments: &Synth, layout: PupilLayout) -> Result<(), Report> {
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
    let truth = write(&arguments.out, &settings, &[layout]).into_diagnostic()?;
    say(&format!(
        "wrote pupils of {} schools to {}; the truth is in truth.csv",
        truth.schools,
        arguments.out.join(layout.as_str()).display()
    ));
    Ok(())
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
fn county(arguments: &Synth) -> Result<(), Report> {
    let pupils = arguments.pupils.unwrap_or(CountySettings::default().pupils);
    let settings = CountySettings {
        pupils,
        ..CountySettings::default()
    };
    let county = County::invent(arguments.seed, &settings);
    let schools = arguments.out.join("schools.csv");
    let mut bytes = Vec::new();
    match arguments.layout {
        Layout::Wide => county.write_wide(&mut bytes).into_diagnostic()?,
        _ => county.write_long(&mut bytes).into_diagnostic()?,
    }
    fs::write(&schools, &bytes).into_diagnostic()?;
    let mut bytes = Vec::new();
    county.write_benchmark(&mut bytes).into_diagnostic()?;
    fs::write(arguments.out.join("benchmark.csv"), &bytes).into_diagnostic()?;
    fs::write(arguments.out.join("area.toml"), county.area_toml()).into_diagnostic()?;
    let mut truth = "urn,displaced_slcn,displaced_semh\n".to_owned();
    for school in &county.truth().schools {
        let _ = writeln!(
            truth,
            "{},{},{}",
            school.urn, school.moved_slcn, school.moved_semh
        );
    }
    fs::write(arguments.out.join("truth.csv"), truth).into_diagnostic()?;
    say(&format!(
        "wrote {} schools to {}; the truth is in truth.csv",
        county.schools().len(),
        schools.display()
    ));
    Ok(())
}

/// An England of mainstream schools, with Essex's districts, to measure detectors of masking; of several years where masking
/// ends.
fn england(arguments: &Synth, plant: Plant) -> Result<(), Report> {
    let scenario = Scenario {
        seed: arguments.seed,
        ..scenario(plant)
    };
    let Some(ends) = &arguments.ends else {
        return one_year(&arguments.out, &scenario, YEAR, "");
    };
    let ends: AcademicYear = ends.trim().parse().map_err(|error| miette!("--ends: {error}"))?;
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
        one_year(
            &arguments.out,
            &scenario,
            &period.to_string(),
            &format!("_{period}"),
        )?;
    }
    Ok(())
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

fn one_year(out: &Path, scenario: &Scenario, period: &str, suffix: &str) -> Result<(), Report> {
    let england = scenario.simulate();
    let schools = out.join(format!("schools{suffix}.csv"));
    let mut file = BufWriter::new(fs::File::create(&schools).into_diagnostic()?);
    write_wide_layout(&england, period, &mut file).into_diagnostic()?;
    file.flush().into_diagnostic()?;
    let truth = format!("truth{suffix}.csv");
    write_truth(&england, &out.join(&truth))?;
    say(&format!(
        "wrote {} schools to {}; the truth is in {truth}",
        england.schools.len(),
        schools.display()
    ));
    Ok(())
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
            tails: Tails::StudentShared(4.0),
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
