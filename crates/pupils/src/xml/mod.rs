//! Reads a school census return as XML, a window of bytes at a time: memory does not grow with the file.
//!
//! Elements are known by name wherever they stand, unknown ones are passed over, and no name or address is looked at.

mod element;
mod pupil;

use super::{
    codes,
    date::Date,
    record::Reading,
    record::Term,
    source::{Source, read_up_to},
    tally::{NO_LONGER_ON_ROLL, Setup, Tally},
};
use element::Element;
use pupil::Pupil;
use quick_xml::{Reader, events::Event};
use senlens_files::Problem;
use senlens_model::{AcademicYear, Dimension, Dimensions, LaCode, Laestab};
use std::io::Read;

/// Bytes looked at together; a window grows to [`MOST_IN_ONE`] when one tag or text does not fit.
const WINDOW: usize = 1 << 18;
/// The longest tag or text.
const MOST_IN_ONE: usize = 4 << 20;
/// The deepest nesting.
const DEEPEST: usize = 128;
/// The longest value of an item we read.
const LONGEST: usize = 40;
/// How many pupils may stand before the header that says whose they are.
const MOST_PENDING: usize = 100_000;

/// Said of a return whose header contradicts itself.
const TWO_YEARS: &str =
    "the header's year and its reference date are of different censuses: the reference date was followed";

/// Reads one return into the tally. `year` stands where the header names none.
///
/// # Errors
/// When the file is not well formed, is cut off, is damaged, declares entities, or names no year.
pub(crate) fn read_xml(
    source: &Source,
    stream: &mut (dyn Read + Send),
    setup: &Setup<'_>,
    file: u32,
    year: Option<AcademicYear>,
    tally: &mut Tally,
) -> Result<(), Problem> {
    let mut reading = Return::new(setup, file, year, &source.name, tally);
    let mut window = vec![0u8; WINDOW];
    let mut filled = 0;
    let mut is_first = true;
    loop {
        let read = read_up_to(stream, &mut window[filled..]).map_err(|error| source.cannot_read(&error))?;
        if memchr::memchr(0, &window[filled..filled + read]).is_some() {
            return Err(reading.problem("there is a NUL byte: the file is damaged"));
        }
        filled += read;
        let is_last = filled < window.len();
        let skipped = if is_first && window.starts_with(&[0xef, 0xbb, 0xbf]) {
            3
        } else {
            0
        };
        if is_first && let Some(what) = other_return(&window[..filled]) {
            return Err(reading.problem(what));
        }
        is_first = false;
        let text = as_text(&mut window[skipped..filled], is_last);
        let used = skipped + reading.window(text, is_last)?;
        window.copy_within(used..filled, 0);
        filled -= used;
        if is_last {
            break;
        }
        if filled == window.len() {
            if window.len() >= MOST_IN_ONE {
                return Err(
                    reading.problem("one tag or text is longer than 4 MiB, or the XML is not well formed")
                );
            }
            window.resize(window.len() * 2, 0);
        }
    }
    reading.end()
}

/// What a file is that looks like a census return and is none.
fn other_return(start: &[u8]) -> Option<&'static str> {
    let has = |name: &[u8]| memchr::memmem::find(start, name).is_some();
    if has(b"<CTfile") || has(b":CTfile") || has(b"CTFpupilData") {
        Some("this is a common transfer file (CTF), of pupils who move between schools: not a census return")
    } else if has(b"<Persons>") && !has(b"PupilOnRoll") {
        Some("this is a SEN2 return, of plans: give it with --plans")
    } else {
        None
    }
}

/// The window as text. Bytes that are not UTF-8 (older systems write Windows-1252) stand in names alone, which are not
/// looked at: they become question marks.
fn as_text(window: &mut [u8], is_last: bool) -> &str {
    let valid = match std::str::from_utf8(window) {
        Ok(_) => window.len(),
        Err(error) if error.error_len().is_none() && !is_last => error.valid_up_to(),
        Err(error) => {
            for byte in &mut window[error.valid_up_to()..] {
                if !byte.is_ascii() {
                    *byte = b'?';
                }
            }
            window.len()
        }
    };
    std::str::from_utf8(&window[..valid]).unwrap_or_default()
}

/// What the header, or the school's own element, says.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    lea: Reading<LaCode>,
    estab: Reading<u16>,
}

/// The reading of one file.
struct Return<'a, 'b> {
    setup: &'a Setup<'b>,
    tally: &'a mut Tally,
    file: u32,
    name: &'a str,
    given_year: Option<AcademicYear>,
    empty: Pupil,
    depth: usize,
    inside: Inside,
    element: Element,
    element_depth: usize,
    value: [u8; LONGEST],
    length: usize,
    header: Place,
    school: Place,
    term: Option<Term>,
    year: Option<u16>,
    reference: Option<Date>,
    census: Option<(AcademicYear, Term)>,
    pupil: Pupil,
    row: u32,
    pending: Vec<(u32, Pupil)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Header(usize),
    Pupil(usize),
    PastPupil(usize),
}

impl<'a, 'b> Return<'a, 'b> {
    fn new(
        setup: &'a Setup<'b>,
        file: u32,
        given_year: Option<AcademicYear>,
        name: &'a str,
        tally: &'a mut Tally,
    ) -> Self {
        let empty = Pupil::empty();
        Self {
            setup,
            tally,
            file,
            name,
            given_year,
            empty,
            depth: 0,
            inside: Inside::Nothing,
            element: Element::Other,
            element_depth: 0,
            value: [0; LONGEST],
            length: 0,
            header: Place::default(),
            school: Place::default(),
            term: None,
            year: None,
            reference: None,
            census: None,
            pupil: empty,
            row: 0,
            pending: Vec::new(),
        }
    }

    fn problem(&self, rule: &str) -> Problem {
        let problem = Problem::of_file(self.name, rule).remedy("export the return again");
        if self.row > 0 {
            problem.at_row(u64::from(self.row))
        } else {
            problem
        }
    }

    /// Reads the whole events of a window; returns how many bytes they are.
    fn window(&mut self, text: &str, is_last: bool) -> Result<usize, Problem> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        // A window does not begin at the file's first tag; depth is counted here.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut used = 0;
        loop {
            let event = match reader.read_event() {
                Ok(Event::Eof) => return Ok(text.len()),
                Ok(event) => event,
                Err(_) if is_last => return Err(self.problem("the XML is not well formed, or is cut off")),
                Err(_) => return Ok(used),
            };
            let position = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            match event {
                // A tag that is never closed takes in the next, and the item it would begin.
                Event::Start(tag) | Event::Empty(tag) if tag.as_bytes().contains(&b'<') => {
                    return Err(self.problem("the XML is not well formed: a tag begins within a tag"));
                }
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > DEEPEST {
                        return Err(self.problem("elements are nested more than 128 deep"));
                    }
                    self.start(Element::of(start.local_name().as_ref()))?;
                }
                Event::End(_) => {
                    self.end_element()?;
                    let Some(depth) = self.depth.checked_sub(1) else {
                        return Err(
                            self.problem("the XML is not well formed: an element ends that did not begin")
                        );
                    };
                    self.depth = depth;
                }
                Event::Empty(empty) => {
                    self.depth += 1;
                    self.start(Element::of(empty.local_name().as_ref()))?;
                    self.end_element()?;
                    self.depth -= 1;
                }
                Event::Text(content) => {
                    if position == text.len() && !is_last {
                        return Ok(used);
                    }
                    if self.element != Element::Other {
                        self.text(content.into_inner().as_bytes());
                    }
                }
                Event::CData(content) => {
                    if self.element != Element::Other {
                        self.text(content.into_inner().as_bytes());
                    }
                }
                // No code we read has an entity in it: what has is unreadable.
                Event::GeneralRef(_) => self.text(b"&"),
                Event::DocType(content) => {
                    if content.into_inner().contains(['[', '!']) {
                        return Err(self
                            .problem("the file declares entities of its own, which a return does not need"));
                    }
                }
                Event::Eof | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            }
            used = position;
        }
    }

    fn text(&mut self, text: &[u8]) {
        if self.element == Element::Other {
            return;
        }
        let room = &mut self.value[self.length..];
        let taken = text.len().min(room.len());
        room[..taken].copy_from_slice(&text[..taken]);
        self.length += taken;
    }

    fn start(&mut self, element: Element) -> Result<(), Problem> {
        match element {
            Element::Other => return Ok(()),
            Element::Header if self.inside == Inside::Nothing => self.inside = Inside::Header(self.depth),
            Element::School if self.inside == Inside::Nothing => {
                self.flush()?;
                self.school = Place::default();
            }
            Element::Pupil => {
                self.inside = Inside::Pupil(self.depth);
                self.pupil = self.empty;
                self.row += 1;
            }
            Element::PastPupil => {
                self.inside = Inside::PastPupil(self.depth);
                self.row += 1;
            }
            Element::Need => self.pupil.push_need(),
            Element::FsmPeriod => {
                self.pupil.has_wrapped_periods = true;
                self.pupil.begin_period();
            }
            _ => {}
        }
        if element.has_value() {
            self.element = element;
            self.element_depth = self.depth;
            self.length = 0;
        }
        Ok(())
    }

    fn end_element(&mut self) -> Result<(), Problem> {
        if self.element != Element::Other && self.element_depth == self.depth {
            self.store();
            self.element = Element::Other;
            return Ok(());
        }
        match self.inside {
            Inside::Pupil(depth) if depth == self.depth => {
                self.inside = Inside::Nothing;
                self.pupil.push_need();
                if self.is_placed() {
                    let pupil = self.pupil;
                    self.take(self.row, &pupil)?;
                } else if self.pending.len() < MOST_PENDING {
                    self.pending.push((self.row, self.pupil));
                } else {
                    return Err(self.problem("there is no header that says which school and year this is"));
                }
            }
            Inside::PastPupil(depth) if depth == self.depth => {
                self.inside = Inside::Nothing;
                self.tally.set_aside(self.file, NO_LONGER_ON_ROLL, 1);
            }
            Inside::Header(depth) if depth == self.depth => self.inside = Inside::Nothing,
            _ => {}
        }
        Ok(())
    }

    /// Puts the value of the element that ends where it belongs.
    fn store(&mut self) {
        let is_long = self.length == LONGEST;
        let value = self.value[..self.length].trim_ascii();
        let value = if is_long { &b"\xff"[..] } else { value };
        match self.inside {
            Inside::Pupil(_) => self.pupil.store(self.element, value),
            Inside::PastPupil(_) => {}
            Inside::Header(_) | Inside::Nothing => {
                let in_header = self.inside != Inside::Nothing;
                let place = if in_header {
                    &mut self.header
                } else {
                    &mut self.school
                };
                match self.element {
                    Element::Lea => place.lea = Reading::from_bytes(value, parsed),
                    Element::Estab => place.estab = Reading::from_bytes(value, estab),
                    Element::Term if in_header => self.term = codes::term(value),
                    Element::Year if in_header => self.year = parsed(value),
                    Element::ReferenceDate if in_header => self.reference = Date::parse(value),
                    _ => {}
                }
                self.census = None;
            }
        }
    }

    fn is_placed(&self) -> bool {
        let has_estab = self.school.estab != Reading::Absent || self.header.estab != Reading::Absent;
        has_estab && (self.reference.is_some() || (self.year.is_some() && self.term.is_some()))
    }

    /// The year and term of the census: by its reference date, else by year and term, else as the user said.
    fn census(&self) -> Option<(AcademicYear, Term)> {
        let term = self
            .term
            .or(self.reference.map(Date::census_term))
            .unwrap_or(Term::Spring);
        let year = self
            .reference
            .and_then(Date::academic_year)
            .or_else(|| self.year_said(term))
            .or(self.given_year)?;
        Some((year, term))
    }

    /// The academic year of the header's calendar year.
    fn year_said(&self, term: Term) -> Option<AcademicYear> {
        let calendar = self.year?;
        let start = if term == Term::Autumn {
            calendar
        } else {
            calendar.checked_sub(1)?
        };
        AcademicYear::starting(start).ok()
    }

    fn take(&mut self, row: u32, pupil: &Pupil) -> Result<(), Problem> {
        let census = match self.census {
            Some(census) => census,
            None => self.census().ok_or_else(|| {
                self.problem("the header names no year")
                    .remedy("give the year of the census with --year 202223")
            })?,
        };
        self.census = Some(census);
        let (year, term) = census;
        let mut record = pupil.record;
        record.year = year;
        record.term = term;
        let chosen = |own: Reading<u16>, other| if own == Reading::Absent { other } else { own };
        let estab = chosen(self.school.estab, self.header.estab);
        let lea = self.school.lea.code().or(self.header.lea.code());
        record.authority = self.header.lea.code();
        record.laestab = match (lea, estab) {
            (Some(lea), Reading::Of(estab)) => {
                Laestab::new(lea, estab).map_or(Reading::Unreadable, Reading::Of)
            }
            (_, Reading::Absent | Reading::Blank) => Reading::Blank,
            _ => Reading::Unreadable,
        };
        if record.fsm == Reading::Absent {
            record.fsm = pupil.free_school_meals(Date::of_census(year, term));
        }
        // Types of need are a spring item; elsewhere an empty list says nothing.
        if term == Term::Spring || !pupil.needs.as_slice().is_empty() {
            record.needs = Some(pupil.needs);
        }
        self.tally.take(self.setup, self.file, row, &record);
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Problem> {
        for (row, pupil) in std::mem::take(&mut self.pending) {
            self.take(row, &pupil)?;
        }
        Ok(())
    }

    fn end(mut self) -> Result<(), Problem> {
        if self.depth > 0 {
            return Err(self.problem("the XML is cut off before its end"));
        }
        self.flush()?;
        if self.row == 0 {
            return Err(self.problem("there is no pupil in this file (no element PupilOnRoll)"));
        }
        if let Some((year, term)) = self.census()
            && self.year_said(term).is_some_and(|said| said != year)
        {
            self.tally.notes.push((self.file, TWO_YEARS));
        }
        let mut dimensions = Dimensions::of(&[
            Dimension::Roll,
            Dimension::Phase,
            Dimension::Provision,
            Dimension::NcYear,
            Dimension::Sex,
            Dimension::FreeSchoolMeals,
            Dimension::Ethnicity,
            Dimension::Language,
            Dimension::SpecialistPlace,
        ]);
        if self.setup.term == Term::Spring {
            dimensions = dimensions
                .with(Dimension::PrimaryNeed)
                .with(Dimension::SecondaryNeed);
        }
        self.tally.carries(dimensions);
        Ok(())
    }
}

fn parsed<T: std::str::FromStr>(value: &[u8]) -> Option<T> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

fn estab(value: &[u8]) -> Option<u16> {
    let is_digits = value.len() == 4 && value.iter().all(u8::is_ascii_digit);
    if is_digits { parsed(value) } else { None }
}
