//! What is written beside the drawing: title, legend, notes and alternative text.

use super::{Authority, Centre, ENGLAND, Group, Shown, stroke_of};
use crate::charts::drawing::{Colour, Shape};
use crate::charts::layout::Sample;
use crate::facts::Facts;
use crate::rounding::round_half_up;
use crate::wording;
use senlens_release::{Cell, Position, Spread};
use std::fmt::Write;

pub(super) fn title(facts: &Facts<'_>, own: Option<&Authority<'_>>, authorities: usize) -> String {
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

pub(super) fn legend(facts: &Facts<'_>, centre: &Centre, shown: &[Shown<'_>]) -> Vec<(Sample, String)> {
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

pub(super) fn notes(centre: &Centre, shown: &[Shown<'_>], authorities: usize) -> Vec<String> {
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

pub(super) fn alt_text(
    facts: &Facts<'_>,
    centre: &Centre,
    own: Option<&Authority<'_>>,
    shown: &[Shown<'_>],
) -> String {
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
