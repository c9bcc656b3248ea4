//! Plans from the XML return of SEN2.

use super::{Named, RankedNeed, Request, need, rank, sound_upn, whole};
use crate::{date::Date, source::Source, upn::Upn};
use quick_xml::{Reader, events::Event};
use senlens_files::Problem;

/// A need of which nothing has been read.
const NO_NEED: RankedNeed = RankedNeed {
    rank: None,
    need: None,
};

/// Persons of the XML return: each with a number, and for each request a start date and a need of rank 1.
pub(super) fn parse_xml(source: &Source) -> Result<Vec<Request>, Problem> {
    const DEEPEST: usize = 128;
    let bytes = whole(source)?;
    let text = std::str::from_utf8(&bytes).expect("ASCII, just made so");
    let broken = || {
        Problem::of_file(&source.name, "the XML is not well formed, or is cut off").remedy("export it again")
    };
    let mut reader = Reader::from_str(text);
    let mut requests = Vec::new();
    let mut depth = 0usize;
    let mut person: Option<(usize, Option<Upn>, Vec<Request>)> = None;
    let mut request: Option<(usize, Request)> = None;
    let mut ranked = NO_NEED;
    let mut name = String::new();
    let mut value = Vec::new();
    let mut has_person = false;
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(
                        Problem::of_file(&source.name, "elements are nested more than 128 deep")
                            .remedy("export it again"),
                    );
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
                        request = Some((depth, Request::default()));
                    }
                    "NamedPlan" => {
                        if let Some((_, request)) = &mut request {
                            request.named = request.named.or_earlier(Named::Undated);
                        }
                    }
                    "ActivePlans" => {
                        if let Some((_, request)) = &mut request {
                            request.is_active = true;
                        }
                    }
                    "SENneed" => ranked = NO_NEED,
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
                        if let Some((_, request)) = &mut request {
                            let start = Named::of(Date::parse(text));
                            request.named = request.named.or_earlier(start);
                        }
                    }
                    "TransferLA" if is_leaf => {
                        if let Some((_, request)) = &mut request {
                            request.is_transferred = !text.is_empty();
                        }
                    }
                    "SENtypeRank" if is_leaf => ranked.rank = rank(text),
                    "SENtype" if is_leaf => ranked.need = need(text),
                    "SENneed" => {
                        if let Some((_, request)) = &mut request {
                            request.is_active = true;
                            request.needs.push(ranked);
                        }
                    }
                    _ => {}
                }
                if let Some((_, request)) = request.take_if(|(at, _)| *at == depth)
                    && let Some((_, _, own)) = &mut person
                {
                    own.push(request);
                }
                if let Some((_, upn, own)) = person.take_if(|(at, _, _)| *at == depth) {
                    requests.extend(own.into_iter().map(|request| Request { upn, ..request }));
                }
                depth = depth.checked_sub(1).ok_or_else(broken)?;
                name.clear();
                value.clear();
            }
            Event::DocType(content) if content.clone().into_inner().contains(['[', '!']) => {
                return Err(
                    Problem::of_file(&source.name, "the file declares entities of its own")
                        .remedy("export it again: a return declares none"),
                );
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if depth > 0 {
        return Err(broken());
    }
    if !has_person {
        return Err(
            Problem::of_file(&source.name, "there is no person in this file: not a SEN2 return")
                .remedy("give the SEN2 return as it was exported"),
        );
    }
    Ok(requests)
}
