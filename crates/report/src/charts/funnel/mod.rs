//! Chart `funnel`: every authority's share of pupils with SEN who have MLD, against how many such pupils it has.

mod plot;
mod words;

use super::drawing::{Colour, Drawing, Stroke};
use super::layout::{ChartLayout, Size};
use crate::facts::{At, Facts, FunnelLines, Of, Rate};
use plot::plot;
use senlens_model::GeographicLevel;
use senlens_release::{
    Base, Cell, Count, Disclosure, Key, Number, Position, Recipe, Role, Spread, Text, Unit, Word, table,
};
use words::{alt_text, legend, notes, title};

const NAME: &str = "funnel";

/// Limits allowing for ordinary differences between authorities, and by chance alone.
const ORDINARY_95: Stroke = Stroke::whole(Colour::BLUE, 2.0);
const ORDINARY_998: Stroke = Stroke::dashed(Colour::BLUE, 2.0, 7.0, 5.0);
const CHANCE_95: Stroke = Stroke::whole(Colour::GREY, 1.0);
const CHANCE_998: Stroke = Stroke::dashed(Colour::GREY, 1.0, 2.0, 3.0);
const ENGLAND: Stroke = Stroke::whole(Colour::INK, 2.0);

/// What an authority is to the one of the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Other,
    Region,
    Neighbour,
    NeighbourInRegion,
    Own,
}

impl Group {
    fn as_str(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Region => "region",
            Self::Neighbour => "neighbour",
            Self::NeighbourInRegion => "neighbour in the region",
            Self::Own => "authority",
        }
    }
}

struct Authority<'a> {
    rate: Rate<'a>,
    group: Group,
    /// None where it is compared with nothing.
    position: Option<Cell<Position>>,
    position_998: Option<Cell<Position>>,
}

/// An authority with figures a reader may see: pupils with SEN, and per hundred of them with MLD.
struct Shown<'a> {
    unit: &'a Authority<'a>,
    population: f64,
    per_hundred: f64,
}

/// England's share, the lines about it, and how much more authorities differ than chance would make them.
struct Centre {
    per_hundred: Cell<f64>,
    lines: Vec<FunnelLines>,
    phi: Option<f64>,
}

impl Centre {
    fn has(&self, spread: Spread) -> bool {
        self.lines.iter().any(|line| line.spread == spread)
    }
}

/// How a pair of lines is drawn: by what it allows for, and whole at 95%, dashed beyond.
fn stroke_of(spread: Spread, confidence: f64) -> Stroke {
    match (spread, confidence > 0.99) {
        (Spread::Ordinary, false) => ORDINARY_95,
        (Spread::Ordinary, true) => ORDINARY_998,
        (Spread::Chance, false) => CHANCE_95,
        (Spread::Chance, true) => CHANCE_998,
    }
}

/// Draws the funnel; none when no authority has figures a reader may see, or there is nothing to see one against.
pub(crate) fn funnel(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let of = Of::mld(Base::Sen);
    let units = units(facts, of);
    let shown: Vec<Shown<'_>> = units.iter().filter_map(shown).collect();
    if shown.is_empty() {
        return None;
    }
    let centre = Centre {
        per_hundred: facts
            .rate(facts.england(), of)
            .map_or(Cell::NotAvailable, |rate| rate.per_hundred),
        lines: facts.funnel_lines(of),
        phi: facts
            .against_england(facts.own(), of)
            .and_then(|row| row.phi_winsorised.figure()),
    };
    if shown.len() < 2 && centre.per_hundred.figure().is_none() {
        return None;
    }
    let own = units.iter().find(|unit| unit.group == Group::Own);
    let mut layout = ChartLayout::new(
        facts,
        size,
        &title(facts, own, units.len()),
        "Of every hundred pupils with special educational needs (SEN), how many have moderate learning difficulty \
         (MLD) as their main need. One mark is one local authority.",
    );
    layout.legend(&legend(facts, &centre, &shown));
    plot(&mut layout, &centre, &shown);
    let notes = notes(&centre, &shown, units.len());
    let alt = alt_text(facts, &centre, own, &shown);
    Some(layout.finish(facts, NAME, &notes, alt, Data::table(&units)))
}

fn units<'a>(facts: &Facts<'a>, of: Of) -> Vec<Authority<'a>> {
    let holds = |codes: &[String], code: &str| codes.iter().any(|each| each == code);
    facts
        .rates_at(GeographicLevel::LocalAuthority, of)
        .into_iter()
        .map(|rate| {
            let code = rate.area_code;
            let neighbour = holds(&facts.about.neighbour_authorities, code);
            let region = holds(&facts.about.region_authorities, code);
            let group = match (code == facts.about.authority_code, neighbour, region) {
                (true, ..) => Group::Own,
                (_, true, true) => Group::NeighbourInRegion,
                (_, true, false) => Group::Neighbour,
                (_, false, true) => Group::Region,
                _ => Group::Other,
            };
            let at = At {
                level: GeographicLevel::LocalAuthority,
                code,
            };
            let benchmark = facts.against_england(at, of);
            Authority {
                rate,
                group,
                position: benchmark.as_ref().map(|row| row.position),
                position_998: benchmark.as_ref().map(|row| row.position_998),
            }
        })
        .collect()
}

fn shown<'a>(unit: &'a Authority<'a>) -> Option<Shown<'a>> {
    Some(Shown {
        unit,
        population: unit.rate.population.figure().filter(|pupils| *pupils > 0)? as f64,
        per_hundred: unit.rate.per_hundred.figure()?,
    })
}

table! {
    /// The data of the chart `funnel`: one row a local authority.
    pub(crate) Data = "funnel" from Authority<'_>, Disclosure::BehindTheGate;
    area_code: Key<Text>, Unit::Code, Role::Key, "The authority." => |row| row.rate.area_code;
    area_name: Key<Text>, Unit::Name, Role::Key, "Its name." => |row| row.rate.area_name;
    group: Key<Text>, Unit::Code, Role::Key, "What it is to the authority of the paper." => |row| row.group.as_str();
    events: Count, Unit::Pupils, Role::Events, "Pupils with MLD." => |row| row.rate.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils with SEN." => |row| row.rate.population;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::EventsPerHundred),
        "The share." => |row| row.rate.per_hundred;
    position: Word<Option<Position>>, Unit::Code, Role::Position,
        "Where it stands at 95%, ordinary differences between authorities allowed for." => |row| or_blank(row.position);
    position_998: Word<Option<Position>>, Unit::Code, Role::Position,
        "The same at 99.8%." => |row| or_blank(row.position_998);
}

/// A position, or nothing where there is none.
fn or_blank(position: Option<Cell<Position>>) -> Cell<Option<Position>> {
    match position {
        None => Cell::Shown(None),
        Some(cell) => cell.map(Some),
    }
}
