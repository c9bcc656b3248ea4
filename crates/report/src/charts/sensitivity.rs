//! Chart `sensitivity`: the probability of masking under every variation, the likeliest place in front of the others.

use super::axis::{Axis, Kind};
use super::drawing::{Anchor, Colour, Drawing, Mark, Shape, Stroke};
use super::layout::{ChartLayout, Sample, Size};
use crate::facts::{Facts, Varied};
use crate::font::{self, Weight};
use crate::wording;
use senlens_model::GeographicLevel;
use senlens_release::{Cell, Disclosure, Key, Level, Number, Role, Text, Unit, Variation, Word, table};
use std::fmt::Write;

const NAME: &str = "sensitivity";
/// Steps of the axis of probabilities.
const STEPS: [f64; 5] = [0.0, 25.0, 50.0, 75.0, 100.0];

/// The place the chart is about: the likeliest as judged.
pub(crate) fn focus<'a>(facts: &'a Facts<'_>) -> Option<&'a Varied<'a>> {
    facts
        .sensitivity()
        .iter()
        .filter(|row| row.variation == Variation::AsJudged && row.probability.figure().is_some())
        .max_by(|one, other| {
            let figure = |row: &Varied<'_>| row.probability.figure().unwrap_or(0.0);
            figure(one).total_cmp(&figure(other))
        })
}

/// The rows of one place, in the table's order.
pub(crate) fn rows_of<'a>(facts: &'a Facts<'_>, place: &Varied<'_>) -> Vec<&'a Varied<'a>> {
    facts
        .sensitivity()
        .iter()
        .filter(|row| row.is_of_the_place_of(place))
        .collect()
}

/// Draws the chart; none where no verdict was varied.
pub(crate) fn sensitivity(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let place = focus(facts)?;
    let rows = rows_of(facts, place);
    let mut layout = ChartLayout::new(
        facts,
        size,
        &title(place, &rows),
        "Probability of masking in every hundred, as what the verdict rests on is varied one thing at a time.",
    );
    let level = |level: Level| {
        let (shape, colour) = mark_of(Cell::Shown(level));
        Sample::Point {
            shape,
            size: 5.0,
            fill: Some(colour),
            outline: colour,
        }
    };
    let mut entries: Vec<(Sample, String)> = [Level::Red, Level::Amber, Level::None]
        .into_iter()
        .filter(|each| rows.iter().any(|row| row.level == Cell::Shown(*each)))
        .map(|each| {
            let words = if each == Level::None {
                "no flag"
            } else {
                each.as_str()
            };
            (level(each), format!("{}: {words}", place.key.name))
        })
        .collect();
    if facts.sensitivity().len() > rows.len() {
        entries.push((
            Sample::Point {
                shape: Shape::Circle,
                size: 3.5,
                fill: None,
                outline: Colour::GREY,
            },
            "Other places".to_owned(),
        ));
    }
    layout.legend(&entries);
    draw(&mut layout, facts, place, &rows);
    Some(layout.finish(
        facts,
        NAME,
        &[],
        alt_text(facts, place, &rows),
        Data::table(facts.sensitivity()),
    ))
}

/// A shape and a colour for each level, so that neither tells it alone.
fn mark_of(level: Cell<Level>) -> (Shape, Colour) {
    match level.figure() {
        Some(Level::Red) => (Shape::Square, Colour::PLUM),
        Some(Level::Amber) => (Shape::Diamond, Colour::ORANGE),
        Some(Level::None | Level::TooFew | Level::NotApplicable) | None => (Shape::Circle, Colour::BLUE),
    }
}

fn draw(layout: &mut ChartLayout, facts: &Facts<'_>, place: &Varied<'_>, rows: &[&Varied<'_>]) {
    let (left, right) = layout.sides();
    let text = layout.size.text();
    // On a phone a row's words stand above its marks.
    let (label, high, above) = match layout.size {
        Size::Wide => (270.0, 1.6 * text, 0.0),
        Size::Narrow => (0.0, 2.7 * text, 1.2 * text),
    };
    let axis = Axis {
        kind: Kind::Linear,
        lowest: STEPS[0],
        highest: STEPS[STEPS.len() - 1],
        start: left + label + 10.0,
        end: right - 6.0 * text,
    };
    let heading = layout.filled + text;
    layout.text(
        (right, heading),
        place.key.name,
        Anchor::End,
        Weight::Regular,
        Colour::QUIET,
    );
    let top = heading + 0.6 * text;
    let bottom = top + high * rows.len() as f64;
    for step in STEPS {
        let x = axis.place(step);
        layout.line((x, top), (x, bottom), Stroke::whole(Colour::GRID, 1.0));
        layout.text(
            (x, bottom + 4.0 + text),
            format!("{step:.0}%"),
            Anchor::Middle,
            Weight::Regular,
            Colour::INK,
        );
    }
    for (position, row) in rows.iter().enumerate() {
        let start = top + high * position as f64;
        let middle = start + above + 0.5 * (high - above);
        let baseline = middle + 0.35 * text;
        let weight = if position == 0 {
            Weight::Bold
        } else {
            Weight::Regular
        };
        let words = wording::variation(row.variation);
        let (at, wide) = match layout.size {
            Size::Wide => ((left, baseline), label),
            Size::Narrow => ((left, start + text), right - left),
        };
        let words = font::shorten(words, text, weight, wide);
        layout.text(at, words, Anchor::Start, weight, Colour::INK);
        layout.text(
            (right, baseline),
            wording::probability(row.probability),
            Anchor::End,
            weight,
            Colour::INK,
        );
        let others = facts
            .sensitivity()
            .iter()
            .filter(|other| other.variation == row.variation && !other.is_of_the_place_of(place));
        for other in others {
            if let Some(probability) = other.probability.figure() {
                layout.marks.push(Mark::Point {
                    at: (axis.place(100.0 * probability), middle),
                    shape: Shape::Circle,
                    size: 3.5,
                    fill: None,
                    outline: Colour::GREY,
                    label: other.key.name.to_owned(),
                });
            }
        }
        if let Some(probability) = row.probability.figure() {
            let (shape, colour) = mark_of(row.level);
            layout.marks.push(Mark::Point {
                at: (axis.place(100.0 * probability), middle),
                shape,
                size: 5.0,
                fill: Some(colour),
                outline: colour,
                label: row.key.name.to_owned(),
            });
        }
    }
    layout.filled = bottom + 8.0 + text;
}

fn title(place: &Varied<'_>, rows: &[&Varied<'_>]) -> String {
    let same = rows.iter().filter(|row| row.level == place.level).count();
    let level = match place.level {
        Cell::Shown(Level::None) => "without a flag",
        other => wording::level(other),
    };
    let name = place.key.name;
    if same == rows.len() {
        wording::title_of_ten_words(&[
            format!("{name} stays {level} whatever is varied"),
            format!("The verdict stays {level} whatever is varied"),
        ])
    } else {
        let varied = rows.len() - 1;
        wording::title_of_ten_words(&[
            format!("{name} stays {level} under {} of {varied} variations", same - 1),
            format!(
                "The verdict stays {level} under {} of {varied} variations",
                same - 1
            ),
        ])
    }
}

fn alt_text(facts: &Facts<'_>, place: &Varied<'_>, rows: &[&Varied<'_>]) -> String {
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} ({})",
                wording::variation(row.variation),
                wording::probability(row.probability),
                wording::level(row.level)
            )
        })
        .collect();
    let mut alt = format!(
        "Marks on a line from 0 to 100%: probability of masking in {}. {}.",
        place.key.name,
        told.join("; ")
    );
    let highest_of_others = facts
        .sensitivity()
        .iter()
        .filter(|row| !row.is_of_the_place_of(place))
        .filter(|row| row.probability.figure().is_some())
        .max_by(|one, other| {
            let figure = |row: &Varied<'_>| row.probability.figure().unwrap_or(0.0);
            figure(one).total_cmp(&figure(other))
        });
    if let Some(row) = highest_of_others {
        let _ = write!(
            alt,
            " Of the other places the highest is {}: {} ({}).",
            row.key.name,
            wording::probability(row.probability),
            wording::variation(row.variation)
        );
    }
    alt
}

table! {
    /// The data of the chart `sensitivity`: one row a part or authority and variation.
    pub(crate) Data = "sensitivity" from Varied<'_>, Disclosure::BehindTheGate;
    geographic_level: Key<GeographicLevel>, Unit::Code, Role::Key,
        "The kind of place, in the Department's words." => |row| row.key.level;
    area_code: Key<Text>, Unit::Code, Role::Key, "The place." => |row| row.key.code;
    area_name: Key<Text>, Unit::Name, Role::Key, "The name of the place." => |row| row.key.name;
    variation: Key<Variation>, Unit::Code, Role::Key, "What is varied." => |row| row.variation;
    level: Word<Level>, Unit::Code, Role::Verdict, "The level that follows." => |row| row.level;
    probability: Number, Unit::Probability, Role::Model,
        "The probability of masking that follows." => |row| row.probability;
    displaced_pupils: Number, Unit::Pupils, Role::Model, "Pupils displaced." => |row| row.displaced;
}
