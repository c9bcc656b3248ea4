//! Chart `observed_over_expected`: pupils with MLD, SLCN and SEMH against how many are expected, place by place.

use super::axis::{Axis, Kind, clear_labels, ratio_steps};
use super::drawing::{Anchor, Colour, Drawing, Mark, Shape, Stroke};
use super::layout::{ChartLayout, Sample, Size};
use crate::facts::{Benchmark, Facts, Of};
use crate::font::{self, Weight};
use crate::places::{Spot, places, word_for_places};
use crate::wording;
use senlens_model::{GeographicLevel, Need, NeedCut};
use senlens_release::{
    Adjustment, Base, Cell, Comparator, Count, Disclosure, Key, Number, Position, Recipe, Role, Stratum,
    Text, Unit, Word, table,
};
use std::fmt::Write;

const NAME: &str = "observed_over_expected";
/// The needs the question is about: what may be recorded too often, and what in its place.
pub(crate) const NEEDS: [Need; 3] = [Need::Mld, Need::Slcn, Need::Semh];
/// An axis never reaches further than this: a whisker beyond it ends in an arrow.
const WIDEST: f64 = 10.0;

/// How the expected numbers of a page were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Comparison<'a> {
    pub(crate) comparator: Comparator,
    pub(crate) adjustment: &'a Adjustment,
}

/// The comparison places are drawn by: England before others, the fullest adjustment before others.
///
/// None where schools carry no counts by need, or the benchmarks hold no place.
pub(crate) fn comparison<'a>(facts: &Facts<'a>, places: &[Spot]) -> Option<Comparison<'a>> {
    if !facts.about.needs_by_school {
        return None;
    }
    let of = Of::mld(Base::Pupils);
    Comparator::ALL.into_iter().find_map(|comparator| {
        facts.adjustments().into_iter().find_map(|adjustment| {
            let held = places
                .iter()
                .any(|place| facts.benchmark(place.at(), of, comparator, adjustment).is_some());
            held.then_some(Comparison {
                comparator,
                adjustment,
            })
        })
    })
}

/// What is expected, in a sentence.
pub(crate) fn expected_in_words(comparison: &Comparison<'_>, facts: &Facts<'_>) -> String {
    let whose = match comparison.comparator {
        Comparator::England => "England's rates".to_owned(),
        Comparator::Region => format!("the rates of {}", facts.about.region),
        Comparator::Neighbours => "the rates of its statistical neighbours".to_owned(),
        Comparator::OwnAuthority => format!("{}'s own rates", facts.about.authority),
    };
    match comparison.adjustment.strata() {
        [] => format!("{whose} for all pupils together"),
        [Stratum::Phase] => format!("{whose} for the same phases of school"),
        strata => format!("{whose} for pupils of the same {}", wording::strata(strata)),
    }
}

/// A place with its row for each need.
struct Line {
    spot: Spot,
    benchmarks: Vec<Option<Benchmark>>,
}

/// Draws the chart; none when schools carry no needs or nothing may be shown.
pub(crate) fn need_ratios(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let places = places(facts);
    let comparison = comparison(facts, &places)?;
    let lines: Vec<Line> = places
        .iter()
        .map(|spot| Line {
            spot: spot.clone(),
            benchmarks: NEEDS
                .iter()
                .map(|need| {
                    facts.benchmark(
                        spot.at(),
                        Of::need(NeedCut::Of(*need), Base::Pupils),
                        comparison.comparator,
                        comparison.adjustment,
                    )
                })
                .collect(),
        })
        .collect();
    let any_shown = lines
        .iter()
        .flat_map(|line| line.benchmarks.iter().flatten())
        .any(|row| row.ratio.figure().is_some());
    if !any_shown {
        return None;
    }
    let word = word_for_places(facts, &places);
    let expected = expected_in_words(&comparison, facts);
    let mut layout = ChartLayout::new(
        facts,
        size,
        &title(&lines, word),
        &format!("Pupils counted over pupils expected at {expected}. 1 means as many as expected."),
    );
    layout.legend(&legend());
    let axis_ends = axis_ends(&lines);
    match size {
        Size::Wide => {
            let (left, right) = layout.sides();
            let label = 152.0;
            let each = (right - left - label) / NEEDS.len() as f64;
            let top = layout.filled;
            let mut bottom = top;
            for position in 0..NEEDS.len() {
                let from = left + label + each * position as f64;
                let labels = (position == 0).then_some((left, label));
                bottom = bottom.max(panel(
                    &mut layout,
                    &lines,
                    position,
                    (from, from + each),
                    top,
                    labels,
                    axis_ends,
                ));
            }
            layout.filled = bottom;
        }
        Size::Narrow => {
            let (left, right) = layout.sides();
            for position in 0..NEEDS.len() {
                let top = layout.filled;
                let label = 108.0;
                let across = (left + label, right);
                layout.filled = panel(
                    &mut layout,
                    &lines,
                    position,
                    across,
                    top,
                    Some((left, label)),
                    axis_ends,
                ) + 8.0;
            }
        }
    }
    let notes = [
        "Whiskers: 95% limits by chance alone. Shape: position at 95% after allowing for ordinary differences between \
         places, so a whisker may clear 1 and the place still be similar."
            .to_owned(),
    ];
    let alt = alt_text(&lines, word, &expected);
    Some(layout.finish(facts, NAME, &notes, alt, Data::table(&data(&lines, &comparison))))
}

fn legend() -> Vec<(Sample, String)> {
    [Position::Higher, Position::Similar, Position::Lower]
        .map(|position| {
            let position = Cell::Shown(position);
            let (shape, fill) = shape_of(position);
            let sample = Sample::Point {
                shape,
                size: 5.0,
                fill,
                outline: Colour::BLUE,
            };
            (sample, wording::with_capital(wording::position(position)))
        })
        .to_vec()
}

fn shape_of(position: Cell<Position>) -> (Shape, Option<Colour>) {
    match position.figure() {
        Some(Position::Higher) => (Shape::TriangleUp, Some(Colour::BLUE)),
        Some(Position::Lower) => (Shape::TriangleDown, Some(Colour::BLUE)),
        // Similar, or too few to say: hollow.
        Some(Position::Similar | Position::TooFew) | None => (Shape::Circle, Some(Colour::WHITE)),
    }
}

fn axis_ends(lines: &[Line]) -> (f64, f64) {
    let rows = || lines.iter().flat_map(|line| line.benchmarks.iter().flatten());
    let least = rows()
        .filter_map(|row| row.ratio_lower.figure())
        .fold(1.0, f64::min);
    let most = rows()
        .filter_map(|row| row.ratio_upper.figure())
        .fold(1.0, f64::max);
    let lowest = [0.8, 0.67, 0.5, 0.4, 0.33, 0.25, 0.2]
        .into_iter()
        .find(|end| *end <= least)
        .unwrap_or(1.0 / WIDEST);
    let highest = [1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0]
        .into_iter()
        .find(|end| *end >= most)
        .unwrap_or(WIDEST);
    (lowest, highest)
}

/// A need by name and code.
fn heading(need: Need) -> String {
    format!("{} ({need})", wording::need_heading(need))
}

/// Draws one need's panel and gives its lowest pixel.
fn panel(
    layout: &mut ChartLayout,
    lines: &[Line],
    need: usize,
    (from, to): (f64, f64),
    top: f64,
    labels: Option<(f64, f64)>,
    (lowest, highest): (f64, f64),
) -> f64 {
    let text = layout.size.text();
    let row_high = 1.6 * text;
    let counts_wide = 6.9 * text;
    let axis = Axis {
        kind: Kind::Logarithmic,
        lowest,
        highest,
        start: from + 8.0,
        end: to - counts_wide - 10.0,
    };
    let heading_lines = font::wrap(&heading(NEEDS[need]), text, Weight::Bold, to - from - 10.0);
    let deepest = NEEDS
        .iter()
        .map(|code| font::wrap(&heading(*code), text, Weight::Bold, to - from - 10.0).len())
        .max()
        .unwrap_or(1);
    let mut y = top + text;
    for (position, line) in heading_lines.iter().enumerate() {
        let baseline = y + position as f64 * 1.35 * text;
        layout.text(
            (axis.start, baseline),
            line.as_str(),
            Anchor::Start,
            Weight::Bold,
            Colour::INK,
        );
    }
    y += deepest as f64 * 1.35 * text + 4.0;
    layout.text(
        (to - 4.0, y),
        "counted / expected",
        Anchor::End,
        Weight::Regular,
        Colour::QUIET,
    );
    let rows_top = y + 0.6 * text;
    let rows_bottom = rows_top + row_high * lines.len() as f64;
    let steps = ratio_steps(lowest, highest);
    let labels_at: Vec<(f64, f64, f64)> = steps
        .iter()
        .map(|step| {
            (
                *step,
                axis.place(*step),
                font::width(&step.to_string(), text, Weight::Regular),
            )
        })
        .collect();
    let clear = clear_labels(&labels_at, 0.5 * text);
    for (step, is_clear) in steps.into_iter().zip(clear) {
        let x = axis.place(step);
        let stroke = if (step - 1.0).abs() < 1e-9 {
            Stroke::whole(Colour::INK, 1.5)
        } else {
            Stroke::whole(Colour::GRID, 1.0)
        };
        layout.line((x, rows_top), (x, rows_bottom), stroke);
        if is_clear {
            layout.text(
                (x, rows_bottom + 4.0 + text),
                step.to_string(),
                Anchor::Middle,
                Weight::Regular,
                Colour::INK,
            );
        }
    }
    for (position, line) in lines.iter().enumerate() {
        let middle = rows_top + row_high * (position as f64 + 0.5);
        let baseline = middle + 0.35 * text;
        let weight = if line.spot.is_part() {
            Weight::Bold
        } else {
            Weight::Regular
        };
        if line.spot.is_part() && position > 0 {
            let start = labels.map_or(from, |(left, _)| left);
            let above = middle - 0.5 * row_high;
            layout.line((start, above), (to, above), Stroke::whole(Colour::GRID, 1.0));
        }
        if let Some((left, wide)) = labels {
            let indent = if line.spot.is_part() { 0.0 } else { 10.0 };
            let name = font::shorten(&line.spot.name, text, weight, wide - indent - 2.0);
            layout.text(
                (left + indent, baseline),
                name,
                Anchor::Start,
                weight,
                Colour::INK,
            );
        }
        let Some(row) = &line.benchmarks[need] else {
            layout.text(
                (to - 4.0, baseline),
                Cell::<u64>::NotAvailable.symbol().unwrap_or("x"),
                Anchor::End,
                weight,
                Colour::QUIET,
            );
            continue;
        };
        let counts = format!(
            "{} / {}",
            wording::count(row.observed),
            wording::whole(row.expected)
        );
        layout.text((to - 4.0, baseline), counts, Anchor::End, weight, Colour::INK);
        whisker(
            layout,
            row,
            axis,
            middle,
            &format!("{} {}", line.spot.name, NEEDS[need]),
        );
    }
    rows_bottom + 8.0 + text
}

fn whisker(layout: &mut ChartLayout, row: &Benchmark, axis: Axis, y: f64, label: &str) {
    if let (Some(lower), Some(upper)) = (row.ratio_lower.figure(), row.ratio_upper.figure()) {
        let stroke = Stroke::whole(Colour::BLUE, 1.5);
        layout.line((axis.place(lower), y), (axis.place(upper), y), stroke);
        for (limit, out) in [(lower, -1.0), (upper, 1.0)] {
            let x = axis.place(limit);
            if axis.holds(limit) {
                layout.line((x, y - 3.0), (x, y + 3.0), stroke);
            } else {
                let points = vec![(x - out * 5.0, y - 4.0), (x, y), (x - out * 5.0, y + 4.0)];
                layout.marks.push(Mark::Path { points, stroke });
            }
        }
    }
    if let Some(ratio) = row.ratio.figure() {
        let (shape, fill) = shape_of(row.position);
        layout.marks.push(Mark::Point {
            at: (axis.place(ratio), y),
            shape,
            size: 4.5,
            fill,
            outline: Colour::BLUE,
            label: label.to_owned(),
        });
    }
}

fn title(lines: &[Line], word: &str) -> String {
    let has_parts = lines.iter().any(|line| line.spot.is_part());
    let heads: Vec<&Line> = lines
        .iter()
        .filter(|line| !has_parts || line.spot.is_part())
        .collect();
    let high: Vec<&&Line> = heads
        .iter()
        .filter(|line| {
            line.benchmarks[0]
                .as_ref()
                .is_some_and(|row| row.position == Cell::Shown(Position::Higher))
        })
        .collect();
    match &high[..] {
        [] => format!("MLD is not higher than expected in any {word}"),
        [only] => wording::title_of_ten_words(&[
            format!("MLD is higher than expected in {}", only.spot.name),
            format!("MLD is higher than expected in one {word}"),
        ]),
        _ if high.len() == heads.len() => format!("MLD is higher than expected in every {word}"),
        _ => format!(
            "MLD higher than expected in {} of {} {}",
            high.len(),
            heads.len(),
            wording::many(word)
        ),
    }
}

fn alt_text(lines: &[Line], word: &str, expected: &str) -> String {
    let mut alt = format!(
        "Dots with whiskers, one a {word} or district and need: pupils counted over pupils expected at {expected}."
    );
    for (position, need) in NEEDS.iter().enumerate() {
        let heads: Vec<String> = lines
            .iter()
            .filter(|line| line.spot.is_part() || !lines.iter().any(|line| line.spot.is_part()))
            .filter_map(|line| {
                let row = line.benchmarks[position].as_ref()?;
                Some(format!(
                    "{} {} ({} counted, {} expected; {})",
                    line.spot.name,
                    wording::ratio(row.ratio),
                    wording::count(row.observed),
                    wording::whole(row.expected),
                    wording::position(row.position)
                ))
            })
            .collect();
        let _ = write!(alt, " {need}: {}.", heads.join("; "));
    }
    alt
}

/// A place, need and what is counted and expected there.
struct Against<'a> {
    spot: &'a Spot,
    need: Need,
    comparator: Comparator,
    adjustment: &'a Adjustment,
    row: &'a Benchmark,
}

fn data<'a>(lines: &'a [Line], comparison: &Comparison<'a>) -> Vec<Against<'a>> {
    let of_line = |line: &'a Line| {
        NEEDS.into_iter().zip(&line.benchmarks).filter_map(|(need, row)| {
            Some(Against {
                spot: &line.spot,
                need,
                comparator: comparison.comparator,
                adjustment: comparison.adjustment,
                row: row.as_ref()?,
            })
        })
    };
    lines.iter().flat_map(of_line).collect()
}

table! {
    /// The data of the chart `observed_over_expected`: one row a part or district and need.
    pub(crate) Data = "observed_over_expected" from Against<'_>, Disclosure::BehindTheGate;
    geographic_level: Key<GeographicLevel>, Unit::Code, Role::Key,
        "The kind of place, in the Department's words." => |row| row.spot.level;
    area_code: Key<Text>, Unit::Code, Role::Key, "The place." => |row| row.spot.code.as_str();
    area_name: Key<Text>, Unit::Name, Role::Key, "The name of the place." => |row| row.spot.name.as_str();
    primary_need: Key<NeedCut>, Unit::Code, Role::Key, "The primary need counted, by census code."
        => |row| NeedCut::Of(row.need);
    comparator: Key<Comparator>, Unit::Code, Role::Key, "Whom the place is compared with." => |row| row.comparator;
    adjustment: Key<Adjustment>, Unit::Code, Role::Key,
        "Within what like is compared with like: `crude`, or the strata." => |row| row.adjustment;
    observed: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |each| each.row.observed;
    expected: Number, Unit::Pupils, Role::Expected,
        "Pupils who would have it at the rates of the comparator." => |each| each.row.expected;
    ratio: Number, Unit::Ratio, Role::Derived(Recipe::EventsOverExpected),
        "Pupils counted over pupils expected." => |each| each.row.ratio;
    ratio_lower: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of the ratio, by chance alone (Byar)." => |each| each.row.ratio_lower;
    ratio_upper: Number, Unit::Ratio, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of the ratio, by chance alone (Byar)." => |each| each.row.ratio_upper;
    position: Word<Position>, Unit::Code, Role::Position,
        "Where the place stands at 95%, ordinary differences between places allowed for." => |each| each.row.position;
    position_998: Word<Position>, Unit::Code, Role::Position, "The same at 99.8%." => |each| each.row.position_998;
}
