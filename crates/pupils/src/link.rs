//! Links a pupil's records by a keyed hash of the pupil number: across years, and to plans. What leaves is counts.

use super::{
    date::Date,
    key::CellKey,
    plan::Plan,
    record::{Enrolment, Term},
    schools::SchoolDirectory,
    upn::Upn,
};
use senlens_files::RowAccount;
use senlens_model::{
    AcademicYear, DiscordanceCount, Moved, NcYear, Need, Provision, SenState, TransitionCount,
};
use std::{cmp::Ordering, fmt};

/// The key of the hash that stands for a pupil number: BLAKE3, keyed, cut to 64 bits (42 million records collide once
/// in about twenty thousand runs). Not printable.
#[derive(Clone)]
pub struct HashKey([u8; 32]);

impl HashKey {
    /// A key made for this run; it is dropped with the run, and the hashes cannot be made again.
    ///
    /// # Errors
    /// When the system has no random numbers to give.
    pub fn for_this_run() -> Result<Self, senlens_files::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|_| {
            senlens_files::Problem::of_file("the system", "it gives no random numbers to make a key of")
        })?;
        Ok(Self(key))
    }

    /// A key derived from a passphrase, so that a later run makes the same hashes.
    pub fn from_passphrase(passphrase: &str) -> Self {
        Self(blake3::derive_key(
            "senlens 2026 pupil number link key",
            passphrase.as_bytes(),
        ))
    }

    #[cfg(test)]
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn of(&self, upn: &Upn) -> u64 {
        let hash = blake3::keyed_hash(&self.0, upn.bytes());
        u64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("eight of 32 bytes"))
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(hidden)")
    }
}

/// The bits of a person's school that say which registration the record is of; the others are the school.
const IS_MAIN: u32 = 1 << 31;
const IS_SUBSIDIARY: u32 = 1 << 30;
const SCHOOL: u32 = IS_SUBSIDIARY - 1;

/// One record of a pupil, as far as linking needs. Ordered by pupil, then by place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Person {
    hash: u64,
    file: u32,
    row: u32,
    school: u32,
    key: u32,
}

impl Person {
    pub(crate) fn new(hash: u64, school: u32, key: CellKey, file: u32, row: u32) -> Self {
        Self {
            hash,
            file,
            row,
            school,
            key: key.0,
        }
    }

    /// The same record, as one of a main or a subsidiary registration.
    pub(crate) fn registered(self, enrolment: Option<Enrolment>) -> Self {
        let mark = match enrolment {
            Some(Enrolment::Main) => IS_MAIN,
            Some(Enrolment::Subsidiary) => IS_SUBSIDIARY,
            Some(Enrolment::Current | Enrolment::Guest) | None => 0,
        };
        Self {
            school: self.school & SCHOOL | mark,
            ..self
        }
    }

    /// Whether it is not counted, because the pupil's main school counts it.
    pub(crate) fn is_subsidiary(&self) -> bool {
        self.school & IS_SUBSIDIARY != 0
    }

    /// How good a claim the record has to be the one that counts: the main registration first, else the one with a
    /// provision and a need, else the first in the input.
    pub(crate) fn claim(&self) -> impl Ord + use<> {
        let has_sen = matches!(state_of(self.key()), SenState::SenSupport(_) | SenState::Plan(_));
        let has_need = self.key().primary().is_some_and(Need::is_type);
        let (is_main, is_subsidiary) = (self.school & IS_MAIN != 0, self.is_subsidiary());
        let place = (self.file, self.row);
        (
            !is_subsidiary,
            is_main,
            has_sen,
            has_need,
            std::cmp::Reverse(place),
        )
    }

    /// The bytes of [`Person::to_bytes`].
    pub(crate) const BYTES: usize = 24;

    /// As it is kept aside.
    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[..8].copy_from_slice(&self.hash.to_le_bytes());
        let words = [self.file, self.row, self.school, self.key];
        for (place, word) in bytes[8..].chunks_exact_mut(4).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    /// As it was kept aside.
    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let word = |at: usize| {
            let bytes = bytes[at..at + 4].try_into();
            u32::from_le_bytes(bytes.expect("four bytes"))
        };
        Self {
            hash: u64::from(word(4)) << 32 | u64::from(word(0)),
            file: word(8),
            row: word(12),
            school: word(16),
            key: word(20),
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn is_same_pupil(&self, other: &Self) -> bool {
        self.hash == other.hash
    }

    pub(crate) fn school(&self) -> u32 {
        self.school & SCHOOL
    }

    pub(crate) fn key(&self) -> CellKey {
        CellKey(self.key)
    }

    pub(crate) fn file(&self) -> u32 {
        self.file
    }

    pub(crate) fn row(&self) -> u32 {
        self.row
    }
}

fn state_of(key: CellKey) -> SenState {
    match key.provision() {
        Provision::NoSen => SenState::NoSen,
        Provision::SenSupport => SenState::SenSupport(key.primary()),
        Provision::Plan => SenState::Plan(key.primary()),
        Provision::NotStated | Provision::Total => SenState::NotStated,
    }
}

/// A step between two censuses: at which school, moved how, from which state to which.
pub(crate) type Step = (u32, Moved, SenState, SenState);

/// Steps of pupils, counted as they come so that memory grows with the kinds of step alone.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    counted: Vec<(Step, u32)>,
    /// How many there were after they were last put together.
    together: usize,
}

impl Steps {
    /// How many may come before they are put together.
    const SLACK: usize = 1 << 18;

    /// Takes steps counted before.
    pub(crate) fn add(&mut self, more: Vec<(Step, u32)>) {
        self.counted.extend(more);
        if self.counted.len() > 2 * self.together + Self::SLACK {
            self.put_together();
        }
    }

    fn put_together(&mut self) {
        add_up(&mut self.counted);
        self.together = self.counted.len();
    }

    /// The counts between two years, in order.
    pub(crate) fn into_counts(
        mut self,
        schools: &SchoolDirectory,
        from_period: AcademicYear,
        to_period: AcademicYear,
    ) -> Vec<TransitionCount> {
        self.put_together();
        self.counted
            .into_iter()
            .map(|((school, moved, from, to), pupils)| TransitionCount {
                from_period,
                to_period,
                school: schools.schools()[school as usize].urn,
                moved,
                from,
                to,
                pupils,
            })
            .collect()
    }
}

fn add_up(counted: &mut Vec<(Step, u32)>) {
    counted.sort_unstable();
    counted.dedup_by(|later, earlier| {
        let alike = later.0 == earlier.0;
        if alike {
            earlier.1 = earlier.1.saturating_add(later.1);
        }
        alike
    });
}

/// Counts the steps from one year's people to the next's; both in order, one record a pupil, and of the same hashes.
pub(crate) fn steps(schools: &SchoolDirectory, before: &[Person], after: &[Person]) -> Vec<(Step, u32)> {
    let mut steps = Vec::with_capacity(before.len().max(after.len()));
    let (mut before, mut after) = (before.iter().peekable(), after.iter().peekable());
    loop {
        let order = match (before.peek(), after.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.hash.cmp(&other.hash),
        };
        let one = if order != Ordering::Greater {
            before.next()
        } else {
            None
        };
        let other = if order != Ordering::Less {
            after.next()
        } else {
            None
        };
        let state =
            |person: Option<&Person>| person.map_or(SenState::NotOnRoll, |person| state_of(person.key()));
        let moved = match (one, other) {
            (Some(one), Some(other)) => moved(schools, one, other),
            _ => Moved::InOneCensusOnly,
        };
        if let Some(place) = other.or(one) {
            steps.push(((place.school(), moved, state(one), state(other)), 1));
        }
    }
    add_up(&mut steps);
    steps
}

fn moved(schools: &SchoolDirectory, before: &Person, after: &Person) -> Moved {
    if before.school() == after.school() {
        return Moved::No;
    }
    let phase = |person: &Person| schools.schools()[person.school() as usize].phase;
    let year_6_to_7 =
        before.key().nc_year() == Some(NcYear::Year(6)) && after.key().nc_year() == Some(NcYear::Year(7));
    if year_6_to_7 || phase(before) != phase(after) {
        Moved::PhaseTransfer
    } else {
        Moved::ToAnotherSchool
    }
}

/// Plans waiting to be joined to the last census before each began.
#[derive(Debug, Default)]
pub(crate) struct PlanLinks {
    plans: Vec<LinkedPlan>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LinkedPlan {
    hash: u64,
    start: Date,
    need: Need,
    found: Option<(AcademicYear, u32, u32)>,
}

impl PlanLinks {
    pub(crate) fn new(plans: &[Plan], key: &HashKey) -> Self {
        let mut plans: Vec<LinkedPlan> = plans
            .iter()
            .map(|plan| LinkedPlan {
                hash: key.of(&plan.upn),
                start: plan.start,
                need: plan.primary_need,
                found: None,
            })
            .collect();
        plans.sort_unstable();
        // A pupil's first plan is the one that followed SEN support.
        plans.dedup_by_key(|plan| plan.hash);
        Self { plans }
    }

    /// Joins the plans that began after a year's census to people of that year, in order and perhaps a part of them;
    /// years must come in order.
    pub(crate) fn join(&mut self, year: AcademicYear, term: Term, people: &[Person]) {
        let census = Date::of_census(year, term);
        let Some((first, last)) = people.first().zip(people.last()) else {
            return;
        };
        let start = self.plans.partition_point(|plan| plan.hash < first.hash);
        let end = self.plans.partition_point(|plan| plan.hash <= last.hash);
        let mut people = people.iter().peekable();
        for plan in &mut self.plans[start..end] {
            while people.next_if(|person| person.hash < plan.hash).is_some() {}
            if let Some(person) = people.peek().filter(|person| person.hash == plan.hash)
                && plan.start > census
            {
                plan.found = Some((year, person.school(), person.key));
            }
        }
    }

    /// Forgets what was joined, to begin again.
    pub(crate) fn forget(&mut self) {
        for plan in &mut self.plans {
            plan.found = None;
        }
    }

    /// The counts, in order.
    pub(crate) fn counts(&self, schools: &SchoolDirectory) -> Vec<DiscordanceCount> {
        let mut found: Vec<DiscordanceCount> = self
            .plans
            .iter()
            .filter_map(|plan| {
                let (time_period, school, key) = plan.found?;
                Some(DiscordanceCount {
                    time_period,
                    school: schools.schools()[school as usize].urn,
                    census: state_of(CellKey(key)),
                    plan_need: Some(plan.need),
                    pupils: 1,
                })
            })
            .collect();
        found.sort_unstable();
        found.dedup_by(|later, earlier| {
            let alike = DiscordanceCount { pupils: 0, ..*later }
                == DiscordanceCount {
                    pupils: 0,
                    ..*earlier
                };
            if alike {
                earlier.pupils += later.pupils;
            }
            alike
        });
        found
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// What became of the plans: joined to the census before they began, or why not.
    pub(crate) fn account(&self) -> RowAccount {
        let mut account = RowAccount::new("plans", "SEN2 plans, joined to the census before", "");
        let joined = self.plans.iter().filter(|plan| plan.found.is_some()).count() as u64;
        account.accept(joined);
        account.reject(NOT_IN_A_CENSUS, self.plans.len() as u64 - joined);
        account
    }
}

/// Why a plan tells nothing of what a school recorded.
const NOT_IN_A_CENSUS: &str = "no record of the pupil at a census before the plan began";
