//! The records that linking needs, year by year: a county's stay in memory, more lie aside in a temporary file.
//!
//! What lies in the file is what a [`Person`] is, 24 bytes a record: the keyed hash of the pupil number, the positions
//! of file, row and school, and the counted codes. No pupil number, name or date is in it, and the key never leaves
//! memory. The file has no name (where the system can make one without; else it is unlinked before it is written), so
//! that nothing is left of it once the program ends, however it ends. It lies where `TMPDIR` says.

use super::link::Person;
use senlens_files::Problem;
use senlens_model::AcademicYear;
use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Into how many parts a year's people fall, by their hash: England's 8 million make parts of 3 MiB.
pub(crate) const PARTS: usize = 64;

/// How many records of a year stay in memory, 7 MiB: more than the largest county has pupils.
const MOST_IN_MEMORY: usize = 300_000;

/// How many wait, once some lie aside, to be written together.
const WRITTEN_TOGETHER: usize = 1 << 16;

/// The people of every year of a reading; its parts add to it from any thread.
#[derive(Debug)]
pub(crate) struct People {
    most_in_memory: usize,
    years: Mutex<BTreeMap<AcademicYear, Arc<SpillBuffer>>>,
}

impl Default for People {
    fn default() -> Self {
        Self::holding(MOST_IN_MEMORY)
    }
}

impl People {
    /// With another bound on what stays in memory of a year.
    pub(crate) fn holding(most_in_memory: usize) -> Self {
        Self {
            most_in_memory,
            years: Mutex::default(),
        }
    }

    /// Takes records of a year, in any order, and leaves the list empty.
    pub(crate) fn add(&self, year: AcademicYear, people: &mut Vec<Person>) {
        let buffer = Arc::clone(lock(&self.years).entry(year).or_default());
        buffer.add(people, self.most_in_memory);
    }

    /// The years that have people.
    pub(crate) fn years(&self) -> Vec<AcademicYear> {
        lock(&self.years).keys().copied().collect()
    }

    /// Takes a year out, when all of its records have been added.
    ///
    /// # Errors
    /// When the temporary file could not be made or written.
    pub(crate) fn take(&self, year: AcademicYear) -> Result<KeptYear, Problem> {
        let buffer = lock(&self.years).remove(&year).unwrap_or_default();
        let mut waiting = std::mem::take(&mut *lock(&buffer.waiting));
        let mut file = lock(&buffer.file);
        if let Some(error) = file.failed.take() {
            return Err(cannot_keep(&error));
        }
        waiting.sort_unstable();
        waiting.shrink_to_fit();
        Ok(KeptYear {
            in_memory: waiting,
            runs: std::mem::take(&mut file.runs),
            file: Mutex::new(file.file.take()),
        })
    }

    /// Forgets everybody.
    pub(crate) fn clear(&self) {
        lock(&self.years).clear();
    }
}

/// Whoever panicked while holding one of these locks left what it guards whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn cannot_keep(error: &io::Error) -> Problem {
    Problem::of_file(
        "the temporary folder",
        format!(
            "the hashed pupil numbers of a large input cannot be kept aside in it ({})",
            error.kind()
        ),
    )
    .remedy("name a folder with room with TMPDIR: 24 bytes a record of two years")
}

fn part_of(person: &Person) -> usize {
    let first_bits = person.hash() >> (64 - PARTS.trailing_zeros());
    usize::try_from(first_bits).expect("a number below PARTS")
}

/// One year's people while they come in.
#[derive(Debug, Default)]
struct SpillBuffer {
    has_spilled: AtomicBool,
    waiting: Mutex<Vec<Person>>,
    file: Mutex<SpillFile>,
}

/// The temporary file of a year.
#[derive(Debug, Default)]
struct SpillFile {
    file: Option<File>,
    runs: Vec<Run>,
    length: u64,
    /// The first error; what comes after it is dropped, and [`People::take`] tells.
    failed: Option<io::Error>,
}

/// Records written together: where in the file each part of them begins, in records, and where the last ends.
#[derive(Debug)]
struct Run {
    starts: Vec<u64>,
}

impl SpillBuffer {
    fn add(&self, people: &mut Vec<Person>, most_in_memory: usize) {
        let full = {
            let mut waiting = lock(&self.waiting);
            waiting.append(people);
            let has_spilled = self.has_spilled.load(Ordering::Relaxed);
            let room = if has_spilled {
                WRITTEN_TOGETHER.min(most_in_memory)
            } else {
                most_in_memory
            };
            if waiting.len() <= room {
                return;
            }
            self.has_spilled.store(true, Ordering::Relaxed);
            std::mem::take(&mut *waiting)
        };
        // Sorted into parts outside of the locks: the other threads go on reading.
        for some in full.chunks(WRITTEN_TOGETHER) {
            let (bytes, counts) = packed(some);
            lock(&self.file).write(&bytes, &counts);
        }
    }
}

/// The records as bytes, part by part, and how many there are of each.
fn packed(people: &[Person]) -> (Vec<u8>, [u64; PARTS]) {
    let mut counts = [0u64; PARTS];
    for person in people {
        counts[part_of(person)] += 1;
    }
    let mut next = [0usize; PARTS];
    let mut start = 0;
    for (next, count) in next.iter_mut().zip(counts) {
        *next = start;
        start += usize::try_from(count).expect("no more than are in memory") * Person::BYTES;
    }
    let mut bytes = vec![0; people.len() * Person::BYTES];
    for person in people {
        let at = &mut next[part_of(person)];
        bytes[*at..*at + Person::BYTES].copy_from_slice(&person.to_bytes());
        *at += Person::BYTES;
    }
    (bytes, counts)
}

impl SpillFile {
    fn write(&mut self, bytes: &[u8], counts: &[u64; PARTS]) {
        if self.failed.is_some() {
            return;
        }
        if let Err(error) = self.try_write(bytes, counts) {
            self.failed = Some(error);
        }
    }

    fn try_write(&mut self, bytes: &[u8], counts: &[u64; PARTS]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(tempfile::tempfile()?),
        };
        file.write_all(bytes)?;
        let mut starts = vec![self.length];
        for count in counts {
            self.length += count;
            starts.push(self.length);
        }
        self.runs.push(Run { starts });
        Ok(())
    }
}

/// One year's people, all there.
#[derive(Debug)]
pub(crate) struct KeptYear {
    in_memory: Vec<Person>,
    runs: Vec<Run>,
    file: Mutex<Option<File>>,
}

impl KeptYear {
    /// The people of a part in order, every record of a pupil among them; parts in order make the whole in order.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub(crate) fn part(&self, part: usize) -> Result<Vec<Person>, Problem> {
        let start = self.in_memory.partition_point(|person| part_of(person) < part);
        let end = self.in_memory.partition_point(|person| part_of(person) <= part);
        let mut people = self.in_memory[start..end].to_vec();
        let lengths = self
            .runs
            .iter()
            .map(|run| run.starts[part + 1] - run.starts[part]);
        people.reserve(lengths.map(|length| usize::try_from(length).unwrap_or(0)).sum());
        let mut bytes = Vec::new();
        for run in &self.runs {
            self.read(run, part, &mut bytes)
                .map_err(|error| cannot_keep(&error))?;
            let records = bytes.chunks_exact(Person::BYTES);
            people.extend(records.map(|record| {
                Person::from_bytes(record.try_into().expect("the chunks have a record's length"))
            }));
        }
        people.sort_unstable();
        Ok(people)
    }

    fn read(&self, run: &Run, part: usize, bytes: &mut Vec<u8>) -> io::Result<()> {
        let (start, end) = (run.starts[part], run.starts[part + 1]);
        let size = Person::BYTES as u64;
        bytes.clear();
        if let Some(file) = &mut *lock(&self.file) {
            file.seek(SeekFrom::Start(start * size))?;
            file.take((end - start) * size).read_to_end(bytes)?;
        }
        if bytes.len() as u64 == (end - start) * size {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PARTS, People, Person, packed};
    use crate::{HashKey, key::CellKey, upn::Upn};
    use proptest::prelude::*;
    use senlens_model::AcademicYear;

    fn year() -> AcademicYear {
        "202223".parse().expect("a year")
    }

    proptest! {
        /// Kept aside or in memory, in any order of coming, the people are the same and in order.
        #[test]
        fn aside_as_in_memory(
            mut hashes in proptest::collection::vec((any::<u64>(), 0u32..9), 0..400),
            most in 0usize..100,
            at_once in 1usize..60,
        ) {
            let person = |(hash, row): &(u64, u32)| Person::new(*hash, 3, CellKey(5), 1, *row);
            let people = People::holding(most);
            for some in hashes.chunks(at_once) {
                let mut some: Vec<Person> = some.iter().map(person).collect();
                people.add(year(), &mut some);
                prop_assert!(some.is_empty());
            }
            let kept = people.take(year()).expect("kept");
            prop_assert_eq!(kept.runs.is_empty(), hashes.len() <= most);
            hashes.sort_unstable();
            let all: Vec<Person> = (0..PARTS).flat_map(|part| kept.part(part).expect("read")).collect();
            prop_assert_eq!(all, hashes.iter().map(person).collect::<Vec<_>>());
            prop_assert!(people.years().is_empty());
        }
    }

    #[test]
    fn no_number_and_no_key_is_in_the_bytes_that_go_aside() {
        let key = HashKey::from_passphrase("a passphrase of nobody's");
        let numbers: Vec<[u8; 13]> = (0..50u32)
            .map(|at| {
                let text = format!("8812001{at:05}");
                let rest: [u8; 12] = text.as_bytes().try_into().expect("twelve digits");
                *Upn::with_check_letter(rest).expect("sound").bytes()
            })
            .collect();
        let people: Vec<Person> = numbers
            .iter()
            .map(|number| {
                let hash = key.of(&Upn::parse(number).expect("sound"));
                Person::new(hash, 1, CellKey(2), 3, 4)
            })
            .collect();
        let (bytes, counts) = packed(&people);
        assert_eq!(counts.iter().sum::<u64>(), 50);
        assert_eq!(bytes.len(), 50 * 24);
        for number in &numbers {
            let digits = &number[1..];
            assert!(!bytes.windows(digits.len()).any(|window| window == digits));
            // Nor a hash that anybody could make of the number without the key.
            let plain = blake3::hash(number);
            assert!(!bytes.windows(8).any(|window| window == &plain.as_bytes()[..8]));
        }
        let key_bytes = key.bytes();
        assert!(!bytes.windows(8).any(|window| window == &key_bytes[..8]));
    }
}
