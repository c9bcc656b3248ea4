//! Plans, from the SEN2 person-level return: as the CSV modules that COLLECT exports, or as XML.
//! Only what joins a plan to the census is read: pupil number, start date, and the need of rank 1.

use super::{
    codes,
    date::Date,
    source::{Kind, Source, read_up_to},
    upn::Upn,
};
use quick_xml::{Reader, events::Event};
use senlens_files::{Problem, RowAccount};
use senlens_model::Need;
use std::collections::BTreeMap;

/// One plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) upn: Option<Upn>,
    pub(crate) start: Option<Date>,
    pub(crate) primary_need: Option<Need>,
}

/// Reasons of the account.
const NO_UPN: &str = "no sound unique pupil number";
const NO_START: &str = "no start date";
const NOT_FOUND: &str = "its person, request or plan is not in the modules given";

/// The most bytes of one SEN2 file: an authority's is some tens of megabytes.
const MOST_BYTES: u64 = 1 << 30;

/// Reads every plan of the sources: XML files each by itself, CSV modules joined by their table identifiers.
///
/// # Errors
/// When a file cannot be read, is not a SEN2 module or return, or a module that the join needs is missing.
pub(crate) fn read_plans(sources: &[Source]) -> Result<(Vec<Plan>, Vec<RowAccount>), Problem> {
    let mut plans = Vec::new();
    let mut accounts = Vec::new();
    let mut modules = Modules::default();
    for source in sources {
        let sha256 = source.sha256()?;
        match source.kind {
            Kind::Xml => {
                let mut found = parse_xml(source)?;
                let mut account = RowAccount::new(&source.name, "SEN2 plans, XML", &sha256);
                found.retain(|plan| account_for(&mut account, plan));
                accounts.push(account);
                plans.extend(found);
            }
            Kind::Csv => {
                let mut account = RowAccount::new(&source.name, "SEN2 plans, CSV module", &sha256);
                modules.read(source, &mut account)?;
                accounts.push(account);
            }
            Kind::Parquet | Kind::ArrowFile | Kind::ArrowStream => {
                return Err(
                    Problem::of_file(&source.name, "plans are read from SEN2 as XML or CSV")
                        .remedy("export the SEN2 modules as CSV"),
                );
            }
        }
    }
    if let Some(source) = sources.iter().find(|source| source.kind == Kind::Csv) {
        let mut joined = modules.join(&source.name)?;
        let mut account = RowAccount::new(&source.name, "SEN2 plans, joined from modules", "");
        joined.retain(|plan| {
            if plan.is_none() {
                account.reject(NOT_FOUND, 1);
            }
            plan.as_ref().is_some_and(|plan| account_for(&mut account, plan))
        });
        accounts.push(account);
        plans.extend(joined.into_iter().flatten());
    }
    Ok((plans, accounts))
}

fn account_for(account: &mut RowAccount, plan: &Plan) -> bool {
    match (plan.upn, plan.start) {
        (None, _) => account.reject(NO_UPN, 1),
        (_, None) => account.reject(NO_START, 1),
        _ => account.accept(1),
    }
    plan.upn.is_some() && plan.start.is_some()
}

fn whole(source: &Source) -> Result<Vec<u8>, Problem> {
    source.with_reader(|stream| {
        let mut bytes = Vec::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            let read = read_up_to(stream, &mut buffer).map_err(|error| source.cannot_read(&error))?;
            bytes.extend_from_slice(&buffer[..read]);
            if bytes.len() as u64 > MOST_BYTES {
                return Err(Problem::of_file(
                    &source.name,
                    "there is more in this file than we read (1024 MiB)",
                ));
            }
            if read < buffer.len() {
                break;
            }
        }
        // Names are not looked at; what is not ASCII stands only in names.
        for byte in &mut bytes {
            if !byte.is_ascii() {
                *byte = b'?';
            }
        }
        if bytes.starts_with(b"???") {
            bytes.drain(..3);
        }
        if bytes.contains(&0) {
            return Err(Problem::of_file(
                &source.name,
                "there is a NUL byte: the file is damaged",
            ));
        }
        Ok(bytes)
    })
}

fn sound_upn(text: &[u8]) -> Option<Upn> {
    Upn::parse(text).ok()
}

/// The CSV modules, by their identifiers.
#[derive(Debug, Default)]
struct Modules {
    /// persontableid -> UPN
    persons: Option<BTreeMap<String, Option<Upn>>>,
    /// requeststableid -> persontableid
    requests: Option<BTreeMap<String, String>>,
    /// requeststableid -> start date of the named plan
    named: Option<BTreeMap<String, Option<Date>>>,
    /// requeststableid -> activeplanstableid
    active: Option<BTreeMap<String, String>>,
    /// activeplanstableid -> need of rank 1
    needs: Option<BTreeMap<String, Option<Need>>>,
    /// namedplantableid -> requeststableid, through the assessment where the named plan hangs on it
    assessments: BTreeMap<String, String>,
    named_on_assessment: BTreeMap<String, Option<Date>>,
}

impl Modules {
    fn read(&mut self, source: &Source, account: &mut RowAccount) -> Result<(), Problem> {
        let bytes = whole(source)?;
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&bytes[..]);
        let unusable = || {
            Problem::of_file(&source.name, "not a SEN2 module we know")
                .remedy("give the person, requests, assessment, namedplan, activeplans and senneed modules of the export")
        };
        let headers: Vec<String> = reader
            .headers()
            .map_err(|_| unusable())?
            .iter()
            .map(|header| header.trim().to_ascii_lowercase())
            .collect();
        let column = |name: &str| headers.iter().position(|header| header == name);
        let (person, requests, assessment, active) = (
            column("persontableid"),
            column("requeststableid"),
            column("assessmenttableid"),
            column("activeplanstableid"),
        );
        let (upn, start, kind, rank) = (
            column("upn"),
            column("startdate"),
            column("sentype"),
            column("sentyperank"),
        );
        for row in reader.byte_records() {
            let Ok(row) = row else {
                account.reject("not a row of CSV", 1);
                continue;
            };
            let bytes = |at: usize| row.get(at).unwrap_or_default().trim_ascii();
            let id = |at: usize| String::from_utf8_lossy(bytes(at)).into_owned();
            account.accept(1);
            match (person, requests, assessment, active) {
                (Some(person), _, _, _) if upn.is_some() => {
                    let upn = upn.and_then(|upn| sound_upn(bytes(upn)));
                    self.persons.get_or_insert_default().insert(id(person), upn);
                }
                (Some(person), Some(requests), _, _) => {
                    self.requests
                        .get_or_insert_default()
                        .insert(id(requests), id(person));
                }
                (_, _, _, Some(active)) if kind.is_some() => {
                    let is_first = rank.is_none_or(|rank| bytes(rank) == b"1");
                    if is_first {
                        let need = kind.and_then(|kind| codes::need(bytes(kind)));
                        self.needs
                            .get_or_insert_default()
                            .entry(id(active))
                            .or_insert(need);
                    }
                }
                (_, Some(requests), _, Some(active)) => {
                    self.active
                        .get_or_insert_default()
                        .insert(id(requests), id(active));
                }
                (_, Some(requests), _, _) if start.is_some() => {
                    let start = start.and_then(|start| Date::parse(bytes(start)));
                    self.named.get_or_insert_default().insert(id(requests), start);
                }
                (_, _, Some(assessment), _) if start.is_some() => {
                    let start = start.and_then(|start| Date::parse(bytes(start)));
                    self.named.get_or_insert_default();
                    self.named_on_assessment.insert(id(assessment), start);
                }
                (_, Some(requests), Some(assessment), _) => {
                    self.assessments.insert(id(assessment), id(requests));
                }
                // Modules that the join does not need: placements, plan details, the header.
                _ => {}
            }
        }
        Ok(())
    }

    /// One plan a named plan; none where a link of the chain is missing.
    fn join(self, name: &str) -> Result<Vec<Option<Plan>>, Problem> {
        let missing = |module: &str| {
            Problem::of_file(name, format!("the {module} module of SEN2 is missing"))
                .remedy("give the folder that holds all modules of the export")
        };
        let persons = self.persons.ok_or_else(|| missing("person"))?;
        let requests = self.requests.ok_or_else(|| missing("requests"))?;
        let mut named = self.named.ok_or_else(|| missing("namedplan"))?;
        let active = self.active.ok_or_else(|| missing("activeplans"))?;
        let needs = self.needs.ok_or_else(|| missing("senneed"))?;
        let mut lost = 0;
        for (assessment, start) in self.named_on_assessment {
            match self.assessments.get(&assessment) {
                Some(request) => {
                    named.insert(request.clone(), start);
                }
                None => lost += 1,
            }
        }
        let mut plans: Vec<Option<Plan>> = named
            .into_iter()
            .map(|(request, start)| {
                let upn = *persons.get(requests.get(&request)?)?;
                let need = active.get(&request).and_then(|active| *needs.get(active)?);
                let primary_need = need;
                Some(Plan {
                    upn,
                    start,
                    primary_need,
                })
            })
            .collect();
        plans.extend(std::iter::repeat_n(None, lost));
        Ok(plans)
    }
}

/// Persons of the XML return: each with a number, and for each request a start date and a need of rank 1.
fn parse_xml(source: &Source) -> Result<Vec<Plan>, Problem> {
    const DEEPEST: usize = 128;
    let bytes = whole(source)?;
    let text = std::str::from_utf8(&bytes).expect("ASCII, just made so");
    let broken = || {
        Problem::of_file(&source.name, "the XML is not well formed, or is cut off").remedy("export it again")
    };
    let mut reader = Reader::from_str(text);
    let mut plans = Vec::new();
    let mut depth = 0usize;
    let mut person: Option<(usize, Option<Upn>, Vec<Plan>)> = None;
    let mut request: Option<(usize, Plan, bool)> = None;
    let mut rank: Option<bool> = None;
    let mut kind: Option<Need> = None;
    let mut name = String::new();
    let mut value = Vec::new();
    let mut has_person = false;
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Problem::of_file(
                        &source.name,
                        "elements are nested more than 128 deep",
                    ));
                }
                start.local_name().as_ref().clone_into(&mut name);
                value.clear();
                match name.as_str() {
                    "Person" => {
                        has_person = true;
                        person = Some((depth, None, Vec::new()));
                    }
                    // Both spellings stand for one request of a person.
                    "Requests" | "Request" if request.is_none() => {
                        let empty = Plan {
                            upn: None,
                            start: None,
                            primary_need: None,
                        };
                        request = Some((depth, empty, false));
                    }
                    "SENneed" => (rank, kind) = (None, None),
                    _ => {}
                }
            }
            Event::Text(text) => value.extend_from_slice(text.into_inner().as_bytes()),
            Event::CData(text) => value.extend_from_slice(text.into_inner().as_bytes()),
            Event::End(end) => {
                let ended = end.local_name();
                let ended: &str = ended.as_ref();
                let is_leaf = ended == name;
                let text = value.trim_ascii();
                match ended {
                    "UPN" if is_leaf => {
                        if let Some((_, upn, _)) = &mut person {
                            *upn = sound_upn(text);
                        }
                    }
                    "StartDate" if is_leaf => {
                        if let Some((_, plan, has_plan)) = &mut request {
                            plan.start = plan.start.or(Date::parse(text));
                            *has_plan = true;
                        }
                    }
                    "SENtypeRank" if is_leaf => rank = Some(text == b"1"),
                    "SENtype" if is_leaf => kind = codes::need(text),
                    "SENneed" => {
                        if let (Some((_, plan, _)), true) = (&mut request, rank != Some(false)) {
                            plan.primary_need = plan.primary_need.or(kind);
                        }
                    }
                    _ => {}
                }
                if request.as_ref().is_some_and(|(at, _, _)| *at == depth) {
                    if let (Some((_, plan, true)), Some((_, _, own))) = (request.take(), &mut person) {
                        own.push(plan);
                    }
                    request = None;
                }
                if let Some((_, upn, own)) = person.take_if(|(at, _, _)| *at == depth) {
                    plans.extend(own.into_iter().map(|plan| Plan { upn, ..plan }));
                }
                depth = depth.checked_sub(1).ok_or_else(broken)?;
                name.clear();
                value.clear();
            }
            Event::DocType(content) if content.clone().into_inner().contains(['[', '!']) => {
                return Err(Problem::of_file(
                    &source.name,
                    "the file declares entities of its own",
                ));
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if depth > 0 {
        return Err(broken());
    }
    if !has_person {
        return Err(Problem::of_file(
            &source.name,
            "there is no person in this file: not a SEN2 return",
        ));
    }
    Ok(plans)
}
