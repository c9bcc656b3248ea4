//! The reading itself: files in parallel, a year at a time, into one tally, and the tally into what is handed back.

use crate::{
    cells, columns, csv,
    item::Item,
    link::PlanLinks,
    linked_years::LinkedYears,
    mapping::is_of_counts,
    missing_returns,
    options::{Linking, PupilOptions, Purpose},
    plan,
    reading::PupilReading,
    rules::{Level, Levels, RULES, RuleIndex},
    schools::{FIRST_URN, SchoolDirectory},
    source::{self, Kind, Source},
    tally::{FileCount, Setup, Tally},
    xml, year,
};
use rayon::prelude::*;
use senlens_files::{Error, Note, Problem, RowAccount, Screening, counted, grouped};
use senlens_model::{AcademicYear, Dimension, Laestab, MarkCount, Phase, School, TransitionCount};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// Reads pupil records: files, folders or zips of census XML, CSV, Parquet or Arrow; `-` is an Arrow stream on
/// standard input. The years may be mixed. Files are read in parallel; the result does not depend on their order.
///
/// # Errors
/// When a file cannot be read at all: it is missing, damaged, of another layout, or lacks a school, a provision or a
/// year. What is wrong with single records is in [`PupilReading::findings`].
pub fn read_pupils(paths: &[PathBuf], options: &PupilOptions<'_>) -> Result<PupilReading, Error> {
    let (sources, problems) = source::sources(paths);
    refuse(problems)?;
    let (plan_sources, problems) = source::sources(options.plans);
    refuse(problems)?;
    let key = match &options.linking {
        Linking::Off => None,
        Linking::By(key) => Some(key.clone()),
    };
    let (plans, plan_accounts) = match &key {
        Some(_) if !plan_sources.is_empty() => plan::read_plans(&plan_sources)?,
        _ => (Vec::new(), Vec::new()),
    };
    let mut linked = key
        .as_ref()
        .map_or_else(PlanLinks::default, |key| PlanLinks::new(&plans, key));
    let setup = Setup::new(
        &options.levels,
        options.schools,
        options.term,
        key,
        options.purpose,
    );
    let (read, hashes) = rayon::join(
        || read_by_year(&sources, options, &setup, &mut linked),
        || sha256_of_each(&sources),
    );
    let (mut tally, transitions) = read?;
    let hashes = hashes?;
    let discordance = if linked.is_empty() {
        Vec::new()
    } else {
        linked.counts(options.schools)
    };
    let marks = std::mem::take(&mut tally.marks);
    let marks = marks
        .into_iter()
        .map(|((year, school, need, mark), [of, with])| {
            let school = options.schools.schools()[school as usize].urn;
            let count = MarkCount {
                school,
                need,
                mark,
                of,
                with,
            };
            (year, count)
        })
        .collect();
    let dimensions = tally.dimensions.unwrap_or_default().with(Dimension::District);
    let dimensions = dimensions.in_common(options.dimensions);
    let returned = missing_returns::notes(options.schools, &tally.counts);
    let cells = cells::of_counts(options.schools, dimensions, std::mem::take(&mut tally.counts))?;
    let names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
    let mut notes: Vec<Note> = tally
        .notes
        .iter()
        .map(|(file, text)| Note::about(&names[*file as usize], *text))
        .collect();
    notes.extend(returned);
    notes.extend(tally.not_joined.iter().map(|(urn, records)| {
        let later = options.schools.became(*urn).into_iter().flatten();
        let later: Vec<String> = later.map(ToString::to_string).collect();
        Note {
            file: None,
            text: format!(
                "school {urn} split or merged ({} in the links): {} of it {} not joined to one of them, nor counted",
                later.join(", "),
                counted(*records, "record", "records"),
                if *records == 1 { "is" } else { "are" },
            ),
        }
    }));
    notes.sort();
    notes.dedup();
    if options.purpose == Purpose::Count {
        refuse_words_for_codes(&tally, &names)?;
    }
    let files = std::mem::take(&mut tally.files);
    let rows_of = |file: u32| files.get(&file).map_or(0, FileCount::rows);
    let findings =
        std::mem::take(&mut tally.findings).into_list(&names, |rule| options.levels.of(rule), rows_of);
    let mut accounts: Vec<RowAccount> = Vec::new();
    for ((index, source), sha256) in (0u32..).zip(&sources).zip(hashes) {
        let mut account = RowAccount::new(&source.name, source.kind.in_words(), &sha256);
        if let Some(count) = files.get(&index) {
            account.accept(count.accepted);
            for (reason, rows) in &count.rejected {
                account.reject(reason, *rows);
            }
        }
        accounts.push(account);
    }
    if options.purpose == Purpose::Count {
        refuse_if_nothing_is_left(&accounts)?;
    }
    accounts.extend(plan_accounts);
    if !linked.is_empty() {
        accounts.push(linked.account());
    }
    Ok(PupilReading {
        cells,
        accounts,
        findings,
        transitions,
        discordance,
        notes,
        marks,
    })
}

/// For screening alone, where no schools file was given: a directory of the schools that the records themselves
/// name by LAESTAB. Their URNs and phases are placeholders, so nothing counted by it may be kept.
///
/// # Errors
/// When a file cannot be read, or names more schools than there can be.
pub fn schools_of_records(paths: &[PathBuf], options: &PupilOptions<'_>) -> Result<SchoolDirectory, Error> {
    let nowhere = SchoolDirectory::new([], None);
    let only = RULES
        .iter()
        .filter(|rule| rule.id != "school_unknown")
        .map(|rule| (rule.id.to_owned(), Level::Ignore))
        .collect();
    let options = PupilOptions {
        schools: &nowhere,
        levels: Levels::with(&only).expect("every rule is one"),
        linking: Linking::Off,
        plans: &[],
        purpose: Purpose::Screen,
        ..options.clone()
    };
    let reading = read_pupils(paths, &options)?;
    let named: BTreeSet<Laestab> = reading
        .findings
        .iter()
        .filter_map(|finding| finding.laestab)
        .collect();
    let schools = named.into_iter().zip(FIRST_URN..).map(|(laestab, urn)| School {
        urn: urn
            .to_string()
            .parse()
            .expect("six digits: there are fewer schools than that"),
        laestab: Some(laestab),
        name: laestab.to_string(),
        phase: Phase::Primary,
        la_code: laestab.la(),
        la_name: laestab.la().to_string(),
        la_area_code: None,
        region_code: None,
        region_name: None,
        district_code: None,
        district_name: None,
        specialist: None,
    });
    Ok(SchoolDirectory::new(schools.take(900_000), None))
}

/// Screens pupil records against the rules without a list of schools: every school that the records name counts as one.
///
/// # Errors
/// As [`read_pupils`].
pub fn screen_pupils(paths: &[PathBuf]) -> Result<PupilReading, Error> {
    let nowhere = SchoolDirectory::new([], None);
    let of_nowhere = PupilOptions {
        purpose: Purpose::Screen,
        linking: Linking::Off,
        ..PupilOptions::new(&nowhere)?
    };
    let named = schools_of_records(paths, &of_nowhere)?;
    let options = PupilOptions {
        schools: &named,
        ..of_nowhere
    };
    read_pupils(paths, &options)
}

/// The column names of the first file, for [`suggest_mapping`](crate::suggest_mapping); none for XML, whose names are fixed.
///
/// # Errors
/// When there is no file, or its header cannot be read.
pub fn column_names(path: &Path) -> Result<Option<Vec<String>>, Error> {
    let (sources, problems) = source::sources(&[path.to_owned()]);
    refuse(problems)?;
    let source = sources
        .first()
        .ok_or_else(|| Problem::of_file(&path.display().to_string(), "no pupil file is here"))?;
    Ok(match source.kind {
        Kind::Xml => None,
        Kind::Csv => Some(csv::column_names(source)?),
        Kind::Parquet | Kind::ArrowFile | Kind::ArrowStream => Some(columns::column_names(source)?),
    })
}

/// Whether a file or folder holds pupil records by its looks: XML, Arrow, or columns that say a school and a provision
/// and are no count. A file that cannot be opened is none.
pub fn is_pupil_file(path: &Path) -> bool {
    let (sources, _) = source::sources(&[path.to_owned()]);
    let Some(source) = sources.first() else {
        return false;
    };
    let names = match source.kind {
        Kind::Xml | Kind::ArrowFile | Kind::ArrowStream => return true,
        Kind::Csv => csv::column_names(source),
        Kind::Parquet => columns::column_names(source),
    };
    are_of_pupils(&names.unwrap_or_default())
}

/// Whether columns say a school and a provision and are no count.
pub(crate) fn are_of_pupils(names: &[String]) -> bool {
    let is_item = |name: &String, wanted: Item| Item::of_column(name).is_some_and(|(item, _)| item == wanted);
    names.iter().any(|name| is_item(name, Item::SENprovision))
        && !names.iter().any(|name| is_of_counts(name))
        && names.iter().any(|name| {
            is_item(name, Item::LAEstab) || is_item(name, Item::URN) || is_item(name, Item::Estab)
        })
}

/// Whether a file is a SEN2 return, or a module of one, by its looks: XML whose first bytes name the collection, or columns
/// that join the modules. A file that cannot be opened is none.
pub fn is_plans_file(path: &Path) -> bool {
    let (sources, _) = source::sources(&[path.to_owned()]);
    let Some(source) = sources.first() else {
        return false;
    };
    match source.kind {
        Kind::Xml => plan::begins_like_sen2(source),
        Kind::Csv => csv::column_names(source).is_ok_and(|names| plan::are_of_a_module(&names)),
        Kind::Parquet | Kind::ArrowFile | Kind::ArrowStream => false,
    }
}

fn refuse(problems: Vec<Problem>) -> Result<(), Error> {
    let mut screening = Screening::new();
    screening.extend(problems);
    screening.into_result()
}

/// # Errors
/// When no row of a file has a provision, or none a type of need, that is one of the census's: there is nothing to count
/// by, and every pupil would stand under "not stated".
fn refuse_words_for_codes(tally: &Tally, names: &[String]) -> Result<(), Error> {
    let mut problems = Vec::new();
    for (file, count) in &tally.files {
        for (rule, item, read) in [
            ("provision_code", Item::SENprovision, count.with_provision),
            ("need_code", Item::PrimarySENtype, count.with_need),
        ] {
            let Some(rule) = RuleIndex::of(rule) else { continue };
            let unreadable = tally.findings.count_of(*file, rule);
            if read > 0 || unreadable < FEWEST_TO_REFUSE {
                continue;
            }
            problems.push(
                Problem::of_file(
                    &names[*file as usize],
                    format!(
                        "none of the entries of this column is a code of the census ({} with something else)",
                        counted(unreadable, "record", "records")
                    ),
                )
                .in_column(item.as_str())
                .remedy(format!(
                    "say what they mean in a mapping file, under [values.{}] (`senlens check FILE --suggest-mapping` \
                     writes one to start from), and give it with --mapping",
                    item.as_str()
                )),
            );
        }
    }
    refuse(problems)
}

/// How many records without a readable code show that the column holds something else.
const FEWEST_TO_REFUSE: u64 = 5;

/// # Errors
/// When every row of every file was set aside: what the commonest reason was, for each file.
fn refuse_if_nothing_is_left(accounts: &[RowAccount]) -> Result<(), Error> {
    if accounts.iter().any(|account| account.accepted() > 0) {
        return Ok(());
    }
    let problems = accounts.iter().map(|account| {
        let commonest = account.rejected().iter().max_by_key(|(_, rows)| **rows);
        let rule = match commonest {
            Some((reason, rows)) => format!(
                "no record is left to count: {} of {} were set aside with the reason: {reason}",
                grouped(*rows),
                counted(account.read(), "row", "rows"),
            ),
            None => "there is no pupil in this file".to_owned(),
        };
        Problem::of_file(account.file(), rule)
            .remedy("mend what the reason says, or give the file it should be; `senlens check` lists rows")
    });
    refuse(problems.collect())
}

fn sha256_of_each(sources: &[Source]) -> Result<Vec<String>, Problem> {
    let mut paths: BTreeMap<&PathBuf, &Source> = BTreeMap::new();
    for source in sources {
        paths.entry(&source.path).or_insert(source);
    }
    let hashes: BTreeMap<&PathBuf, String> = paths
        .into_par_iter()
        .map(|(path, source)| Ok((path, source.sha256()?)))
        .collect::<Result<_, Problem>>()?;
    Ok(sources
        .iter()
        .map(|source| hashes[&source.path].clone())
        .collect())
}

/// Reads the files a year at a time, so that no more than two years of people are held together however many are read.
pub(crate) fn read_by_year(
    sources: &[Source],
    options: &PupilOptions<'_>,
    setup: &Setup<'_>,
    plans: &mut PlanLinks,
) -> Result<(Tally, Vec<TransitionCount>), Error> {
    let mut by_year: BTreeMap<Option<AcademicYear>, Vec<(u32, &Source)>> = BTreeMap::new();
    for (file, source) in (0u32..).zip(sources) {
        let year = if sources.len() > 1 {
            year::of(source, options)
        } else {
            None
        };
        by_year.entry(year).or_default().push((file, source));
    }
    if by_year.contains_key(&None) {
        let all = by_year.into_values().flatten().collect();
        by_year = BTreeMap::from([(None, all)]);
    }
    let mut linked = LinkedYears::default();
    let mut tally = Tally::default();
    for (year, files) in &by_year {
        tally = tally.with(read_sources(files, options, setup)?);
        tally.shrink();
        let done: Vec<AcademicYear> = setup
            .people
            .years()
            .into_iter()
            .filter(|of| year.is_none_or(|last| *of <= last))
            .collect();
        if done
            .first()
            .zip(linked.last_year())
            .is_some_and(|(next, last)| *next <= last)
        {
            // A file holds other years than its first row says: read all years together instead.
            let files: Vec<(u32, &Source)> = (0u32..).zip(sources).collect();
            setup.people.clear();
            plans.forget();
            linked = LinkedYears::default();
            tally = read_sources(&files, options, setup)?;
            break;
        }
        for year in done {
            linked.close(&mut tally, setup, plans, year)?;
        }
    }
    for year in setup.people.years() {
        linked.close(&mut tally, setup, plans, year)?;
    }
    Ok((tally, linked.into_transitions()))
}

/// Reads the sources in parallel and puts the parts together. Every file that cannot be read is told of, not the
/// first alone.
fn read_sources(
    sources: &[(u32, &Source)],
    options: &PupilOptions<'_>,
    setup: &Setup<'_>,
) -> Result<Tally, Error> {
    let read = |tally: Tally, file: u32, source: &Source| -> Result<Tally, (Tally, Problem)> {
        match source.kind {
            Kind::Xml => {
                let mut tally = tally;
                let read = source.with_reader(|stream| {
                    xml::read_xml(source, stream, setup, file, options.year, &mut tally)
                });
                match read {
                    Ok(()) => Ok(tally),
                    Err(problem) => Err((tally, problem)),
                }
            }
            Kind::Csv => match source.with_reader(|stream| {
                csv::read_csv(source, stream, setup, file, options.mapping, options.year)
            }) {
                Ok(part) => Ok(tally.with(part)),
                Err(problem) => Err((tally, problem)),
            },
            Kind::Parquet | Kind::ArrowFile | Kind::ArrowStream => {
                match columns::read_columns(source, setup, file, options.mapping, options.year) {
                    Ok(part) => Ok(tally.with(part)),
                    Err(problem) => Err((tally, problem)),
                }
            }
        }
    };
    let pieces = sources
        .len()
        .div_ceil(rayon::current_num_threads().max(1) * 4)
        .max(1);
    let (mut tally, problems) = sources
        .par_chunks(pieces)
        .map(|sources| {
            let mut tally = Tally::default();
            let mut problems = Vec::new();
            for (file, source) in sources {
                tally = match read(tally, *file, source) {
                    Ok(tally) => tally,
                    Err((tally, problem)) => {
                        problems.push(problem);
                        tally
                    }
                };
            }
            (tally, problems)
        })
        .reduce(
            || (Tally::default(), Vec::new()),
            |(one, mut told), (other, more)| {
                told.extend(more);
                (one.with(other), told)
            },
        );
    refuse(problems)?;
    tally.pass_people_on(setup);
    Ok(tally)
}
