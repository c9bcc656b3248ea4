//! Chart `sensitivity`: the probability of masking under every variation, the likeliest place in front of the others.

use super::axis::{Axis, Kind};
use super::data;
use super::drawing::{Anchor, Colour, Drawing, Mark, Shape, Stroke};
use super::sheet::{Sample, Sheet, Size};
use crate::facts::{Facts, Varied};
use crate::font::{self, Weight};
use crate::words;
use std::fmt::Write;

const NAME: &str = "sensitivity";
/// Steps of the axis of probabilities.
const STEPS: [f64; 5] = [0.0, 25.0, 50.0, 75.0, 100.0];

/// The place the chart is about: the likeliest as judged.
pub(crate) fn focus<'a>(facts: &'a Facts<'_>) -> Option<&'a Varied> {
    facts
        .sensitivity()
        .iter()
        .filter(|row| row.variation == "as_judged" && row.probability.figure().is_some())
        .max_by(|one, other| {
            let figure = |row: &Varied| row.probability.figure().unwrap_or(0.0);
            figure(one).total_cmp(&figure(other))
        })
}

/// The rows of one place, in the table's order.
pub(crate) fn rows_of<'a>(facts: &'a Facts<'_>, place: &Varied) -> Vec<&'a Varied> {
    facts
        .sensitivity()
        .iter()
        .filter(|row| row.geographic_level == place.geographic_level && row.area_code == place.area_code)
        .collect()
}

/// Draws the chart; none where no verdict was varied.
pub(crate) fn sensitivity(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let place = focus(facts)?;
    let rows = rows_of(facts, place);
    let mut sheet = Sheet::new(
        facts,
        size,
        &title(place, &rows),
        "Probability of masking in every hundred, as what the verdict rests on is varied one thing at a time.",
    );
    let level = |level: &str| {
        let (shape, colour) = mark_of(level);
        Sample::Point {
            shape,
            size: 5.0,
            fill: Some(colour),
            outline: colour,
        }
    };
    let mut entries: Vec<(Sample, String)> = ["red", "amber", "none"]
        .into_iter()
        .filter(|name| rows.iter().any(|row| row.level == *name))
        .map(|name| {
            let words = if name == "none" { "no flag" } else { name };
            (level(name), format!("{}: {words}", place.area_name))
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
    sheet.legend(&entries);
    draw(&mut sheet, facts, place, &rows);
    Some(sheet.finish(facts, NAME, &[], alt_text(facts, place, &rows), table(facts)))
}

/// A shape and a colour for each level, so that neither tells it alone.
fn mark_of(level: &str) -> (Shape, Colour) {
    match level {
        "red" => (Shape::Square, Colour::PLUM),
        "amber" => (Shape::Diamond, Colour::ORANGE),
        _ => (Shape::Circle, Colour::BLUE),
    }
}

fn draw(sheet: &mut Sheet, facts: &Facts<'_>, place: &Varied, rows: &[&Varied]) {
    let (left, right) = sheet.sides();
    let text = sheet.size.text();
    // On a phone a row's words stand above its marks.
    let (label, high, above) = match sheet.size {
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
    let heading = sheet.filled + text;
    sheet.text(
        (right, heading),
        place.area_name.clone(),
        Anchor::End,
        Weight::Regular,
        Colour::QUIET,
    );
    let top = heading + 0.6 * text;
    let bottom = top + high * rows.len() as f64;
    for step in STEPS {
        let x = axis.place(step);
        sheet.line((x, top), (x, bottom), Stroke::whole(Colour::GRID, 1.0));
        sheet.text(
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
        let words = words::variation(&row.variation);
        let (at, wide) = match sheet.size {
            Size::Wide => ((left, baseline), label),
            Size::Narrow => ((left, start + text), right - left),
        };
        let words = font::shorten(words, text, weight, wide);
        sheet.text(at, words, Anchor::Start, weight, Colour::INK);
        sheet.text(
            (right, baseline),
            words::probability(row.probability),
            Anchor::End,
            weight,
            Colour::INK,
        );
        let others = facts.sensitivity().iter().filter(|other| {
            other.variation == row.variation
                && (&other.geographic_level, &other.area_code) != (&place.geographic_level, &place.area_code)
        });
        for other in others {
            if let Some(probability) = other.probability.figure() {
                sheet.marks.push(Mark::Point {
                    at: (axis.place(100.0 * probability), middle),
                    shape: Shape::Circle,
                    size: 3.5,
                    fill: None,
                    outline: Colour::GREY,
                    label: other.area_name.clone(),
                });
            }
        }
        if let Some(probability) = row.probability.figure() {
            let (shape, colour) = mark_of(&row.level);
            sheet.marks.push(Mark::Point {
                at: (axis.place(100.0 * probability), middle),
                shape,
                size: 5.0,
                fill: Some(colour),
                outline: colour,
                label: row.area_name.clone(),
            });
        }
    }
    sheet.filled = bottom + 8.0 + text;
}

fn title(place: &Varied, rows: &[&Varied]) -> String {
    let same = rows.iter().filter(|row| row.level == place.level).count();
    let level = if place.level == "none" {
        "without a flag"
    } else {
        &place.level
    };
    let name = &place.area_name;
    if same == rows.len() {
        words::title_of_ten_words(&[
            format!("{name} stays {level} whatever is varied"),
            format!("The verdict stays {level} whatever is varied"),
        ])
    } else {
        let varied = rows.len() - 1;
        words::title_of_ten_words(&[
            format!("{name} stays {level} under {} of {varied} variations", same - 1),
            format!(
                "The verdict stays {level} under {} of {varied} variations",
                same - 1
            ),
        ])
    }
}

fn alt_text(facts: &Facts<'_>, place: &Varied, rows: &[&Varied]) -> String {
    let told: Vec<String> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} ({})",
                words::variation(&row.variation),
                words::probability(row.probability),
                row.level
            )
        })
        .collect();
    let mut alt = format!(
        "Marks on a line from 0 to 100%: probability of masking in {}. {}.",
        place.area_name,
        told.join("; ")
    );
    let highest_of_others = facts
        .sensitivity()
        .iter()
        .filter(|row| (&row.geographic_level, &row.area_code) != (&place.geographic_level, &place.area_code))
        .filter(|row| row.probability.figure().is_some())
        .max_by(|one, other| {
            let figure = |row: &Varied| row.probability.figure().unwrap_or(0.0);
            figure(one).total_cmp(&figure(other))
        });
    if let Some(row) = highest_of_others {
        let _ = write!(
            alt,
            " Of the other places the highest is {}: {} ({}).",
            row.area_name,
            words::probability(row.probability),
            words::variation(&row.variation)
        );
    }
    alt
}

fn table(facts: &Facts<'_>) -> senlens_release::Table {
    let rows = facts.sensitivity();
    data::table(
        NAME,
        vec![
            data::text(
                "geographic_level",
                rows.iter().map(|row| row.geographic_level.as_str()),
            ),
            data::text("area_code", rows.iter().map(|row| row.area_code.as_str())),
            data::text("area_name", rows.iter().map(|row| row.area_name.as_str())),
            data::text("variation", rows.iter().map(|row| row.variation.as_str())),
            data::text("level", rows.iter().map(|row| row.level.as_str())),
            data::numbers("probability", rows.iter().map(|row| row.probability)),
            data::numbers("displaced_pupils", rows.iter().map(|row| row.displaced)),
        ],
    )
}
