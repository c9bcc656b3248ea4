//! The CSV modules of SEN2, joined by their table identifiers.

use super::{Named, RankedNeed, Request, need, rank, sound_upn, whole};
use crate::{date::Date, source::Source, upn::Upn};
use senlens_files::{Problem, RowAccount};
use std::collections::{BTreeMap, BTreeSet};

/// Reasons of a module's account.
const NOT_A_ROW: &str = "not a row of CSV";
const NO_IDENTIFIER: &str = "no table identifier";
const LATER_RANK: &str = "a need of a later rank";
const UNREADABLE_NEED: &str = "the type of need is not a census code or the Department's name of one";
const NOT_NEEDED: &str = "a module that joins no plan to the census";

/// Which module a file is, by its identifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Module {
    Person,
    Requests,
    Assessment,
    NamedPlan,
    ActivePlans,
    SenNeed,
    /// Placements, plan details, the header: the join does not need them.
    Other,
}

/// Where the items of a module stand.
#[derive(Debug, Clone, Copy, Default)]
struct Columns {
    person: Option<usize>,
    requests: Option<usize>,
    assessment: Option<usize>,
    active: Option<usize>,
    upn: Option<usize>,
    start: Option<usize>,
    need: Option<usize>,
    rank: Option<usize>,
    transfer: Option<usize>,
}

impl Columns {
    fn find(headers: &[String]) -> Self {
        let column = |name: &str| headers.iter().position(|header| header == name);
        Self {
            person: column("persontableid"),
            requests: column("requeststableid"),
            assessment: column("assessmenttableid"),
            active: column("activeplanstableid"),
            upn: column("upn"),
            start: column("startdate"),
            need: column("sentype"),
            rank: column("sentyperank"),
            transfer: column("transferla"),
        }
    }

    fn module(&self, headers: &[String]) -> Option<Module> {
        Some(match (self.person, self.requests, self.assessment, self.active) {
            (Some(_), None, ..) if self.upn.is_some() => Module::Person,
            (Some(_), Some(_), ..) => Module::Requests,
            (_, _, _, Some(_)) if self.need.is_some() => Module::SenNeed,
            (_, Some(_), _, Some(_)) => Module::ActivePlans,
            (_, Some(_), ..) | (_, _, Some(_), _) if self.start.is_some() => Module::NamedPlan,
            (_, Some(_), Some(_), _) => Module::Assessment,
            _ if headers.iter().any(|header| header.ends_with("tableid")) => Module::Other,
            _ => return None,
        })
    }
}

/// An active plan of a request.
#[derive(Debug, Clone)]
struct Active {
    id: String,
    is_transferred: bool,
}

/// The modules read so far.
#[derive(Debug, Default)]
pub(super) struct Modules {
    /// Which modules were there, with rows or without.
    seen: BTreeSet<Module>,
    /// persontableid to number.
    persons: BTreeMap<String, Option<Upn>>,
    /// requeststableid to persontableid.
    requests: BTreeMap<String, String>,
    /// assessmenttableid to requeststableid.
    assessments: BTreeMap<String, String>,
    /// Start dates of named plans, by request or by assessment.
    named_by_request: BTreeMap<String, Named>,
    named_by_assessment: BTreeMap<String, Named>,
    /// requeststableid to its active plans.
    active: BTreeMap<String, Vec<Active>>,
    /// activeplanstableid to its needs.
    needs: BTreeMap<String, Vec<RankedNeed>>,
}

impl Modules {
    pub(super) fn read(&mut self, source: &Source, account: &mut RowAccount) -> Result<(), Problem> {
        let bytes = whole(source)?;
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(separator(&bytes))
            .from_reader(&bytes[..]);
        let unusable = || {
            Problem::of_file(&source.name, "not a SEN2 module we know").remedy(
                "give the person, requests, assessment, namedplan, activeplans and senneed modules of the export",
            )
        };
        let headers: Vec<String> = reader
            .headers()
            .map_err(|_| unusable())?
            .iter()
            .map(|header| header.trim().to_ascii_lowercase())
            .collect();
        let columns = Columns::find(&headers);
        let module = columns.module(&headers).ok_or_else(unusable)?;
        self.seen.insert(module);
        for row in reader.byte_records() {
            let Ok(row) = row else {
                account.reject(NOT_A_ROW, 1);
                continue;
            };
            if row.iter().all(|field| field.trim_ascii().is_empty()) {
                account.reject(RowAccount::BLANK, 1);
                continue;
            }
            let text = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim_ascii();
            match self.take(module, &columns, text) {
                Ok(()) => account.accept(1),
                Err(reason) => account.reject(reason, 1),
            }
        }
        Ok(())
    }

    fn take<'r>(
        &mut self,
        module: Module,
        columns: &Columns,
        text: impl Fn(Option<usize>) -> &'r [u8],
    ) -> Result<(), &'static str> {
        let id = |at: Option<usize>| match text(at) {
            b"" => Err(NO_IDENTIFIER),
            id => Ok(String::from_utf8_lossy(id).into_owned()),
        };
        match module {
            Module::Person => {
                self.persons
                    .insert(id(columns.person)?, sound_upn(text(columns.upn)));
            }
            Module::Requests => {
                self.requests.insert(id(columns.requests)?, id(columns.person)?);
            }
            Module::Assessment => {
                self.assessments
                    .insert(id(columns.assessment)?, id(columns.requests)?);
            }
            Module::NamedPlan => {
                let start = Named::of(Date::parse(text(columns.start)));
                // A request or assessment may have had several named plans: the first began the plan.
                let named = match id(columns.requests) {
                    Ok(request) => self.named_by_request.entry(request),
                    Err(_) => self.named_by_assessment.entry(id(columns.assessment)?),
                };
                let known = named.or_insert(start);
                *known = known.or_earlier(start);
            }
            Module::ActivePlans => {
                let active = Active {
                    id: id(columns.active)?,
                    is_transferred: !text(columns.transfer).is_empty(),
                };
                self.active.entry(id(columns.requests)?).or_default().push(active);
            }
            Module::SenNeed => {
                let ranked = RankedNeed {
                    // A module without ranks lists the first need alone.
                    rank: columns.rank.map_or(Some(1), |at| rank(text(Some(at)))),
                    need: need(text(columns.need)),
                };
                self.needs.entry(id(columns.active)?).or_default().push(ranked);
                if ranked.rank.is_some_and(|rank| rank > 1) {
                    return Err(LATER_RANK);
                }
                if ranked.need.is_none() {
                    return Err(UNREADABLE_NEED);
                }
            }
            Module::Other => return Err(NOT_NEEDED),
        }
        Ok(())
    }

    /// One request each, with what the other modules say of it; and how many rows of them hang on nothing.
    pub(super) fn join(self, name: &str) -> Result<(Vec<Request>, u64), Problem> {
        for (module, words) in [
            (Module::Person, "person"),
            (Module::Requests, "requests"),
            (Module::NamedPlan, "namedplan"),
            (Module::ActivePlans, "activeplans"),
            (Module::SenNeed, "senneed"),
        ] {
            if !self.seen.contains(&module) {
                return Err(
                    Problem::of_file(name, format!("the {words} module of SEN2 is missing"))
                        .remedy("give the folder that holds all modules of the export"),
                );
            }
        }
        let mut lost = 0;
        let mut requests: BTreeMap<String, Request> = BTreeMap::new();
        for (request, person) in &self.requests {
            match self.persons.get(person) {
                Some(upn) => {
                    let upn = *upn;
                    let known = Request {
                        upn,
                        ..Request::default()
                    };
                    requests.insert(request.clone(), known);
                }
                None => lost += 1,
            }
        }
        let mut named = self.named_by_request;
        for (assessment, start) in self.named_by_assessment {
            match self.assessments.get(&assessment) {
                Some(request) => {
                    named.insert(request.clone(), start);
                }
                None => lost += 1,
            }
        }
        for (request, start) in named {
            match requests.get_mut(&request) {
                Some(known) => known.named = start,
                // A request whose person is missing was counted above.
                None => lost += u64::from(!self.requests.contains_key(&request)),
            }
        }
        for (request, plans) in self.active {
            let Some(known) = requests.get_mut(&request) else {
                lost += u64::from(!self.requests.contains_key(&request));
                continue;
            };
            known.is_active = true;
            known.is_transferred = plans.iter().any(|plan| plan.is_transferred);
            let own = plans.iter().filter_map(|plan| self.needs.get(&plan.id));
            known.needs = own.flatten().copied().collect();
        }
        Ok((requests.into_values().collect(), lost))
    }
}

/// Comma, unless the header has none and another separator.
fn separator(bytes: &[u8]) -> u8 {
    let header = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    senlens_files::separator(header)
}
