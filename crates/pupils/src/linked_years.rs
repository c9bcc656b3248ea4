//! Closes one year after another: finds pupils with more than one record, joins plans, counts the steps from the year
//! before. A part of the people at a time, so that a year need not fit in memory.

use super::{
    findings::Spot,
    link::{self, Person, PlanLinks, Step, Steps},
    options::Purpose,
    people::{KeptYear, PARTS},
    rules::{Level, RuleIndex, duplicate_across_schools, duplicate_in_school},
    tally::{SUBSIDIARY, SUBSIDIARY_ALONE, Setup, Tally, index_of},
};
use rayon::prelude::*;
use senlens_files::Problem;
use senlens_model::{AcademicYear, TransitionCount};

/// The years closed so far, and the people of the last.
#[derive(Debug, Default)]
pub(crate) struct LinkedYears {
    last: Option<(AcademicYear, KeptYear)>,
    transitions: Vec<TransitionCount>,
}

/// What one part of a year comes to.
struct Part {
    people: Vec<Person>,
    repeated: Vec<(Person, RuleIndex)>,
    /// Subsidiary registrations of pupils without another record.
    alone: Vec<Person>,
    steps: Vec<(Step, u32)>,
}

impl LinkedYears {
    pub(crate) fn last_year(&self) -> Option<AcademicYear> {
        self.last.as_ref().map(|(year, _)| *year)
    }

    /// Closes a year, whose records have all been read; years must come in order.
    ///
    /// # Errors
    /// When what was kept aside cannot be read again.
    pub(crate) fn close(
        &mut self,
        tally: &mut Tally,
        setup: &Setup<'_>,
        plans: &mut PlanLinks,
        year: AcademicYear,
    ) -> Result<(), Problem> {
        let kept = setup.people.take(year)?;
        let mut steps = Steps::default();
        let parts: Vec<usize> = (0..PARTS).collect();
        for some in parts.chunks(2 * rayon::current_num_threads().max(1)) {
            let closed: Vec<Part> = some
                .par_iter()
                .map(|part| self.part(setup, &kept, *part))
                .collect::<Result<_, Problem>>()?;
            for part in closed {
                for (person, rule) in &part.repeated {
                    repeated(tally, setup, year, person, *rule);
                }
                for person in &part.alone {
                    tally.set_aside_for(person.file(), SUBSIDIARY, SUBSIDIARY_ALONE);
                }
                plans.join(year, setup.term, &part.people);
                steps.add(part.steps);
            }
        }
        if let Some(earlier) = self.last_year() {
            let steps = steps.into_counts(setup.schools, earlier, year);
            self.transitions.reserve_exact(steps.len());
            self.transitions.extend(steps);
        }
        self.last = Some((year, kept));
        Ok(())
    }

    fn part(&self, setup: &Setup<'_>, kept: &KeptYear, part: usize) -> Result<Part, Problem> {
        let mut people = kept.part(part)?;
        let alone = without_a_main_school(&people);
        let repeated = repeats(setup, &people);
        one_each(&mut people);
        let steps = match &self.last {
            Some((_, before)) if setup.purpose == Purpose::Count => {
                let mut before = before.part(part)?;
                one_each(&mut before);
                link::steps(setup.schools, &before, &people)
            }
            _ => Vec::new(),
        };
        Ok(Part {
            people,
            repeated,
            alone,
            steps,
        })
    }

    /// The steps between each year and the next.
    pub(crate) fn into_transitions(self) -> Vec<TransitionCount> {
        self.transitions
    }
}

/// Leaves the record of each pupil that counts, in order of pupil; a subsidiary registration counts nowhere.
fn one_each(people: &mut Vec<Person>) {
    people.retain(|person| !person.is_subsidiary());
    people.dedup_by(|later, earlier| {
        let is_same = later.is_same_pupil(earlier);
        if is_same && later.claim() > earlier.claim() {
            *earlier = *later;
        }
        is_same
    });
}

/// The subsidiary registrations of pupils who have no other record: one a pupil.
fn without_a_main_school(people: &[Person]) -> Vec<Person> {
    let groups = people.chunk_by(Person::is_same_pupil);
    let alone = groups.filter(|group| group.iter().all(Person::is_subsidiary));
    alone.flatten().copied().collect()
}

/// The records of pupils beside the one that counts, in order, and the rule that each breaks.
fn repeats(setup: &Setup<'_>, people: &[Person]) -> Vec<(Person, RuleIndex)> {
    let within = index_of(&duplicate_in_school::RULE);
    let across = index_of(&duplicate_across_schools::RULE);
    let mut found = Vec::new();
    let groups = people.chunk_by(Person::is_same_pupil);
    for group in groups.filter(|group| group.len() > 1) {
        let counted = || group.iter().filter(|person| !person.is_subsidiary());
        let Some(kept) = counted().max_by_key(|person| person.claim()) else {
            continue;
        };
        // A pupil number that thousands share is one school's many times over: each school is looked at once.
        let mut seen = std::collections::BTreeSet::from([kept.school()]);
        for person in counted().filter(|person| *person != kept) {
            let again = !seen.insert(person.school());
            let rule = if again { within } else { across };
            if setup.levels.of(rule) != Level::Ignore {
                found.push((*person, rule));
            }
        }
    }
    found
}

fn repeated(tally: &mut Tally, setup: &Setup<'_>, year: AcademicYear, person: &Person, rule: RuleIndex) {
    let file = person.file();
    let school = setup.schools.schools()[person.school() as usize].laestab;
    tally.findings.push(Spot { file, rule, school }, person.row());
    if setup.levels.of(rule) == Level::Reject {
        tally.reject_after_all(year, person, rule.rule().sentence);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        Linking, PupilOptions, SchoolDirectory, link::PlanLinks, people::People, plan, read::read_by_year,
        source, tally::Setup,
    };
    use senlens_model::AcademicYear;
    use senlens_synth::pupils::{PupilLayout, PupilSettings, write_pupils};

    /// Three years, dirt and plans: whether people lie aside or stay in memory, nothing found or counted differs.
    #[test]
    fn people_kept_aside_are_linked_as_in_memory() {
        let folder = tempfile::tempdir().expect("a folder");
        let years: Vec<AcademicYear> = ["202122", "202223", "202324"]
            .map(|year| year.parse().expect("a year"))
            .to_vec();
        let settings = PupilSettings {
            seed: 3,
            pupils: 3_000,
            years,
            masking: None,
            dirty_records_a_rule: 3,
        };
        write_pupils(folder.path(), &settings, &[PupilLayout::Csv, PupilLayout::Xml]).expect("written");
        let schools = SchoolDirectory::read(&folder.path().join("schools.csv"), None).expect("schools");
        let options = PupilOptions::new(&schools).expect("a key");
        let Linking::By(key) = options.linking.clone() else {
            panic!("linking is on");
        };
        let (plan_sources, _) = source::sources(&[folder.path().join("sen2")]);
        let (plans, _) = plan::read_plans(&plan_sources).expect("plans");
        let read = |paths: &[&str], people: People| {
            let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
            let (sources, problems) = source::sources(&paths);
            assert!(problems.is_empty());
            let mut setup = Setup::new(
                &options.levels,
                &schools,
                options.term,
                Some(key.clone()),
                options.purpose,
            );
            setup.people = people;
            let mut links = PlanLinks::new(&plans, &key);
            let (tally, transitions) = read_by_year(&sources, &options, &setup, &mut links).expect("read");
            let names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
            let findings = tally
                .findings
                .into_list(&names, |rule| options.levels.of(rule), |_| u64::MAX);
            let repeated = |rule: &str| findings.iter().any(|finding| finding.rule == rule);
            assert!(repeated("duplicate_in_school") && repeated("duplicate_across_schools"));
            assert!(transitions.len() > 500);
            let discordance = links.counts(&schools);
            assert!(!discordance.is_empty());
            (findings, tally.files, transitions, discordance)
        };
        for paths in [&["csv"][..], &["xml/202122", "xml/202223", "xml/202324"]] {
            let in_memory = read(paths, People::default());
            for most in [0, 700] {
                assert!(
                    read(paths, People::holding(most)) == in_memory,
                    "{paths:?}, {most}"
                );
            }
        }
    }
}
