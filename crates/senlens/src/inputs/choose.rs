//! Which of the files found a run takes, and why it leaves the others.

use super::{FoundFile, Role};
use crate::Config;
use Fate::{Left, Named, Taken};
use senlens_model::{AcademicYear, AreaFile, LaCode};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What a run does with one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The file.
    pub path: PathBuf,
    /// The option it is given with, if it is used.
    pub option: Option<&'static str>,
    /// Why it is not used, if it is not.
    pub unused: Option<String>,
}

/// Chooses among the files found, for an area if it is known, and puts those chosen into the configuration. What the
/// configuration names already stays as it is. Files left out are named in [`Config::unused`].
pub fn choose(found: &[FoundFile], area: Option<&AreaFile>, config: &mut Config) -> Vec<Choice> {
    let mut chooser = Chooser {
        area: area.map(|area| area.la_code),
        of_area: area.map_or_else(BTreeSet::new, own_and_predecessors),
        area_name: area.map_or_else(String::new, |area| area.name.clone()),
        choices: vec![None; found.len()],
    };
    let given = named_already(config);
    for (index, file) in found.iter().enumerate() {
        let known = file.path.canonicalize().ok();
        let option = given.iter().find(|(path, _)| Some(path) == known.as_ref());
        if let Some((_, option)) = option {
            chooser.choices[index] = Some(Named(option));
        }
    }
    let named_schools = !config.schools.is_empty();
    let named_pupils = !config.pupils.is_empty();
    let pupils = chooser.pupils(found, named_pupils);
    let years = chooser.schools(found, named_schools, named_pupils || !pupils.is_empty());
    let needs_list = !pupils.is_empty() && years.is_empty();
    chooser.school_list(found, named_schools, needs_list);
    chooser.benchmarks(found, &years, config.year, !config.benchmark.is_empty());
    let records = pupils.iter().any(|index| found[*index].role == Role::Pupils);
    chooser.joined(found, Role::Plans, "--plans", records, !config.plans.is_empty());
    chooser.joined(found, Role::Links, "--links", records, config.links.is_some());
    let built_in = area.is_some_and(|area| !area.neighbours.is_empty());
    chooser.neighbours(found, config.neighbours.is_some(), built_in);
    chooser.rest(found);
    let mut choices = Vec::new();
    for (file, choice) in found.iter().zip(chooser.choices) {
        let path = file.path.clone();
        let (option, unused) = match choice {
            Some(Taken(option)) => {
                match option {
                    "--schools" => config.schools.push(path),
                    "--pupils" => config.pupils.push(path),
                    "--plans" => config.plans.push(path),
                    "--benchmark" => config.benchmark.push(path),
                    "--neighbours" => config.neighbours = Some(path),
                    _ => config.links = Some(path),
                }
                (Some(option), None)
            }
            Some(Named(option)) => (Some(option), None),
            Some(Left(reason)) => (None, Some(reason)),
            None => (None, Some("not an input".to_owned())),
        };
        if let Some(reason) = &unused {
            let named = format!("{} ({}): {reason}", file.name(), file.layout);
            config.unused.push(named);
        }
        choices.push(Choice {
            path: file.path.clone(),
            option,
            unused,
        });
    }
    choices
}

/// The numbers under which an authority's schools may stand: its own, and those of the authorities it took over from.
fn own_and_predecessors(area: &AreaFile) -> BTreeSet<LaCode> {
    let known = senlens_model::Authority::numbered(area.la_code);
    let before = known.into_iter().flat_map(senlens_model::Authority::predecessors);
    before
        .map(|predecessor| predecessor.la_code)
        .chain([area.la_code])
        .collect()
}

/// The files that the configuration names, and with which option.
fn named_already(config: &Config) -> Vec<(PathBuf, &'static str)> {
    let lists = [
        (&config.schools, "--schools"),
        (&config.pupils, "--pupils"),
        (&config.plans, "--plans"),
        (&config.benchmark, "--benchmark"),
    ];
    let single = [
        (&config.links, "--links"),
        (&config.neighbours, "--neighbours"),
        (&config.mapping, "--mapping"),
        (&config.policy, "--policy"),
        (&config.audit_results, "--audit-results"),
    ];
    let of_lists = lists
        .into_iter()
        .flat_map(|(paths, option)| paths.iter().map(move |path| (path.as_path(), option)));
    let of_single = single
        .into_iter()
        .filter_map(|(path, option)| Some((path.as_deref()?, option)));
    let area = config.area.as_deref().map(|area| (Path::new(area), "--area"));
    of_lists
        .chain(of_single)
        .chain(area)
        .filter_map(|(path, option)| Some((path.canonicalize().ok()?, option)))
        .collect()
}

/// What is done with a file.
#[derive(Debug, Clone)]
enum Fate {
    /// A run takes it, as if it were given with this option.
    Taken(&'static str),
    /// It is given with this option already.
    Named(&'static str),
    /// A run leaves it, for this reason.
    Left(String),
}

struct Chooser {
    area: Option<LaCode>,
    of_area: BTreeSet<LaCode>,
    area_name: String,
    /// For each file, what is done with it.
    choices: Vec<Option<Fate>>,
}

impl Chooser {
    fn take(&mut self, index: usize, option: &'static str) {
        self.choices[index] = Some(Taken(option));
    }

    fn leave(&mut self, index: usize, reason: impl Into<String>) {
        self.choices[index] = Some(Left(reason.into()));
    }

    fn speaks_of_area(&self, file: &FoundFile) -> bool {
        self.area.is_none()
            || file
                .authorities
                .iter()
                .any(|la_code| self.of_area.contains(la_code))
    }

    /// Those of a role that can be read; the others are left.
    fn readable(&mut self, found: &[FoundFile], role: Role) -> Vec<usize> {
        let mut readable = Vec::new();
        for (index, file) in found.iter().enumerate().filter(|(_, file)| file.role == role) {
            if self.choices[index].is_some() {
                continue;
            }
            match &file.problem {
                Some(problem) => self.leave(index, format!("cannot be used as it is: {problem}")),
                None => readable.push(index),
            }
        }
        readable
    }

    /// Pupil records or, without any, counted cells: the two are not read together.
    fn pupils(&mut self, found: &[FoundFile], named: bool) -> Vec<usize> {
        let records = self.readable(found, Role::Pupils);
        let cells = self.readable(found, Role::Cells);
        let (taken, left, why) = match (named, records.is_empty()) {
            (true, _) => (
                Vec::new(),
                [records, cells].concat(),
                "pupils are named with --pupils",
            ),
            (false, true) => (cells, Vec::new(), ""),
            (false, false) => (
                records,
                cells,
                "the pupil records themselves are counted, and pupils might be counted twice",
            ),
        };
        for index in &taken {
            self.take(*index, "--pupils");
        }
        for index in left {
            self.leave(index, why);
        }
        taken
    }

    /// Tables of schools: one a year, with needs before without; beside pupil records the latest alone, as the list of
    /// schools. Gives the years.
    fn schools(&mut self, found: &[FoundFile], named: bool, beside_pupils: bool) -> BTreeSet<AcademicYear> {
        let mut by_year: BTreeMap<AcademicYear, Vec<usize>> = BTreeMap::new();
        for index in self.readable(found, Role::Schools) {
            let file = &found[index];
            if named {
                self.leave(index, "schools are named with --schools");
            } else if !self.speaks_of_area(file) {
                let reason = format!("no school of {} is in it", self.area_name);
                self.leave(index, reason);
            } else if let [year] = file.years[..] {
                by_year.entry(year).or_default().push(index);
            } else {
                self.leave(index, "it holds no one year: give it with --schools and --year");
            }
        }
        let mut years = BTreeSet::new();
        let latest = by_year.keys().next_back().copied();
        for (year, mut files) in by_year {
            files.sort_by_key(|index| {
                let file = &found[*index];
                (!file.carries_needs, std::cmp::Reverse(file.schools), *index)
            });
            for (place, index) in files.into_iter().enumerate() {
                if place > 0 {
                    self.leave(
                        index,
                        format!("another table of schools of {year} is used, which says more"),
                    );
                } else if beside_pupils && Some(year) != latest {
                    self.leave(
                        index,
                        "pupil records are counted, and a later list of schools is used",
                    );
                } else {
                    self.take(index, "--schools");
                    years.insert(year);
                }
            }
        }
        years
    }

    /// A list of schools, where pupil records have no table of schools beside them.
    fn school_list(&mut self, found: &[FoundFile], named: bool, is_needed: bool) {
        let mut is_needed = is_needed;
        for index in self.readable(found, Role::SchoolList) {
            if named {
                self.leave(index, "schools are named with --schools");
            } else if !is_needed {
                self.leave(
                    index,
                    "it has no counts, and no pupil records lack a list of schools",
                );
            } else if !self.speaks_of_area(&found[index]) {
                let reason = format!("no school of {} is in it", self.area_name);
                self.leave(index, reason);
            } else {
                self.take(index, "--schools");
                is_needed = false;
            }
        }
    }

    /// Published tables of the years of the schools; without schools, all that say their year.
    fn benchmarks(
        &mut self,
        found: &[FoundFile],
        years: &BTreeSet<AcademicYear>,
        asked: Option<AcademicYear>,
        named: bool,
    ) {
        for index in self.readable(found, Role::Benchmark) {
            let file = &found[index];
            let of_years = file
                .years
                .iter()
                .any(|year| years.contains(year) || years.is_empty() || asked == Some(*year));
            if named {
                self.leave(index, "tables are named with --benchmark");
            } else if file.years.is_empty() {
                self.leave(
                    index,
                    "it does not say of which year it is: give it with --benchmark FILE@YEAR, or with --benchmark FILE and the \
                     --schools of its year",
                );
            } else if !of_years {
                self.leave(index, "it is of other years than the schools");
            } else {
                self.take(index, "--benchmark");
            }
        }
    }

    /// What is joined to pupil records and says nothing without them.
    fn joined(&mut self, found: &[FoundFile], role: Role, option: &'static str, records: bool, named: bool) {
        let mut taken = false;
        for index in self.readable(found, role) {
            if named {
                self.leave(index, format!("another is named with {option}"));
            } else if !records {
                self.leave(index, "it is joined to pupil records, and there are none");
            } else if taken && role == Role::Links {
                self.leave(index, "one file of links is read");
            } else {
                self.take(index, option);
                taken = true;
            }
        }
    }

    /// One list of neighbours that speaks of the area, where the area has none of its own: those say from when they hold.
    fn neighbours(&mut self, found: &[FoundFile], named: bool, built_in: bool) {
        let mut taken = named;
        for index in self.readable(found, Role::Neighbours) {
            if taken {
                self.leave(index, "one list of neighbours is read");
            } else if built_in {
                self.leave(
                    index,
                    "it does not say from when it holds, and a list that does is known: give it with --neighbours to use it",
                );
            } else if !self.speaks_of_area(&found[index]) {
                let reason = format!("no column is of {}", self.area_name);
                self.leave(index, reason);
            } else {
                self.take(index, "--neighbours");
                taken = true;
            }
        }
    }

    fn rest(&mut self, found: &[FoundFile]) {
        for (index, file) in found.iter().enumerate() {
            if self.choices[index].is_some() {
                continue;
            }
            let reason = match file.role {
                Role::Area => "give it with --area".to_owned(),
                Role::Configuration => "run it by itself: senlens run FILE".to_owned(),
                Role::Mapping => "give it with --mapping, and its table with --schools".to_owned(),
                _ => file.problem.clone().unwrap_or_else(|| "not an input".to_owned()),
            };
            self.leave(index, reason);
        }
    }
}
