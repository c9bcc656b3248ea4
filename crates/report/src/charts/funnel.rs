//! Chart `funnel`: every authority's share of pupils with SEN who have MLD, against how many such pupils it has.

use super::axis::{Axis, Kind, round_steps};
use super::drawing::{Anchor, At, Colour, Drawing, Mark, Shape, Stroke};
use super::layout::{ChartLayout, Sample, Size};
use crate::facts::{At as Place, Facts, FunnelLines, Of, Rate};
use crate::font::{self, Weight};
use crate::rounding::{round_half_up, with_commas};
use crate::wording;
use senlens_model::GeographicLevel;
use senlens_release::{
    Base, Cell, Count, Disclosure, Key, Number, Position, Recipe, Role, Spread, Text, Unit, Word, table,
};
use std::fmt::Write;

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
            let at = Place {
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

fn title(facts: &Facts<'_>, own: Option<&Authority<'_>>, authorities: usize) -> String {
    let name = &facts.about.authority;
    let position = own.and_then(|unit| unit.position).and_then(Cell::figure);
    let than_england = match position {
        Some(Position::Higher) => "higher than England's",
        Some(Position::Similar) => "similar to England's",
        Some(Position::Lower) => "lower than England's",
        Some(Position::TooFew) | None => {
            return format!(
                "MLD share across {}",
                wording::plural(authorities, "local authority")
            );
        }
    };
    wording::title_of_ten_words(&[
        format!("Share with MLD in {name} is {than_england}"),
        format!("{name}: MLD share {than_england}"),
        format!("Share with MLD is {than_england}"),
    ])
}

fn legend(facts: &Facts<'_>, centre: &Centre, shown: &[Shown<'_>]) -> Vec<(Sample, String)> {
    let mut entries = Vec::new();
    if let Some(per_hundred) = centre.per_hundred.figure() {
        entries.push((
            Sample::Line(ENGLAND),
            format!("England {}", wording::percent(Cell::Shown(per_hundred))),
        ));
    }
    for line in &centre.lines {
        let allowing = match line.spread {
            Spread::Ordinary => "allowing for ordinary differences",
            Spread::Chance => "chance alone",
        };
        let percent = round_half_up(100.0 * line.confidence, usize::from(line.confidence > 0.99));
        let sample = Sample::Line(stroke_of(line.spread, line.confidence));
        entries.push((sample, format!("{percent}% limits, {allowing}")));
    }
    let any = |groups: &[Group]| shown.iter().any(|each| groups.contains(&each.unit.group));
    let mut kind = |held: &[Group], sample, words: &str| {
        if any(held) {
            entries.push((sample, words.to_owned()));
        }
    };
    let point = |shape, size, fill, outline| Sample::Point {
        shape,
        size,
        fill,
        outline,
    };
    let own = point(Shape::Diamond, 8.0, Some(Colour::BLUE), Colour::BLUE);
    kind(&[Group::Own], own, &facts.about.authority);
    let neighbour = point(Shape::TriangleUp, 5.5, Some(Colour::TEAL), Colour::TEAL);
    kind(&[Group::Neighbour], neighbour, "Statistical neighbour");
    let region = point(Shape::Square, 5.5, None, Colour::PLUM);
    kind(&[Group::Region], region, &facts.about.region);
    let both = Sample::Both {
        triangle: Colour::TEAL,
        square: Colour::PLUM,
    };
    kind(
        &[Group::NeighbourInRegion],
        both,
        &format!("Neighbour in {}", facts.about.region),
    );
    kind(
        &[Group::Other],
        point(Shape::Circle, 3.0, None, Colour::GREY),
        "Other authority",
    );
    entries
}

fn plot(layout: &mut ChartLayout, centre: &Centre, shown: &[Shown<'_>]) {
    let (left, right) = layout.sides();
    let text = layout.size.text();
    let (high, wanted_x) = match layout.size {
        Size::Wide => (400.0, 5),
        Size::Narrow => (300.0, 3),
    };
    let most_pupils = shown.iter().map(|each| each.population).fold(1.0, f64::max);
    let most_share = shown
        .iter()
        .map(|each| each.per_hundred)
        .chain(centre.per_hundred.figure())
        .chain(
            centre
                .lines
                .iter()
                .filter_map(FunnelLines::highest_at_the_largest),
        )
        .fold(1.0, f64::max);
    let x_steps = round_steps(most_pupils, wanted_x);
    let y_steps = round_steps(most_share, 5);
    let label_room = y_steps
        .iter()
        .map(|step| font::width(&share_label(*step), text, Weight::Regular))
        .fold(0.0, f64::max)
        + 8.0;
    let top = layout.filled + text;
    let bottom = top + high;
    let half_label = font::width(&pupils_label(x_steps[x_steps.len() - 1]), text, Weight::Regular) / 2.0;
    let x = Axis {
        kind: Kind::Linear,
        lowest: 0.0,
        highest: x_steps[x_steps.len() - 1],
        start: left + label_room,
        end: right - half_label,
    };
    let y = Axis {
        kind: Kind::Linear,
        lowest: 0.0,
        highest: y_steps[y_steps.len() - 1],
        start: bottom,
        end: top,
    };
    let labelled = |steps: &[f64], label: fn(f64) -> String| -> Vec<(f64, String)> {
        steps.iter().map(|step| (*step, label(*step))).collect()
    };
    layout.frame(
        (x, &labelled(&x_steps, pupils_label)),
        (y, &labelled(&y_steps, share_label)),
        "Pupils with special educational needs in the authority",
    );
    limits(layout, &centre.lines, x, y);
    if let Some(per_hundred) = centre.per_hundred.figure() {
        let at = y.place(per_hundred);
        layout.line((x.start, at), (x.end, at), ENGLAND);
    }
    points(layout, shown, x, y);
}

/// The lines of the table, where they lie on the plot.
fn limits(layout: &mut ChartLayout, lines: &[FunnelLines], x: Axis, y: Axis) {
    for line in lines {
        let stroke = stroke_of(line.spread, line.confidence);
        for above in [false, true] {
            let points: Vec<At> = line
                .sizes
                .iter()
                .filter_map(|(population, lower, upper)| {
                    let figure = if above { upper } else { lower }.figure()?;
                    let pupils = population.figure()? as f64;
                    (x.holds(pupils) && y.holds(figure)).then(|| (x.place(pupils), y.place(figure)))
                })
                .collect();
            if points.len() > 1 {
                layout.marks.push(Mark::Path { points, stroke });
            }
        }
    }
}

fn points(layout: &mut ChartLayout, shown: &[Shown<'_>], x: Axis, y: Axis) {
    let mut ordered: Vec<&Shown<'_>> = shown.iter().collect();
    // The others first, so that they hide none of those the paper is about.
    ordered.sort_by_key(|each| each.unit.group);
    let place = |each: &Shown<'_>| (x.place(each.population), y.place(each.per_hundred));
    for each in &ordered {
        let at = place(each);
        let mut mark = |shape, size, fill, outline| {
            layout.marks.push(Mark::Point {
                at,
                shape,
                size,
                fill,
                outline,
                label: each.unit.rate.area_name.to_owned(),
            });
        };
        match each.unit.group {
            Group::Other => mark(Shape::Circle, 3.0, None, Colour::GREY),
            Group::Region => mark(Shape::Square, 5.5, None, Colour::PLUM),
            Group::Neighbour => mark(Shape::TriangleUp, 5.5, Some(Colour::TEAL), Colour::TEAL),
            Group::NeighbourInRegion => {
                mark(Shape::TriangleUp, 4.0, Some(Colour::TEAL), Colour::TEAL);
                mark(Shape::Square, 6.5, None, Colour::PLUM);
            }
            Group::Own => mark(Shape::Diamond, 8.0, Some(Colour::BLUE), Colour::BLUE),
        }
    }
    let Some(own) = ordered.iter().find(|each| each.unit.group == Group::Own) else {
        return;
    };
    let others: Vec<At> = ordered
        .iter()
        .filter(|each| each.unit.group != Group::Own)
        .map(|each| place(each))
        .collect();
    let words = format!(
        "{} {}",
        own.unit.rate.area_name,
        wording::percent(own.unit.rate.per_hundred)
    );
    name_point(layout, place(own), &words, &others, x, y);
}

/// Names a point where its name covers fewest others and stays on the plot.
fn name_point(layout: &mut ChartLayout, at: At, name: &str, others: &[At], x: Axis, y: Axis) {
    let text = layout.size.text();
    let name = font::shorten(name, text, Weight::Bold, x.end - x.start);
    let wide = font::width(&name, text, Weight::Bold);
    let (gap, high) = (13.0, text);
    // Left end and baseline of the name: right, left, above and below, near and further off.
    let mut candidates: Vec<At> = Vec::new();
    for away in [0.0, 16.0, 36.0, 60.0] {
        candidates.extend([
            (at.0 + gap, at.1 + 0.35 * high - away),
            (at.0 + gap, at.1 + 0.35 * high + away),
            (at.0 - gap - wide, at.1 + 0.35 * high - away),
            (at.0 - gap - wide, at.1 + 0.35 * high + away),
            (at.0 - wide / 2.0, at.1 - gap - away),
            (at.0 - wide / 2.0, at.1 + gap + high + away),
        ]);
    }
    let fits = |(left, baseline): &At| {
        *left >= x.start && left + wide <= x.end && baseline - high >= y.end && *baseline + 3.0 <= y.start
    };
    let covered = |(left, baseline): &At| {
        others
            .iter()
            .filter(|(px, py)| {
                (left - 4.0..=left + wide + 4.0).contains(px)
                    && (baseline - high - 3.0..=baseline + 6.0).contains(py)
            })
            .count()
    };
    let inside: Vec<At> = candidates.iter().copied().filter(fits).collect();
    let best = inside
        .iter()
        .min_by_key(|place| covered(place))
        .copied()
        .unwrap_or((
            (at.0 - wide / 2.0).clamp(x.start, (x.end - wide).max(x.start)),
            (at.1 - gap).max(y.end + high),
        ));
    layout.marks.push(Mark::Rectangle {
        at: (best.0 - 2.0, best.1 - 0.85 * high),
        width: wide + 4.0,
        height: 1.15 * high,
        fill: Colour::WHITE,
    });
    layout.text(best, name, Anchor::Start, Weight::Bold, Colour::BLUE);
}

fn share_label(share: f64) -> String {
    let decimals = usize::from(share.fract() != 0.0);
    format!("{}%", round_half_up(share, decimals))
}

fn pupils_label(pupils: f64) -> String {
    with_commas(&round_half_up(pupils, 0))
}

fn notes(centre: &Centre, shown: &[Shown<'_>], authorities: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if centre.lines.is_empty() {
        notes.push("The input does not hold England, so no limits are drawn.".to_owned());
    } else if !centre.has(Spread::Ordinary) {
        notes.push(
            "Too few authorities to say how much they ordinarily differ: limits are by chance alone."
                .to_owned(),
        );
    } else if let Some(phi) = centre.phi {
        notes.push(format!(
            "Ordinary differences: the variance between authorities is {} times what chance alone would make it.",
            round_half_up(phi, 1)
        ));
    }
    let missing = authorities - shown.len();
    if missing > 0 {
        notes.push(format!(
            "Not drawn: {} whose figures are withheld or missing.",
            wording::plural(missing, "authority")
        ));
    }
    notes
}

fn alt_text(facts: &Facts<'_>, centre: &Centre, own: Option<&Authority<'_>>, shown: &[Shown<'_>]) -> String {
    let mut alt = format!(
        "Funnel plot of {}: across, pupils with special educational needs; up, the share of them with moderate \
         learning difficulty.",
        wording::plural(shown.len(), "local authority")
    );
    let ends = shown
        .iter()
        .min_by(|a, b| a.per_hundred.total_cmp(&b.per_hundred))
        .zip(
            shown
                .iter()
                .max_by(|a, b| a.per_hundred.total_cmp(&b.per_hundred)),
        );
    if let (true, Some((least, most))) = (shown.len() > 1, ends) {
        let described = |each: &Shown<'_>| {
            format!(
                "{} ({})",
                wording::percent(each.unit.rate.per_hundred),
                each.unit.rate.area_name
            )
        };
        let _ = write!(
            alt,
            " Shares run from {} to {}.",
            described(least),
            described(most)
        );
    }
    if let Some(own) = own {
        let _ = write!(
            alt,
            " {}: {}, {}.",
            facts.about.authority,
            wording::percent(own.rate.per_hundred),
            wording::counts_of(own.rate.events, own.rate.population, "pupils")
        );
        if let Some(position) = own.position {
            let _ = write!(
                alt,
                " Allowing for ordinary differences between authorities this is {}.",
                wording::position(position)
            );
        }
    }
    if centre.per_hundred.figure().is_some() {
        let _ = write!(alt, " England: {}.", wording::percent(centre.per_hundred));
    }
    alt
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
