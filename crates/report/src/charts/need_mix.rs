//! Chart `need_mix`: each need's share of pupils with SEN in the authority, against its region and England.

use super::axis::{Axis, Kind, round_steps};
use super::drawing::{Anchor, Colour, Drawing, Mark, Shape, Stroke};
use super::layout::{ChartLayout, Sample, Size};
use crate::facts::{At, Facts, Of, Rate};
use crate::font::{self, Weight};
use crate::rounding::round_half_up;
use crate::wording;
use senlens_model::{Need, NeedCut};
use senlens_release::{Base, Cell, Count, Disclosure, Key, Number, Recipe, Role, Text, Unit, table};
use std::fmt::Write;

const NAME: &str = "need_mix";

/// Needs that are no type of need stand last, whatever their share.
fn names_a_type(need: Need) -> bool {
    need.is_type() && need != Need::Oth
}

/// A need's share in the authority, the region and England.
pub(crate) struct Mix<'a> {
    pub(crate) need: Need,
    pub(crate) own: Rate<'a>,
    pub(crate) region: Option<Rate<'a>>,
    pub(crate) england: Option<Rate<'a>>,
}

/// The rate that a column sets beside the authority's.
type Compared = for<'m, 'a> fn(&'m Mix<'a>) -> Option<&'m Rate<'a>>;

/// The mix of needs, the most common in the authority first.
pub(crate) fn mixes<'a>(facts: &Facts<'a>) -> Vec<Mix<'a>> {
    let rate = |at: At<'_>, need| facts.rate(at, Of::need(NeedCut::Of(need), Base::Sen));
    let mut mixes: Vec<Mix<'a>> = Need::ALL
        .into_iter()
        .filter_map(|need| {
            Some(Mix {
                need,
                own: rate(facts.own(), need)?,
                region: rate(facts.region(), need),
                england: rate(facts.england(), need),
            })
        })
        .filter(|mix| {
            // A code of another era, which no pupil has.
            let pupils = [Some(&mix.own), mix.region.as_ref(), mix.england.as_ref()];
            pupils
                .into_iter()
                .flatten()
                .any(|rate| rate.events != Cell::Shown(0))
        })
        .collect();
    let share = |mix: &Mix<'_>| mix.own.per_hundred.figure().unwrap_or(0.0);
    mixes.sort_by(|a, b| {
        names_a_type(b.need)
            .cmp(&names_a_type(a.need))
            .then(share(b).total_cmp(&share(a)))
    });
    mixes
}

/// Draws the chart; none where the authority has no share a reader may see.
pub(crate) fn need_mix(facts: &Facts<'_>, size: Size) -> Option<Drawing> {
    let mixes = mixes(facts);
    let shares = |mix: &Mix<'_>| {
        [Some(&mix.own), mix.region.as_ref(), mix.england.as_ref()]
            .map(|rate| rate.and_then(|rate| rate.per_hundred.figure()))
    };
    if !mixes.iter().any(|mix| mix.own.per_hundred.figure().is_some()) {
        return None;
    }
    let most = mixes.iter().flat_map(shares).flatten().fold(1.0, f64::max);
    let mut layout = ChartLayout::new(
        facts,
        size,
        &title(facts, &mixes),
        "Of every hundred pupils with special educational needs, how many have each main need. Pupils of the authority \
         are counted beside each bar.",
    );
    let mut entries = vec![(Sample::Bar(Colour::BLUE), facts.about.authority.clone())];
    if mixes.iter().any(|mix| mix.region.is_some()) {
        entries.push((region_mark(), facts.about.region.clone()));
    }
    if mixes.iter().any(|mix| mix.england.is_some()) {
        entries.push((england_mark(), "England".to_owned()));
    }
    layout.legend(&entries);
    match size {
        Size::Wide => wide(&mut layout, &mixes, most),
        Size::Narrow => narrow(&mut layout, &mixes, most),
    }
    let alt = alt_text(facts, &mixes);
    Some(layout.finish(facts, NAME, &[], alt, Data::table(&data(facts, &mixes))))
}

fn region_mark() -> Sample {
    Sample::Point {
        shape: Shape::Diamond,
        size: 6.0,
        fill: Some(Colour::ORANGE),
        outline: Colour::INK,
    }
}

fn england_mark() -> Sample {
    Sample::Point {
        shape: Shape::Circle,
        size: 5.0,
        fill: Some(Colour::WHITE),
        outline: Colour::INK,
    }
}

/// Figures in columns beside the bars, each under the mark the legend names it by.
fn wide(layout: &mut ChartLayout, mixes: &[Mix<'_>], most: f64) {
    let (left, right) = layout.sides();
    let text = layout.size.text();
    let row_high = 1.9 * text;
    let label = 312.0;
    let column = 60.0;
    // The authority's column, and one for each it is set against.
    let has_region = mixes.iter().any(|mix| mix.region.is_some());
    let has_england = mixes.iter().any(|mix| mix.england.is_some());
    let own = right - column * f64::from(u8::from(has_region) + u8::from(has_england));
    let pupils = own - column - 4.0;
    let axis = Axis {
        kind: Kind::Linear,
        lowest: 0.0,
        highest: round_steps(most, 4).last().copied().unwrap_or(most),
        start: left + label,
        end: pupils - 74.0,
    };
    let heading = layout.filled + 1.2 * text;
    layout.text(
        (pupils, heading),
        "pupils",
        Anchor::End,
        Weight::Regular,
        Colour::QUIET,
    );
    let above = |x: f64| (x - 1.3 * text, heading - 0.35 * text);
    layout.marks.push(Mark::Rectangle {
        at: (above(own).0 - 10.0, above(own).1 - 5.0),
        width: 20.0,
        height: 10.0,
        fill: Colour::BLUE,
    });
    let mut others: Vec<(f64, Compared)> = Vec::new();
    let mut compared = |sample, whose, of: Compared| {
        let x = own + column * (others.len() + 1) as f64;
        others.push((x, of));
        if let Sample::Point {
            shape,
            size,
            fill,
            outline,
        } = sample
        {
            let label = format!("column: {whose}");
            layout.marks.push(Mark::Point {
                at: above(x),
                shape,
                size,
                fill,
                outline,
                label,
            });
        }
    };
    if has_region {
        compared(region_mark(), "region", |mix| mix.region.as_ref());
    }
    if has_england {
        compared(england_mark(), "England", |mix| mix.england.as_ref());
    }
    let top = heading + 0.6 * text;
    let bottom = top + row_high * mixes.len() as f64;
    grid(layout, axis, most, 4, top, bottom);
    for (position, mix) in mixes.iter().enumerate() {
        let middle = top + row_high * (position as f64 + 0.5);
        let baseline = middle + 0.35 * text;
        let weight = if mix.need == Need::Mld {
            Weight::Bold
        } else {
            Weight::Regular
        };
        let name = font::shorten(&wording::need_heading(mix.need), text, weight, label - 10.0);
        layout.text((left, baseline), name, Anchor::Start, weight, Colour::INK);
        bar(layout, mix, axis, middle, 0.62 * row_high);
        layout.text(
            (pupils, baseline),
            wording::count(mix.own.events),
            Anchor::End,
            weight,
            Colour::QUIET,
        );
        let share = wording::percent(mix.own.per_hundred);
        layout.text((own, baseline), share, Anchor::End, weight, Colour::INK);
        for (x, of) in &others {
            layout.text(
                (*x, baseline),
                wording::share_of(of(mix)),
                Anchor::End,
                weight,
                Colour::INK,
            );
        }
    }
    layout.filled = bottom + 8.0 + text;
}

/// The need and its figures above each bar.
fn narrow(layout: &mut ChartLayout, mixes: &[Mix<'_>], most: f64) {
    let (left, right) = layout.sides();
    let text = layout.size.text();
    let row_high = 3.9 * text;
    let axis = Axis {
        kind: Kind::Linear,
        lowest: 0.0,
        highest: round_steps(most, 4).last().copied().unwrap_or(most),
        start: left + 2.0,
        end: right - 14.0,
    };
    let top = layout.filled;
    let bottom = top + row_high * mixes.len() as f64;
    grid(layout, axis, most, 4, top, bottom);
    for (position, mix) in mixes.iter().enumerate() {
        let above = top + row_high * position as f64;
        let weight = if mix.need == Need::Mld {
            Weight::Bold
        } else {
            Weight::Regular
        };
        // Letters stand on the page, not on grid lines.
        layout.marks.push(Mark::Rectangle {
            at: (left, above),
            width: right - left,
            height: 2.6 * text,
            fill: Colour::WHITE,
        });
        let name = font::shorten(&wording::need_heading(mix.need), text, weight, right - left);
        layout.text(
            (left, above + 1.1 * text),
            name,
            Anchor::Start,
            weight,
            Colour::INK,
        );
        let mut figures = format!(
            "{} ({} pupils)",
            wording::percent(mix.own.per_hundred),
            wording::count(mix.own.events)
        );
        for (name, rate) in [("region", &mix.region), ("England", &mix.england)] {
            if rate.is_some() {
                let _ = write!(figures, "; {name} {}", wording::share_of(rate.as_ref()));
            }
        }
        let figures = font::shorten(&figures, text, Weight::Regular, right - left);
        layout.text(
            (left, above + 2.3 * text),
            figures,
            Anchor::Start,
            Weight::Regular,
            Colour::QUIET,
        );
        bar(layout, mix, axis, above + 3.2 * text, 0.8 * text);
    }
    layout.filled = bottom + 8.0 + text;
}

fn grid(layout: &mut ChartLayout, axis: Axis, most: f64, wanted: usize, top: f64, bottom: f64) {
    let text = layout.size.text();
    for step in round_steps(most, wanted) {
        let x = axis.place(step);
        layout.line((x, top), (x, bottom), Stroke::whole(Colour::GRID, 1.0));
        let decimals = usize::from(step.fract() != 0.0);
        let words = format!("{}%", round_half_up(step, decimals));
        let anchor = if step == 0.0 {
            Anchor::Start
        } else {
            Anchor::Middle
        };
        layout.text(
            (x, bottom + 4.0 + text),
            words,
            anchor,
            Weight::Regular,
            Colour::INK,
        );
    }
}

fn bar(layout: &mut ChartLayout, mix: &Mix<'_>, axis: Axis, middle: f64, high: f64) {
    if let Some(share) = mix.own.per_hundred.figure() {
        layout.marks.push(Mark::Rectangle {
            at: (axis.start, middle - high / 2.0),
            width: (axis.place(share) - axis.start).max(1.0),
            height: high,
            fill: Colour::BLUE,
        });
    }
    // One above the middle and one below, so that equal shares hide neither mark.
    for (rate, sample, whose, lowered) in [
        (&mix.region, region_mark(), "region", -0.28),
        (&mix.england, england_mark(), "England", 0.28),
    ] {
        let share = rate.as_ref().and_then(|rate| rate.per_hundred.figure());
        if let (
            Some(share),
            Sample::Point {
                shape,
                size,
                fill,
                outline,
            },
        ) = (share, sample)
        {
            layout.marks.push(Mark::Point {
                at: (axis.place(share), middle + lowered * high),
                shape,
                size: size.min(high / 3.0),
                fill,
                outline,
                label: format!("{whose} {}", mix.need),
            });
        }
    }
}

fn title(facts: &Facts<'_>, mixes: &[Mix<'_>]) -> String {
    let name = &facts.about.authority;
    let mld = mixes.iter().find(|mix| mix.need == Need::Mld);
    match mld.and_then(|mix| Some((mix.own.per_hundred, mix.england.as_ref()?.per_hundred))) {
        Some((own, england)) if own.figure().is_some() && england.figure().is_some() => {
            let shares = (wording::percent(own), wording::percent(england));
            wording::title_of_ten_words(&[
                format!("MLD is {} of SEN in {name}, {} in England", shares.0, shares.1),
                format!("{name}: MLD {} of SEN, England {}", shares.0, shares.1),
                format!("MLD is {} of SEN here, {} in England", shares.0, shares.1),
            ])
        }
        _ => wording::title_of_ten_words(&[format!("Types of need in {name}"), "Types of need".to_owned()]),
    }
}

fn alt_text(facts: &Facts<'_>, mixes: &[Mix<'_>]) -> String {
    let described: Vec<String> = mixes
        .iter()
        .map(|mix| {
            format!(
                "{}: {} ({} pupils), {} in {}, {} in England",
                wording::need(NeedCut::Of(mix.need)),
                wording::percent(mix.own.per_hundred),
                wording::count(mix.own.events),
                wording::share_of(mix.region.as_ref()),
                facts.about.region,
                wording::share_of(mix.england.as_ref())
            )
        })
        .collect();
    format!(
        "Bars: share of pupils with special educational needs by main need in {}, with marks for {} and England. {}.",
        facts.about.authority,
        facts.about.region,
        described.join("; ")
    )
}

/// A need's share in one place.
struct Share<'a> {
    need: Need,
    area_name: &'a str,
    rate: &'a Rate<'a>,
}

fn data<'a>(facts: &'a Facts<'_>, mixes: &'a [Mix<'a>]) -> Vec<Share<'a>> {
    let about = facts.about;
    let of_mix = |mix: &'a Mix<'a>| {
        [
            Some((about.authority.as_str(), &mix.own)),
            mix.region.as_ref().map(|rate| (about.region.as_str(), rate)),
            mix.england.as_ref().map(|rate| ("England", rate)),
        ]
        .into_iter()
        .flatten()
        .map(|(area_name, rate)| Share {
            need: mix.need,
            area_name,
            rate,
        })
    };
    mixes.iter().flat_map(of_mix).collect()
}

table! {
    /// The data of the chart `need_mix`: one row a need and place.
    pub(crate) Data = "need_mix" from Share<'_>, Disclosure::BehindTheGate;
    primary_need: Key<NeedCut>, Unit::Code, Role::Key, "The primary need counted, by census code."
        => |row| NeedCut::Of(row.need);
    area_code: Key<Text>, Unit::Code, Role::Key, "The place." => |row| row.rate.area_code;
    area_name: Key<Text>, Unit::Name, Role::Key, "The name of the place." => |row| row.area_name;
    events: Count, Unit::Pupils, Role::Events, "Pupils with the need." => |row| row.rate.events;
    population: Count, Unit::Pupils, Role::Population, "Pupils with SEN." => |row| row.rate.population;
    per_hundred: Number, Unit::PerHundred, Role::Derived(Recipe::EventsPerHundred),
        "The share." => |row| row.rate.per_hundred;
    lower: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The lower limit of the share." => |row| row.rate.lower;
    upper: Number, Unit::PerHundred, Role::Derived(Recipe::NotFromTheRow),
        "The upper limit of the share." => |row| row.rate.upper;
}
