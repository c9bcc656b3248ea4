//! Chart `false_flags`: how often a school that is exactly at England's share would be flagged as higher, by its size and
//! by the rule that flags: ours beside the lines other packages draw.

use super::axis::{Axis, Kind, round_steps};
use super::drawing::{At, Colour, Drawing, Mark, Stroke};
use super::layout::{ChartLayout, Sample, Size};
use crate::facts::{Facts, FalseFlag};
use crate::font::{self, Weight};
use crate::rounding::round_half_up;
use crate::wording;
use senlens_release::{Cell, Count, Disclosure, FlaggingRule, Key, Number, Recipe, Role, Unit, table};
use std::fmt::Write;

const NAME: &str = "false_flags";
/// The rules drawn, with how each is drawn and called; the table holds the others.
const DRAWN: [(FlaggingRule, Stroke, &str); 4] = [
    (
        FlaggingRule::ExactTail,
        Stroke::whole(Colour::BLUE, 3.0),
        "Exact tail (used here)",
    ),
    (
        FlaggingRule::MidP,
        Stroke::dashed(Colour::TEAL, 2.0, 8.0, 4.0),
        "Mid-P tail",
    ),
    (
        FlaggingRule::NormalLines,
        Stroke::dashed(Colour::ORANGE, 2.0, 3.0, 3.0),
        "Normal lines (PHEindicatormethods)",
    ),
    (
        FlaggingRule::ArcsineLines,
        Stroke::whole(Colour::PLUM, 1.5),
        "Arcsine lines (FunnelPlotR)",
    ),
];
const PROMISED: Stroke = Stroke::dashed(Colour::INK, 1.5, 6.0, 4.0);
/// Sizes marked under the plot.
const MARKED: [u64; 5] = [30, 100, 300, 1000, 3000];

/// Draws the chart; none where the table is not released.
pub(crate) fn false_flags(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let flags = facts.false_flags();
    let ours = flags.iter().find(|each| each.rule == FlaggingRule::ExactTail)?;
    let of_a_thousand = |share: f64| 1000.0 * share;
    let worst = of(&flags, FlaggingRule::NormalLines).fold((0, 0.0), |most: (u64, f64), each| {
        if each.higher > most.1 {
            (each.population, each.higher)
        } else {
            most
        }
    });
    let mut layout = ChartLayout::new(
        facts,
        size,
        "False flags stay within the promise at every size",
        &format!(
            "Of every 1,000 schools whose true MLD share is exactly that of {} ({} of all pupils), how many would be \
             flagged as higher at 99.8%, by size of school.",
            ours.area_name,
            wording::percent(Cell::Shown(ours.per_hundred)),
        ),
    );
    let mut entries: Vec<(Sample, String)> = DRAWN
        .iter()
        .filter(|(rule, ..)| of(&flags, *rule).next().is_some())
        .map(|(_, stroke, called)| (Sample::Line(*stroke), (*called).to_owned()))
        .collect();
    entries.push((
        Sample::Line(PROMISED),
        format!(
            "Promised: {} of 1,000",
            round_half_up(of_a_thousand(ours.nominal), 0)
        ),
    ));
    layout.legend(&entries);
    plot(&mut layout, &flags, of_a_thousand(ours.nominal));
    let mut alt = format!(
        "Lines by size of school: of 1,000 schools exactly at the share of {}, how many are flagged as higher. By the exact \
         tail, used here, never more than {} of 1,000.",
        ours.area_name,
        round_half_up(of_a_thousand(ours.nominal), 0),
    );
    if worst.0 > 0 {
        let _ = write!(
            alt,
            " By normal lines up to {} of 1,000, at {} pupils.",
            round_half_up(of_a_thousand(worst.1), 1),
            worst.0
        );
    }
    let notes = [
        "Exact binomial probabilities, not a simulation. A rule can only reach the promise where a whole number of pupils \
         allows it, so the exact tail often stays below."
            .to_owned(),
    ];
    Some(layout.finish(facts, NAME, &notes, alt, Data::table(&flags)))
}

fn of<'a>(flags: &'a [FalseFlag<'a>], rule: FlaggingRule) -> impl Iterator<Item = &'a FalseFlag<'a>> {
    flags.iter().filter(move |each| each.rule == rule)
}

fn plot(layout: &mut ChartLayout, flags: &[FalseFlag<'_>], promised: f64) {
    let (left, right) = layout.sides();
    let text = layout.size.text();
    let high = match layout.size {
        Size::Wide => 300.0,
        Size::Narrow => 240.0,
    };
    let drawn = || DRAWN.iter().flat_map(|(rule, ..)| of(flags, *rule));
    let most = drawn().map(|each| 1000.0 * each.higher).fold(promised, f64::max);
    let sizes = || drawn().map(|each| each.population as f64);
    let steps = round_steps(most, 5);
    let label = |step: f64| round_half_up(step, usize::from(step.fract() != 0.0));
    let room = steps
        .iter()
        .map(|step| font::width(&label(*step), text, Weight::Regular))
        .fold(0.0, f64::max)
        + 8.0;
    let top = layout.filled + text;
    let bottom = top + high;
    let x = Axis {
        kind: Kind::Logarithmic,
        lowest: sizes().fold(f64::INFINITY, f64::min),
        highest: sizes().fold(1.0, f64::max),
        start: left + room,
        end: right - font::width("3,000", text, Weight::Regular) / 2.0,
    };
    let y = Axis {
        kind: Kind::Linear,
        lowest: 0.0,
        highest: steps[steps.len() - 1],
        start: bottom,
        end: top,
    };
    let mut taken = f64::NEG_INFINITY;
    let mut sizes_marked: Vec<(f64, String)> = Vec::new();
    for mark in MARKED.into_iter().filter(|mark| x.holds(*mark as f64)) {
        let at = x.place(mark as f64);
        let words = wording::count(Cell::Shown(mark));
        let half = font::width(&words, text, Weight::Regular) / 2.0;
        if at - half >= taken + 6.0 {
            taken = at + half;
            sizes_marked.push((mark as f64, words));
        }
    }
    let labelled: Vec<(f64, String)> = steps.iter().map(|step| (*step, label(*step))).collect();
    layout.frame((x, &sizes_marked), (y, &labelled), "Pupils in the school");
    // Ours last, on top.
    for (rule, stroke, _) in DRAWN.iter().rev() {
        let points: Vec<At> = of(flags, *rule)
            .map(|each| (x.place(each.population as f64), y.place(1000.0 * each.higher)))
            .collect();
        if points.len() > 1 {
            layout.marks.push(Mark::Path {
                points,
                stroke: *stroke,
            });
        }
    }
    let at = y.place(promised);
    layout.line((x.start, at), (x.end, at), PROMISED);
}

table! {
    /// The data of the chart `false_flags`: one row a way of flagging and size of school.
    pub(crate) Data = "false_flags" from FalseFlag<'_>, Disclosure::BehindTheGate;
    rule: Key<FlaggingRule>, Unit::Code, Role::Key, "The way of flagging." => |row| row.rule;
    population: Count, Unit::Pupils, Role::Setting, "Pupils of the school." => |row| row.population;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The share that every school is taken to have." => |row| row.per_hundred;
    nominal: Number, Unit::Probability, Role::Setting,
        "The chance of a flag on each side that the way of flagging promises not to pass." => |row| row.nominal;
    higher: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "The chance of being flagged as higher." => |row| row.higher;
    lower: Number, Unit::Probability, Role::Derived(Recipe::NotFromTheRow),
        "The chance of being flagged as lower." => |row| row.lower;
}
