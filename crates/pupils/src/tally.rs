//! Counts records as they are read: runs the rules, keeps the account, packs each pupil into a number for its school.

use super::{
    coded::SharedTables,
    findings::{Findings, Spot},
    item::Item,
    key::CellKey,
    link::{HashKey, Person},
    options::Purpose,
    people::People,
    record::Term,
    record::{Enrolment, Reading, Record, UpnReading},
    rules::{Level, Levels, Rule, RuleIndex, school_unknown},
    schools::SchoolDirectory,
};
use senlens_files::RowAccount;
use senlens_model::{AcademicYear, Dimensions, Mark, Need, Provision, Urn};
use std::collections::BTreeMap;

/// What every part of a reading shares.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) levels: &'a Levels,
    pub(crate) schools: &'a SchoolDirectory,
    pub(crate) term: Term,
    /// None when neither duplicates nor links are asked for: then pupil numbers are not hashed.
    pub(crate) hash: Option<HashKey>,
    pub(crate) school_unknown: RuleIndex,
    /// Worked out at first need and shared by all parts of the reading.
    pub(crate) tables: SharedTables,
    /// Those whose pupil numbers are linked, of all parts of the reading.
    pub(crate) people: People,
}

impl<'a> Setup<'a> {
    pub(crate) fn new(
        levels: &'a Levels,
        schools: &'a SchoolDirectory,
        term: Term,
        hash: Option<HashKey>,
        purpose: Purpose,
    ) -> Self {
        Self {
            purpose,
            levels,
            schools,
            term,
            hash,
            school_unknown: index_of(&school_unknown::RULE),
            tables: SharedTables::default(),
            people: People::default(),
        }
    }
}

impl Setup<'_> {
    /// Whether an item is worth decoding where decoding costs: pupil numbers and dates of birth only where a rule
    /// that is not ignored, or a link, looks at them.
    pub(crate) fn wants(&self, item: Item) -> bool {
        let looked_at = |ids: &[&str]| {
            ids.iter()
                .filter_map(|id| RuleIndex::of(id))
                .any(|rule| self.levels.of(rule) != Level::Ignore)
        };
        match item {
            Item::UPN => {
                self.hash.is_some()
                    || looked_at(&["upn_missing", "upn_shape", "upn_check_letter", "upn_authority"])
            }
            Item::FormerUPN => looked_at(&["former_upn_shape"]),
            Item::DOB => looked_at(&["born_unreadable", "born_impossible", "age_year_group"]),
            _ => true,
        }
    }
}

/// The position of a rule this crate knows by name.
pub(crate) fn index_of(rule: &Rule) -> RuleIndex {
    RuleIndex::of(rule.id).expect("the rule is in the list of rules")
}

/// Rows of one file, so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileCount {
    pub(crate) accepted: u64,
    /// Of those accepted, how many have a provision that can be read.
    pub(crate) with_provision: u64,
    /// And how many a primary need.
    pub(crate) with_need: u64,
    pub(crate) rejected: BTreeMap<&'static str, u64>,
}

impl FileCount {
    /// Every row, used or not.
    pub(crate) fn rows(&self) -> u64 {
        self.accepted + self.rejected.values().sum::<u64>()
    }

    /// Adds another part's rows.
    pub(crate) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.with_provision += other.with_provision;
        self.with_need += other.with_need;
        for (reason, rows) in other.rejected {
            *self.rejected.entry(reason).or_default() += rows;
        }
    }

    /// Counts an accepted record.
    pub(crate) fn accept(&mut self, key: CellKey) {
        self.accepted += 1;
        self.with_provision += u64::from(key.provision() != Provision::NotStated);
        self.with_need += u64::from(key.primary().is_some_and(|need| need != Need::Missing));
    }
}

/// Reasons of the account that are no fault of the record.
pub(crate) const OTHER_TERM: &str = "another term's census";
pub(crate) const SUBSIDIARY: &str = "subsidiary registration, counted at the main school";
pub(crate) const SUBSIDIARY_ALONE: &str =
    "subsidiary registration of a pupil whose main school is not among these records";
pub(crate) const GUEST: &str = "guest, counted at the pupil's own school";
pub(crate) const NO_LONGER_ON_ROLL: &str = "no longer on roll";
pub(crate) const WRONG_WIDTH: &str = "more or fewer columns than the header";

/// Whether a reason leaves out rows that were never to be counted, or are counted elsewhere.
pub(crate) fn is_by_design(reason: &str) -> bool {
    [OTHER_TERM, SUBSIDIARY, GUEST, NO_LONGER_ON_ROLL].contains(&reason) || RowAccount::is_by_design(reason)
}

/// How many records taken for linking are passed on together.
const PASSED_ON_TOGETHER: usize = 1 << 12;

/// Year, school, primary need and mark.
pub(crate) type MarkKey = (AcademicYear, u32, Need, Mark);

/// The counts of one year: for each school of the directory, one number a pupil.
pub(crate) type YearCounts = Vec<Vec<u32>>;

/// Counts so far, of any part of the input; parts are put together in any order.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) counts: BTreeMap<AcademicYear, YearCounts>,
    /// Pupils known and pupils who bear the mark.
    pub(crate) marks: BTreeMap<MarkKey, [u32; 2]>,
    /// Few: they are passed on to [`Setup::people`] by the thousand.
    people: BTreeMap<AcademicYear, Vec<Person>>,
    pub(crate) findings: Findings,
    pub(crate) files: BTreeMap<u32, FileCount>,
    /// Records of schools that split or merged, by school.
    pub(crate) not_joined: BTreeMap<Urn, u64>,
    /// What is worth saying of a file.
    pub(crate) notes: Vec<(u32, &'static str)>,
    /// Dimensions that every record so far carries.
    pub(crate) dimensions: Option<Dimensions>,
}

impl Tally {
    /// Takes one record of a file.
    pub(crate) fn take(&mut self, setup: &Setup<'_>, file: u32, row: u32, record: &Record) {
        let mut rejected_by: Option<&'static str> = None;
        for (index, level) in setup.levels.broken_by(record) {
            self.find(file, index, record, row);
            if level == Level::Reject && rejected_by.is_none() {
                rejected_by = Some(index.rule().sentence);
            }
        }
        let set_aside = if record.term != setup.term {
            Some(OTHER_TERM)
        } else {
            match record.enrolment.code() {
                Some(Enrolment::Subsidiary) => Some(SUBSIDIARY),
                Some(Enrolment::Guest) => Some(GUEST),
                Some(Enrolment::Current | Enrolment::Main) | None => None,
            }
        };
        if let Some(reason) = rejected_by.or(set_aside) {
            self.set_aside(file, reason, 1);
            if reason == SUBSIDIARY
                && let (Some(hash), UpnReading::Shaped(upn)) = (&setup.hash, record.upn)
            {
                // Not counted, but known: the account says whose main school is not among the records.
                let school = setup.schools.index_of(record).unwrap_or_default();
                let person = Person::new(hash.of(&upn), school, CellKey::of(record), file, row);
                self.link(setup, record.year, person.registered(record.enrolment.code()));
            }
            return;
        }
        let Some(school) = setup.schools.index_of(record) else {
            // A school that cannot be read has been told of; either way there is nowhere to count the pupil.
            let is_named = record.laestab.code().is_some() || record.urn.code().is_some();
            if is_named && setup.levels.of(setup.school_unknown) != Level::Ignore {
                self.find(file, setup.school_unknown, record, row);
            }
            self.set_aside(file, school_unknown::RULE.sentence, 1);
            if let Some(urn) = record
                .urn
                .code()
                .filter(|urn| setup.schools.became(*urn).is_some())
            {
                *self.not_joined.entry(urn).or_default() += 1;
            }
            return;
        };
        let key = CellKey::of(record);
        self.files.entry(file).or_default().accept(key);
        self.count(setup, record.year, school, key);
        if record.marks != [Reading::Absent; 4] {
            let others = record
                .needs_written()
                .iter()
                .filter(|need| need.rank != Reading::Of(1));
            let others = others.filter_map(|need| need.need.code());
            self.mark(setup, (record.year, school), key.primary(), others, record.marks);
        }
        if let (Some(hash), UpnReading::Shaped(upn)) = (&setup.hash, record.upn) {
            let person = Person::new(hash.of(&upn), school, key, file, row);
            self.link(setup, record.year, person.registered(record.enrolment.code()));
        }
    }

    /// Takes a counted record for linking.
    pub(crate) fn link(&mut self, setup: &Setup<'_>, year: AcademicYear, person: Person) {
        let people = self.people.entry(year).or_default();
        people.push(person);
        if people.len() >= PASSED_ON_TOGETHER {
            setup.people.add(year, people);
        }
    }

    /// Passes on all that were taken for linking.
    pub(crate) fn pass_people_on(&mut self, setup: &Setup<'_>) {
        for (year, mut people) in std::mem::take(&mut self.people) {
            setup.people.add(year, &mut people);
        }
    }

    pub(crate) fn count(&mut self, setup: &Setup<'_>, year: AcademicYear, school: u32, key: CellKey) {
        if setup.purpose == Purpose::Screen {
            return;
        }
        let schools = setup.schools.schools().len();
        let counts = self
            .counts
            .entry(year)
            .or_insert_with(|| vec![Vec::new(); schools]);
        counts[school as usize].push(key.0);
    }

    /// Counts what is joined to the record of a pupil with a primary need, unless SLCN or SEMH is among the others: that
    /// need is not hidden. A record that a later look rejects stays in these counts.
    pub(crate) fn mark(
        &mut self,
        setup: &Setup<'_>,
        (year, school): (AcademicYear, u32),
        primary: Option<Need>,
        mut others: impl Iterator<Item = Need>,
        marks: [Reading<bool>; 4],
    ) {
        let Some(need) = primary.filter(|_| setup.purpose == Purpose::Count) else {
            return;
        };
        if others.any(|other| matches!(other, Need::Slcn | Need::Semh)) {
            return;
        }
        for (mark, reading) in Mark::ALL.into_iter().zip(marks) {
            if let Some(said) = reading.code() {
                // The items of attainment say that goals were met; the mark is that they were missed.
                let bears = said != (mark == Mark::MissedLanguageGoals);
                let counts = self.marks.entry((year, school, need, mark)).or_default();
                counts[0] += 1;
                counts[1] += u32::from(bears);
            }
        }
    }

    fn find(&mut self, file: u32, rule: RuleIndex, record: &Record, row: u32) {
        let school = record.laestab.code();
        self.findings.push(Spot { file, rule, school }, row);
    }

    /// Counts rows that were read and not used.
    pub(crate) fn set_aside(&mut self, file: u32, reason: &'static str, rows: u64) {
        *self
            .files
            .entry(file)
            .or_default()
            .rejected
            .entry(reason)
            .or_default() += rows;
    }

    /// Counts rows that were read and not used, if there are any.
    pub(crate) fn set_aside_if_any(&mut self, file: u32, reason: &'static str, rows: u64) {
        if rows > 0 {
            self.set_aside(file, reason, rows);
        }
    }

    /// Gives a row that was not used another reason.
    pub(crate) fn set_aside_for(&mut self, file: u32, before: &'static str, reason: &'static str) {
        let rejected = &mut self.files.entry(file).or_default().rejected;
        if let Some(rows) = rejected.get_mut(before).filter(|rows| **rows > 0) {
            *rows -= 1;
            *rejected.entry(reason).or_default() += 1;
        }
    }

    /// Says which dimensions a file carries: the cells carry those that all files do.
    pub(crate) fn carries(&mut self, dimensions: Dimensions) {
        self.dimensions = Some(
            self.dimensions
                .map_or(dimensions, |before| before.in_common(dimensions)),
        );
    }

    /// Puts two parts together.
    pub(crate) fn with(mut self, other: Self) -> Self {
        for (year, schools) in other.counts {
            match self.counts.entry(year) {
                std::collections::btree_map::Entry::Vacant(vacant) => {
                    vacant.insert(schools);
                }
                std::collections::btree_map::Entry::Occupied(mut occupied) => {
                    for (all, more) in occupied.get_mut().iter_mut().zip(schools) {
                        if all.is_empty() {
                            *all = more;
                        } else {
                            all.extend(more);
                        }
                    }
                }
            }
        }
        for (year, people) in other.people {
            self.people.entry(year).or_default().extend(people);
        }
        for (key, more) in other.marks {
            let counts = self.marks.entry(key).or_default();
            counts[0] += more[0];
            counts[1] += more[1];
        }
        self.findings.append(other.findings);
        for (file, count) in other.files {
            self.files.entry(file).or_default().add(count);
        }
        for (urn, records) in other.not_joined {
            *self.not_joined.entry(urn).or_default() += records;
        }
        self.notes.extend(other.notes);
        if let Some(dimensions) = other.dimensions {
            self.carries(dimensions);
        }
        self
    }

    /// Gives back the room that lists made to grow into, when a year has been read.
    pub(crate) fn shrink(&mut self) {
        for keys in self.counts.values_mut().flatten() {
            keys.shrink_to_fit();
        }
    }

    /// Takes back a record that was accepted, because a later look rejects it.
    pub(crate) fn reject_after_all(&mut self, year: AcademicYear, person: &Person, reason: &'static str) {
        // A screening keeps no counts.
        if let Some(counts) = self.counts.get_mut(&year) {
            let keys = &mut counts[person.school() as usize];
            let at = keys
                .iter()
                .position(|key| *key == person.key().0)
                .expect("the person was counted at this school");
            keys.swap_remove(at);
        }
        let count = self.files.entry(person.file()).or_default();
        count.accepted -= 1;
        *count.rejected.entry(reason).or_default() += 1;
    }
}
