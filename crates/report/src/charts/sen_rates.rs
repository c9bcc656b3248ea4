//! Chart `sen_rate`: pupils with SEN in every hundred, place by place. It stands where schools carry no needs.

use super::axis::{Axis, Kind, round_steps_between};
use super::data;
use super::drawing::{Anchor, Colour, Drawing, Mark, Shape, Stroke};
use super::sheet::{Sample, Sheet, Size};
use crate::facts::{Facts, Of, Rate};
use crate::font::{self, Weight};
use crate::places::{Spot, places, word_for_places};
use crate::rounding::round_half_up;
use crate::words;
use senlens_release::Cell;
use std::fmt::Write;

const NAME: &str = "sen_rate";
const OWN: Stroke = Stroke::whole(Colour::INK, 1.5);
const ENGLAND: Stroke = Stroke::dashed(Colour::INK, 1.5, 6.0, 4.0);

/// Draws the chart; none where no place has a rate a reader may see.
pub(crate) fn sen_rates(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let of = Of::need("Total", "pupils");
    let places = places(facts);
    let lines: Vec<(&Spot, Rate)> = places
        .iter()
        .filter_map(|spot| Some((spot, facts.rate(spot.at(), of)?)))
        .collect();
    let most = lines
        .iter()
        .filter_map(|(_, rate)| rate.upper.figure().or(rate.per_hundred.figure()))
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
    let mut sheet = Sheet::new(
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
            format!("{name} {}", words::percent(*per_hundred)),
        )
    }))
    .collect();
    sheet.legend(&entries);
    draw(&mut sheet, &lines, &references, most);
    let alt = alt_text(&lines, &references);
    Some(sheet.finish(facts, NAME, &[], alt, table(&lines)))
}

fn draw(sheet: &mut Sheet, lines: &[(&Spot, Rate)], references: &[(String, Stroke, Cell<f64>)], most: f64) {
    let (left, right) = sheet.sides();
    let text = sheet.size.text();
    let (label, steps) = match sheet.size {
        Size::Wide => (180.0, 5),
        Size::Narrow => (104.0, 3),
    };
    let row_high = 1.6 * text;
    let counts_wide = 8.6 * text;
    let drawn = || {
        let own = lines.iter().flat_map(|(_, rate)| [rate.lower, rate.per_hundred]);
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
    let heading = sheet.filled + text;
    sheet.text(
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
        sheet.line((x, top), (x, bottom), Stroke::whole(Colour::GRID, 1.0));
        let decimals = usize::from(step.fract() != 0.0);
        let words = format!("{}%", round_half_up(*step, decimals));
        sheet.text(
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
            sheet.line((x, top), (x, bottom), *stroke);
        }
    }
    for (position, (spot, rate)) in lines.iter().enumerate() {
        let middle = top + row_high * (position as f64 + 0.5);
        let baseline = middle + 0.35 * text;
        let weight = if spot.is_part() {
            Weight::Bold
        } else {
            Weight::Regular
        };
        if spot.is_part() && position > 0 {
            let above = middle - 0.5 * row_high;
            sheet.line((left, above), (right, above), Stroke::whole(Colour::GRID, 1.0));
        }
        let indent = if spot.is_part() { 0.0 } else { 10.0 };
        let name = font::shorten(&spot.name, text, weight, label - indent);
        sheet.text(
            (left + indent, baseline),
            name,
            Anchor::Start,
            weight,
            Colour::INK,
        );
        let counts = format!(
            "{} / {}",
            words::count(rate.events),
            words::count(rate.population)
        );
        sheet.text((right, baseline), counts, Anchor::End, weight, Colour::INK);
        if let (Some(lower), Some(upper)) = (rate.lower.figure(), rate.upper.figure()) {
            let stroke = Stroke::whole(Colour::BLUE, 1.5);
            sheet.line((axis.place(lower), middle), (axis.place(upper), middle), stroke);
            for limit in [lower, upper] {
                let x = axis.place(limit);
                sheet.line((x, middle - 3.0), (x, middle + 3.0), stroke);
            }
        }
        if let Some(per_hundred) = rate.per_hundred.figure() {
            sheet.marks.push(Mark::Point {
                at: (axis.place(per_hundred), middle),
                shape: Shape::Circle,
                size: 4.0,
                fill: Some(Colour::BLUE),
                outline: Colour::BLUE,
                label: spot.name.clone(),
            });
        }
    }
    sheet.filled = bottom + 8.0 + text;
}

fn title(lines: &[(&Spot, Rate)], word: &str) -> String {
    let has_parts = lines.iter().any(|(spot, _)| spot.is_part());
    let heads: Vec<(&Spot, f64)> = lines
        .iter()
        .filter(|(spot, _)| !has_parts || spot.is_part())
        .filter_map(|(spot, rate)| Some((*spot, rate.per_hundred.figure()?)))
        .collect();
    let ends = heads
        .iter()
        .min_by(|(_, a), (_, b)| a.total_cmp(b))
        .zip(heads.iter().max_by(|(_, a), (_, b)| a.total_cmp(b)));
    match ends {
        Some((least, most)) if heads.len() > 1 => words::title_of_ten_words(&[
            format!("SEN is most common in {}, least in {}", most.0.name, least.0.name),
            format!(
                "SEN rates run from {} to {} by {word}",
                words::percent(Cell::Shown(least.1)),
                words::percent(Cell::Shown(most.1))
            ),
        ]),
        _ => format!("SEN rate by {word}"),
    }
}

fn alt_text(lines: &[(&Spot, Rate)], references: &[(String, Stroke, Cell<f64>)]) -> String {
    let described = |(spot, rate): &(&Spot, Rate)| {
        format!(
            "{} {} ({} of {})",
            spot.name,
            words::percent(rate.per_hundred),
            words::count(rate.events),
            words::count(rate.population)
        )
    };
    let places: Vec<String> = lines.iter().map(described).collect();
    let mut alt = format!(
        "Dots with whiskers: pupils with special educational needs in every hundred on roll. {}.",
        places.join("; ")
    );
    for (name, _, per_hundred) in references {
        let _ = write!(alt, " {name}: {}.", words::percent(*per_hundred));
    }
    alt
}

fn table(lines: &[(&Spot, Rate)]) -> senlens_release::Table {
    data::table(
        NAME,
        vec![
            data::text("geographic_level", lines.iter().map(|(spot, _)| spot.level)),
            data::text("area_code", lines.iter().map(|(spot, _)| spot.code.as_str())),
            data::text("area_name", lines.iter().map(|(spot, _)| spot.name.as_str())),
            data::counts("events", lines.iter().map(|(_, rate)| rate.events)),
            data::counts("population", lines.iter().map(|(_, rate)| rate.population)),
            data::numbers("per_hundred", lines.iter().map(|(_, rate)| rate.per_hundred)),
            data::numbers("lower", lines.iter().map(|(_, rate)| rate.lower)),
            data::numbers("upper", lines.iter().map(|(_, rate)| rate.upper)),
        ],
    )
}
