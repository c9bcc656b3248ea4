//! Chart `funnel`: every authority's share of pupils with SEN who have MLD, against how many such pupils it has.

use super::axis::{Axis, Kind, round_steps};
use super::data;
use super::drawing::{Anchor, At, Colour, Drawing, Mark, Shape, Stroke};
use super::sheet::{Sample, Sheet, Size};
use crate::facts::{AUTHORITY, At as Place, Facts, FunnelLines, Of, Rate};
use crate::font::{self, Weight};
use crate::rounding::{round_half_up, with_commas};
use crate::words;
use senlens_release::Cell;
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

struct Unit {
    rate: Rate,
    group: Group,
    position: String,
    position_998: String,
}

/// An authority with figures a reader may see: pupils with SEN, and per hundred of them with MLD.
struct Shown<'a> {
    unit: &'a Unit,
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
    fn has(&self, spread: &str) -> bool {
        self.lines.iter().any(|line| line.spread == spread)
    }
}

/// How a pair of lines is drawn: by what it allows for, and whole at 95%, dashed beyond.
fn stroke_of(spread: &str, confidence: f64) -> Stroke {
    match (spread, confidence > 0.99) {
        ("ordinary", false) => ORDINARY_95,
        ("ordinary", true) => ORDINARY_998,
        (_, false) => CHANCE_95,
        (_, true) => CHANCE_998,
    }
}

/// Draws the funnel; none when no authority has figures a reader may see, or there is nothing to see one against.
pub(crate) fn funnel(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let of = Of::need("MLD", "sen");
    let units = units(facts, of);
    let shown: Vec<Shown> = units.iter().filter_map(shown).collect();
    if shown.is_empty() {
        return None;
    }
    let centre = Centre {
        per_hundred: facts
            .rate(facts.england(), of)
            .map_or(Cell::NotAvailable, |rate| rate.per_hundred),
        lines: facts.funnel_lines(of),
        phi: facts
            .benchmark(facts.own(), of, "England", "crude")
            .and_then(|row| row.phi_winsorised.figure()),
    };
    if shown.len() < 2 && centre.per_hundred.figure().is_none() {
        return None;
    }
    let own = units.iter().find(|unit| unit.group == Group::Own);
    let mut sheet = Sheet::new(
        facts,
        size,
        &title(facts, own, units.len()),
        "Of every hundred pupils with special educational needs (SEN), how many have moderate learning difficulty \
         (MLD) as their main need. One mark is one local authority.",
    );
    sheet.legend(&legend(facts, &centre, &shown));
    plot(&mut sheet, &centre, &shown);
    let notes = notes(&centre, &shown, units.len());
    let alt = alt_text(facts, &centre, own, &shown);
    Some(sheet.finish(facts, NAME, &notes, alt, table(&units)))
}

fn units(facts: &Facts<'_>, of: Of<'_>) -> Vec<Unit> {
    let holds = |codes: &[String], code: &str| codes.iter().any(|each| each == code);
    facts
        .rates_at(AUTHORITY, of)
        .into_iter()
        .map(|rate| {
            let code = &rate.area_code;
            let neighbour = holds(&facts.about.neighbour_authorities, code);
            let region = holds(&facts.about.region_authorities, code);
            let group = match (*code == facts.about.authority_code, neighbour, region) {
                (true, ..) => Group::Own,
                (_, true, true) => Group::NeighbourInRegion,
                (_, true, false) => Group::Neighbour,
                (_, false, true) => Group::Region,
                _ => Group::Other,
            };
            let at = Place {
                level: AUTHORITY,
                code,
            };
            let benchmark = facts.benchmark(at, of, "England", "crude");
            let (position, position_998) = benchmark.map_or_else(
                || (String::new(), String::new()),
                |row| (row.position, row.position_998),
            );
            Unit {
                rate,
                group,
                position,
                position_998,
            }
        })
        .collect()
}

fn shown(unit: &Unit) -> Option<Shown<'_>> {
    Some(Shown {
        unit,
        population: unit.rate.population.figure().filter(|pupils| *pupils > 0)? as f64,
        per_hundred: unit.rate.per_hundred.figure()?,
    })
}

fn title(facts: &Facts<'_>, own: Option<&Unit>, authorities: usize) -> String {
    let name = &facts.about.authority;
    let than_england = match own.map(|unit| unit.position.as_str()) {
        Some("higher") => "higher than England's",
        Some("similar") => "similar to England's",
        Some("lower") => "lower than England's",
        _ => {
            return format!(
                "MLD share across {}",
                words::plural(authorities, "local authority")
            );
        }
    };
    words::title_of_ten_words(&[
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
            format!("England {}", words::percent(Cell::Shown(per_hundred))),
        ));
    }
    for line in &centre.lines {
        let allowing = if line.spread == "ordinary" {
            "allowing for ordinary differences"
        } else {
            "chance alone"
        };
        let percent = round_half_up(100.0 * line.confidence, usize::from(line.confidence > 0.99));
        let sample = Sample::Line(stroke_of(&line.spread, line.confidence));
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

fn plot(sheet: &mut Sheet, centre: &Centre, shown: &[Shown<'_>]) {
    let (left, right) = sheet.sides();
    let text = sheet.size.text();
    let (high, wanted_x) = match sheet.size {
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
    let top = sheet.filled + text;
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
    sheet.frame(
        (x, &labelled(&x_steps, pupils_label)),
        (y, &labelled(&y_steps, share_label)),
        "Pupils with special educational needs in the authority",
    );
    limits(sheet, &centre.lines, x, y);
    if let Some(per_hundred) = centre.per_hundred.figure() {
        let at = y.place(per_hundred);
        sheet.line((x.start, at), (x.end, at), ENGLAND);
    }
    points(sheet, shown, x, y);
}

/// The lines of the table, where they lie on the plot.
fn limits(sheet: &mut Sheet, lines: &[FunnelLines], x: Axis, y: Axis) {
    for line in lines {
        let stroke = stroke_of(&line.spread, line.confidence);
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
                sheet.marks.push(Mark::Path { points, stroke });
            }
        }
    }
}

fn points(sheet: &mut Sheet, shown: &[Shown<'_>], x: Axis, y: Axis) {
    let mut ordered: Vec<&Shown> = shown.iter().collect();
    // The others first, so that they hide none of those the paper is about.
    ordered.sort_by_key(|each| each.unit.group);
    let place = |each: &Shown| (x.place(each.population), y.place(each.per_hundred));
    for each in &ordered {
        let at = place(each);
        let mut mark = |shape, size, fill, outline| {
            sheet.marks.push(Mark::Point {
                at,
                shape,
                size,
                fill,
                outline,
                label: each.unit.rate.area_name.clone(),
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
        words::percent(own.unit.rate.per_hundred)
    );
    name_point(sheet, place(own), &words, &others, x, y);
}

/// Names a point where its name covers fewest others and stays on the plot.
fn name_point(sheet: &mut Sheet, at: At, name: &str, others: &[At], x: Axis, y: Axis) {
    let text = sheet.size.text();
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
    sheet.marks.push(Mark::Rectangle {
        at: (best.0 - 2.0, best.1 - 0.85 * high),
        width: wide + 4.0,
        height: 1.15 * high,
        fill: Colour::WHITE,
    });
    sheet.text(best, name, Anchor::Start, Weight::Bold, Colour::BLUE);
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
    } else if !centre.has("ordinary") {
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
            words::plural(missing, "authority")
        ));
    }
    notes
}

fn alt_text(facts: &Facts<'_>, centre: &Centre, own: Option<&Unit>, shown: &[Shown<'_>]) -> String {
    let mut alt = format!(
        "Funnel plot of {}: across, pupils with special educational needs; up, the share of them with moderate \
         learning difficulty.",
        words::plural(shown.len(), "local authority")
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
        let described = |each: &Shown| {
            format!(
                "{} ({})",
                words::percent(each.unit.rate.per_hundred),
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
            words::percent(own.rate.per_hundred),
            words::counts_of(own.rate.events, own.rate.population, "pupils")
        );
        if !own.position.is_empty() {
            let _ = write!(
                alt,
                " Allowing for ordinary differences between authorities this is {}.",
                words::position(&own.position)
            );
        }
    }
    if centre.per_hundred.figure().is_some() {
        let _ = write!(alt, " England: {}.", words::percent(centre.per_hundred));
    }
    alt
}

fn table(units: &[Unit]) -> senlens_release::Table {
    data::table(
        NAME,
        vec![
            data::text("area_code", units.iter().map(|unit| unit.rate.area_code.as_str())),
            data::text("area_name", units.iter().map(|unit| unit.rate.area_name.as_str())),
            data::text("group", units.iter().map(|unit| unit.group.as_str())),
            data::counts("events", units.iter().map(|unit| unit.rate.events)),
            data::counts("population", units.iter().map(|unit| unit.rate.population)),
            data::numbers("per_hundred", units.iter().map(|unit| unit.rate.per_hundred)),
            data::text("position", units.iter().map(|unit| unit.position.as_str())),
            data::text(
                "position_998",
                units.iter().map(|unit| unit.position_998.as_str()),
            ),
        ],
    )
}
