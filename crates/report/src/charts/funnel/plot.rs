//! The drawing: axes, lines and marks.

use super::{Centre, ENGLAND, Group, Shown, stroke_of};
use crate::charts::axis::{Axis, Kind, round_steps};
use crate::charts::drawing::{Anchor, At, Colour, Mark, Shape};
use crate::charts::layout::{ChartLayout, Size};
use crate::facts::FunnelLines;
use crate::font::{self, Weight};
use crate::rounding::{round_half_up, with_commas};
use crate::wording;

pub(super) fn plot(layout: &mut ChartLayout, centre: &Centre, shown: &[Shown<'_>]) {
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
