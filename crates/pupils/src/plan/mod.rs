//! Plans, from the SEN2 person-level return: as the CSV modules that COLLECT exports, or as XML.
//!
//! Only what joins a plan to the census is read: pupil number, start date, and the need of rank 1. Every row is used,
//! or set aside with its reason in the account.

mod modules;
mod xml;

use super::{
    date::Date,
    source::{Kind, Source, read_up_to},
    upn::Upn,
};
use senlens_files::{Problem, RowAccount};
use senlens_model::Need;

/// A plan that can be joined to the census.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Plan {
    pub(crate) upn: Upn,
    pub(crate) start: Date,
    pub(crate) primary_need: Need,
}

/// What the return says of one request of a person, before it is known whether it can be used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Request {
    /// The person's number, if it is a sound one.
    upn: Option<Upn>,
    named: Named,
    /// Whether the plan is among the active ones: ended plans carry no need.
    is_active: bool,
    /// Whether it came from another authority.
    is_transferred: bool,
    needs: Vec<RankedNeed>,
}

/// Whether a request came to a named plan, and when that began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Named {
    #[default]
    No,
    /// With no start date, or one that cannot be read.
    Undated,
    From(Date),
}

impl Named {
    fn of(start: Option<Date>) -> Self {
        start.map_or(Self::Undated, Self::From)
    }

    /// Of several named plans of a request the first began the plan.
    fn or_earlier(self, other: Self) -> Self {
        match (self, other) {
            (Self::From(one), Self::From(other)) => Self::From(one.min(other)),
            (Self::From(date), _) | (_, Self::From(date)) => Self::From(date),
            (Self::Undated, _) | (_, Self::Undated) => Self::Undated,
            (Self::No, Self::No) => Self::No,
        }
    }
}

/// A need of a plan: its rank if one stands there, and the type if it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RankedNeed {
    rank: Option<u8>,
    need: Option<Need>,
}

/// Why a request gives no plan to join; `None` for one that never came to a plan.
type SetAside = Option<&'static str>;

const NOT_FOUND: &str = "its person, request or assessment is not in the modules given";
const NO_UPN: &str = "no sound unique pupil number";
const NO_START: &str = "no start date, or one that cannot be read";
const ENDED: &str = "not among the active plans (it has ended or was replaced)";
const TRANSFERRED: &str =
    "transferred in from another authority without a named plan, so without a start date";
const NOT_NAMED: &str = "an active plan without a named plan, so without a start date";
const NO_NEED: &str = "no type of need on the active plan";
const UNREADABLE_NEED: &str = "the need of rank 1 is not a census code or the Department's name of one";
const NO_FIRST_NEED: &str = "several needs and none of rank 1";
const SEVERAL_FIRST_NEEDS: &str = "two needs of rank 1";
const LATER_PLAN: &str = "the person has an earlier active plan";
const TWO_OF_ONE_DAY: &str = "two plans of one day that name different needs";

/// The most bytes of one SEN2 file: an authority's is some tens of megabytes.
const MOST_BYTES: u64 = 1 << 30;

impl Request {
    fn into_plan(self) -> Result<Plan, SetAside> {
        if !self.is_active {
            return Err((self.named != Named::No).then_some(ENDED));
        }
        let upn = self.upn.ok_or(Some(NO_UPN))?;
        let start = match self.named {
            Named::From(start) => start,
            Named::Undated => return Err(Some(NO_START)),
            Named::No if self.is_transferred => return Err(Some(TRANSFERRED)),
            Named::No => return Err(Some(NOT_NAMED)),
        };
        let primary_need = primary(&self.needs).map_err(Some)?;
        Ok(Plan {
            upn,
            start,
            primary_need,
        })
    }
}

/// The need of rank 1. A single need without a rank is the first; several needs without a rank 1 tell nothing.
fn primary(needs: &[RankedNeed]) -> Result<Need, &'static str> {
    let mut first = needs.iter().filter(|need| need.rank == Some(1));
    let one = match (first.next(), needs) {
        (Some(one), _) => {
            if first.any(|other| other.need != one.need) {
                return Err(SEVERAL_FIRST_NEEDS);
            }
            one
        }
        (None, []) => return Err(NO_NEED),
        (None, [only]) if only.rank.is_none() => only,
        (None, _) => return Err(NO_FIRST_NEED),
    };
    one.need.ok_or(UNREADABLE_NEED)
}

/// A rank as systems write it: `1`, `01`, `1.0`; none where it is blank or no rank.
fn rank(text: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let whole = text.split_once('.').map_or(Some(text), |(whole, rest)| {
        rest.bytes().all(|digit| digit == b'0').then_some(whole)
    })?;
    whole.parse().ok().filter(|rank| *rank > 0)
}

/// A type of need as systems write it: the census code, or the Department's name of it.
fn need(text: &[u8]) -> Option<Need> {
    let text = std::str::from_utf8(text).ok()?;
    text.trim().parse().ok().filter(|need| *need != Need::Missing)
}

/// Reads every plan of the sources: XML files each by itself, CSV modules joined by their table identifiers. A pupil
/// has one plan: the first that is active.
///
/// # Errors
/// When a file cannot be read, is not a SEN2 module or return, or a module that the join needs is missing.
pub(crate) fn read_plans(sources: &[Source]) -> Result<(Vec<Plan>, Vec<RowAccount>), Problem> {
    let mut plans = Vec::new();
    let mut accounts = Vec::new();
    let mut modules = modules::Modules::default();
    for source in sources {
        let sha256 = source.sha256()?;
        match source.kind {
            Kind::Xml => {
                let mut account = RowAccount::new(&source.name, "SEN2 plans, XML", &sha256);
                plans.extend(sort_out(xml::parse_xml(source)?, &mut account));
                accounts.push(account);
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
        let mut account = RowAccount::new(&source.name, "SEN2 plans, joined from modules", "");
        let (requests, lost) = modules.join(&source.name)?;
        account.reject(NOT_FOUND, lost);
        plans.extend(sort_out(requests, &mut account));
        accounts.push(account);
    }
    Ok((plans, accounts))
}

/// The plans that can be joined, one a pupil, in order of pupil; the account says what became of the others.
fn sort_out(requests: Vec<Request>, account: &mut RowAccount) -> Vec<Plan> {
    let mut plans = Vec::new();
    for request in requests {
        match request.into_plan() {
            Ok(plan) => plans.push(plan),
            Err(Some(reason)) => account.reject(reason, 1),
            Err(None) => {}
        }
    }
    plans.sort_unstable();
    let mut kept = Vec::new();
    for own in plans.chunk_by(|one, other| one.upn == other.upn) {
        let first = own[0];
        let same_day = own.iter().take_while(|plan| plan.start == first.start);
        if same_day
            .clone()
            .any(|plan| plan.primary_need != first.primary_need)
        {
            account.reject(TWO_OF_ONE_DAY, own.len() as u64);
            continue;
        }
        account.accept(1);
        account.reject(LATER_PLAN, own.len() as u64 - 1);
        kept.push(first);
    }
    kept
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
                )
                .remedy("export the years that are needed"));
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
            return Err(
                Problem::of_file(&source.name, "there is a NUL byte: the file is damaged")
                    .remedy("export it again"),
            );
        }
        Ok(bytes)
    })
}

fn sound_upn(text: &[u8]) -> Option<Upn> {
    Upn::parse(&text.to_ascii_uppercase()).ok()
}

/// Whether an XML file begins like a SEN2 return: its header names the collection, or plans' persons come first.
pub(crate) fn begins_like_sen2(source: &Source) -> bool {
    let start = source.with_reader(|stream| {
        let mut start = vec![0; 1 << 14];
        let read = read_up_to(stream, &mut start).map_err(|error| source.cannot_read(&error))?;
        start.truncate(read);
        Ok(start)
    });
    let start = start.unwrap_or_default();
    let start = String::from_utf8_lossy(&start).to_ascii_lowercase();
    start.contains("sen2") || start.contains("<persons>") || start.contains("<requests>")
}

/// Whether columns are those of a SEN2 module: each has the identifiers by which the modules are joined.
pub(crate) fn are_of_a_module(columns: &[String]) -> bool {
    const IDENTIFIERS: [&str; 5] = [
        "persontableid",
        "requeststableid",
        "assessmenttableid",
        "activeplanstableid",
        "namedplantableid",
    ];
    columns
        .iter()
        .any(|column| IDENTIFIERS.contains(&column.trim().trim_matches('"').to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::{
        Date, NO_FIRST_NEED, NO_NEED, Named, Need, Plan, RankedNeed, Request, RowAccount,
        SEVERAL_FIRST_NEEDS, UNREADABLE_NEED, Upn, primary, rank, sort_out,
    };

    fn ranked(rank: Option<u8>, need: Option<Need>) -> RankedNeed {
        RankedNeed { rank, need }
    }

    #[test]
    fn ranks_as_systems_write_them() {
        for (text, read) in [
            ("1", Some(1)),
            ("01", Some(1)),
            (" 1 ", Some(1)),
            ("1.0", Some(1)),
            ("2", Some(2)),
            ("1.5", None),
            ("0", None),
            ("", None),
            ("first", None),
        ] {
            assert_eq!(rank(text.as_bytes()), read, "{text:?}");
        }
    }

    #[test]
    fn the_need_of_rank_1_or_why_there_is_none() {
        let (mld, semh) = (Some(Need::Mld), Some(Need::Semh));
        for (needs, told) in [
            (vec![ranked(Some(1), mld), ranked(Some(2), semh)], Ok(Need::Mld)),
            (vec![ranked(Some(2), semh), ranked(Some(1), mld)], Ok(Need::Mld)),
            (vec![ranked(Some(1), mld), ranked(Some(1), mld)], Ok(Need::Mld)),
            (vec![ranked(None, mld)], Ok(Need::Mld)),
            (vec![], Err(NO_NEED)),
            (vec![ranked(Some(2), mld)], Err(NO_FIRST_NEED)),
            (vec![ranked(None, mld), ranked(None, semh)], Err(NO_FIRST_NEED)),
            (vec![ranked(None, mld), ranked(Some(2), semh)], Err(NO_FIRST_NEED)),
            (
                vec![ranked(Some(1), mld), ranked(Some(1), semh)],
                Err(SEVERAL_FIRST_NEEDS),
            ),
            (
                vec![ranked(Some(1), None), ranked(Some(2), semh)],
                Err(UNREADABLE_NEED),
            ),
        ] {
            assert_eq!(primary(&needs), told, "{needs:?}");
        }
    }

    #[test]
    fn a_pupil_has_one_plan_and_the_account_balances() {
        let upn = |serial: u32| {
            let rest: [u8; 12] = format!("8812001{serial:05}")
                .as_bytes()
                .try_into()
                .expect("twelve");
            Upn::with_check_letter(rest).expect("sound")
        };
        let request = |serial: u32, start: Option<Date>, is_active: bool, need: Need| Request {
            upn: Some(upn(serial)),
            named: Named::of(start),
            is_active,
            is_transferred: false,
            needs: vec![ranked(Some(1), Some(need))],
        };
        let day = |year| Date::new(year, 3, 1);
        let requests = vec![
            request(1, day(2019), false, Need::Mld),
            request(1, day(2023), true, Need::Slcn),
            request(1, day(2024), true, Need::Mld),
            request(2, day(2023), true, Need::Mld),
            request(2, day(2023), true, Need::Semh),
            request(3, None, true, Need::Mld),
            Request {
                upn: Some(upn(4)),
                is_active: true,
                is_transferred: true,
                ..Request::default()
            },
            Request::default(),
        ];
        let mut account = RowAccount::new("a.csv", "", "");
        let plans = sort_out(requests, &mut account);
        let start = day(2023).expect("a day");
        let plan = Plan {
            upn: upn(1),
            start,
            primary_need: Need::Slcn,
        };
        assert_eq!(plans, [plan]);
        assert_eq!((account.read(), account.accepted()), (7, 1));
        assert_eq!(account.rejected().values().sum::<u64>(), 6);
    }
}
