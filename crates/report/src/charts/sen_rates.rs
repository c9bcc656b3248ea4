//! Chart `sen_rate`: pupils with SEN in every hundred, place by place. It stands where schools carry no needs.

use super::axis::{Axis, Kind, round_steps_between};
use super::drawing::{Anchor, Colour, Drawing, Mark, Shape, Stroke};
use super::layout::{ChartLayout, Sample, Size};
use crate::facts::{Facts, Of, Rate};
use crate::font::{self, Weight};
use crate::places::{Spot, places, word_for_places};
use crate::rounding::round_half_up;
use crate::wording;
use senlens_model::GeographicLevel;
use senlens_release::{Cell, Count, Disclosure, Key, Number, Recipe, Role, Text, Unit, table};
use std::fmt::Write;

const NAME: &str = "sen_rate";
const OWN: Stroke = Stroke::whole(Colour::INK, 1.5);
const ENGLAND: Stroke = Stroke::dashed(Colour::INK, 1.5, 6.0, 4.0);

/// A place and its rate.
struct Line<'a> {
    spot: &'a Spot,
    rate: Rate<'a>,
}

/// Draws the chart; none where no place has a rate a reader may see.
pub(crate) fn sen_rates(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let of = Of::any_need();
    let places = places(facts);
    let lines: Vec<Line<'_>> = places
        .iter()
        .filter_map(|spot| {
            let rate = facts.rate(spot.at(), of)?;
            Some(Line { spot, rate })
        })
        .collect();
    let most = lines
        .iter()
        .filter_map(|line| line.rate.upper.figure().or(line.rate.per_hundred.figure()))
        .fold(f64::NAN, f64::max);
    if most.is_nan() {
        return None;
    }
    let references: Vec<(String, Stroke, Cell<f64>)> = [
        (facts.about.authority.as_str(), OWN, facts.rate(facts.own(), of)),
        ("England", ENGLAND, facts.rate(facts.england(), of)),
    ]
    .into_iter()
    .filter_map(|(name, stroke, rate)| Some((name.to_owned(), stroke, rate?.per_hundred)))
    .filter(|(.., per_hundred)| per_hundred.figure().is_some())
    .collect();
    let word = word_for_places(facts, &places);
    let mut layout = ChartLayout::new(
        facts,
        size,
        &title(&lines, word),
        "Of every hundred pupils on roll, how many have special educational needs (SEN support or a plan).",
    );
    let entries: Vec<(Sample, String)> = std::iter::once((
        Sample::Point {
            shape: Shape::Circle,
            size: 4.5,
            fill: Some(Colour::BLUE),
            outline: Colour::BLUE,
        },
        "Rate, with 95% limits".to_owned(),
    ))
    .chain(references.iter().map(|(name, stroke, per_hundred)| {
        (
            Sample::Line(*stroke),
            format!("{name} {}", wording::percent(*per_hundred)),
        )
    }))
    .collect();
    layout.legend(&entries);
    draw(&mut layout, &lines, &references, most);
    let alt = alt_text(&lines, &references);
    Some(layout.finish(facts, NAME, &[], alt, Data::table(&lines)))
}

fn draw(layout: &mut ChartLayout, lines: &[Line<'_>], references: &[(String, Stroke, Cell<f64>)], most: f64) {
    let (left, right) = layout.sides();
    let text = layout.size.text();
    let (label, steps) = match layout.size {
        Size::Wide => (180.0, 5),
        Size::Narrow => (104.0, 3),
    };
    let row_high = 1.6 * text;
    let counts_wide = 8.6 * text;
    let drawn = || {
        let own = lines
            .iter()
            .flat_map(|line| [line.rate.lower, line.rate.per_hundred]);
        own.chain(references.iter().map(|(.., cell)| *cell))
            .filter_map(Cell::figure)
    };
    let most = drawn().fold(most, f64::max);
    let least = drawn().fold(most, f64::min);
    let steps = round_steps_between(least, most, steps);
    let axis = Axis {
        kind: Kind::Linear,
        lowest: steps[0],
        highest: steps[steps.len() - 1],
        start: left + label + 8.0,
        end: right - counts_wide - 14.0,
    };
    let heading = layout.filled + text;
    layout.text(
        (right, heading),
        "with SEN / on roll",
        Anchor::End,
        Weight::Regular,
        Colour::QUIET,
    );
    let top = heading + 0.6 * text;
    let bottom = top + row_high * lines.len() as f64;
    for step in &steps {
        let x = axis.place(*step);
        layout.line((x, top), (x, bottom), Stroke::whole(Colour::GRID, 1.0));
        let decimals = usize::from(step.fract() != 0.0);
        let words = format!("{}%", round_half_up(*step, decimals));
        layout.text(
            (x, bottom + 4.0 + text),
            words,
            Anchor::Middle,
            Weight::Regular,
            Colour::INK,
        );
    }
    for (_, stroke, cell) in references {
        if let Some(per_hundred) = cell.figure() {
            let x = axis.place(per_hundred);
            layout.line((x, top), (x, bottom), *stroke);
        }
    }
    for (position, Line { spot, rate }) in lines.iter().enumerate() {
        let middle = top + row_high * (position as f64 + 0.5);
        let baseline = middle + 0.35 * text;
        let weight = if spot.is_part() {
            Weight::Bold
        } else {
            Weight::Regular
        };
        if spot.is_part() && position > 0 {
            let above = middle - 0.5 * row_high;
            layout.line((left, above), (right, above), Stroke::whole(Colour::GRID, 1.0));
        }
        let indent = if spot.is_part() { 0.0 } else { 10.0 };
        let name = font::shorten(&spot.name, text, weight, label - indent);
        layout.text(
            (left + indent, baseline),
            name,
            Anchor::Start,
            weight,
            Colour::INK,
        );
        let counts = format!(
            "{} / {}",
            wording::count(rate.events),
            wording::count(rate.population)
        );
        layout.text((right, baseline), counts, Anchor::End, weight, Colour::INK);
        if let (Some(lower), Some(upper)) = (rate.lower.figure(), rate.upper.figure()) {
            let stroke = Stroke::whole(Colour::BLUE, 1.5);
            layout.line((axis.place(lower), middle), (axis.place(upper), middle), stroke);
            for limit in [lower, upper] {
                let x = axis.place(limit);
                layout.line((x, middle - 3.0), (x, middle + 3.0), stroke);
            }
        }
        if let Some(per_hundred) = rate.per_hundred.figure() {
            layout.marks.push(Mark::Point {
                at: (axis.place(per_hundred), middle),
                shape: Shape::Circle,
                size: 4.0,
                fill: Some(Colour::BLUE),
                outline: Colour::BLUE,
                label: spot.name.clone(),
            });
        }
    }
    layout.filled = bottom + 8.0 + text;
}

fn title(lines: &[Line<'_>], word: &str) -> String {
    let has_parts = lines.iter().any(|line| line.spot.is_part());
    let heads: Vec<(&Spot, f64)> = lines
        .iter()
        .filter(|line| !has_parts || line.spot.is_part())
        .filter_map(|line| Some((line.spot, line.rate.per_hundred.figure()?)))
        .collect();
    let ends = heads
        .iter()
        .min_by(|(_, a), (_, b)| a.total_cmp(b))
        .zip(heads.iter().max_by(|(_, a), (_, b)| a.total_cmp(b)));
    match ends {
        Some((least, most)) if heads.len() > 1 => wording::title_of_ten_words(&[
            format!("SEN is most common in {}, least in {}", most.0.name, least.0.name),
            format!(
                "SEN rates run from {} to {} by {word}",
                wording::percent(Cell::Shown(least.1)),
                wording::percent(Cell::Shown(most.1))
            ),
        ]),
        _ => format!("SEN rate by {word}"),
    }
}

fn alt_text(lines: &[Line<'_>], references: &[(String, Stroke, Cell<f64>)]) -> String {
    let described = |Line { spot, rate }: &Line<'_>| {
        format!(
            "{} {} ({} of {})",
            spot.name,
            wording::percent(rate.per_hundred),
            wording::count(rate.events),
            wording::count(rate.population)
        )
    };
    let places: Vec<String> = lines.iter().map(described).collect();
    let mut alt = format!(
        "Dots with whiskers: pupils with special educational needs in every hundred on roll. {}.",
        places.join("; ")
    );
    for (name, _, per_hundred) in references {
        let _ = write!(alt, " {name}: {}.", wording::percent(*per_hundred));
    }
    alt
}

table! {
    /// The data of the chart `sen_rate`: one row a part or district.
    pub(crate) Data = "sen_rate" from Line<'_>, Disclosure::BehindTheGate;
    geographic_level: Key<GeographicLevel>, Unit::Code, Role::Key,
        "The kind of place, in the Department's words." => |row| row.spot.level;
    area_code: Key<Text>, Unit::Code, Role::Key, "The place." => |row| row.spot.code.as_str();
    area_name: Key<Text>, Unit::Name, Role::Key, "The name of the place." => |row| row.spot.name.as_str();
    events: Count, Unit::Pupils, Role::Events, "Pupils with SEN." => |row| row.rate.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils on roll." => |row| row.rate.population;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::EventsPerHundred),
        "The share." => |row| row.rate.per_hundred;
    lower: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of the share." => |row| row.rate.lower;
    upper: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of the share." => |row| row.rate.upper;
}
