//! Finds marks of a drawing that show a withheld count: a bar, a point or a whisker in the row or column of its place,
//! read against the axis.
//!
//! The name of a row is the place at its start with the need in the heading above, or a need at its start with the place in
//! the title.

use crate::count::{Count, CountKey};
use crate::evidence::{Drawing, DrawnMark, DrawnText, Evidence, Knowledge, Words};
use crate::report::{AttackReport, Finding};
use senlens_model::{Need, NeedCut};
use std::collections::{BTreeMap, BTreeSet};

/// A mark belongs to a row when its middle lies this near the label's, in sizes of its letters.
const IN_LINE: f64 = 0.75;
/// A mark higher than this is no mark of a row, but a line of the grid.
const TALLEST: f64 = 2.0;
/// What stands this far to the left of a heading, in sizes of its letters, may still be under it: a point on the axis.
const BESIDE: f64 = 0.35;
/// What lies this near, in units of the drawing, lies at one place.
const SAME: f64 = 1.0;

/// Finds marks of withheld counts; what numbers stand in their rows is added to the words to be read.
pub(crate) fn find(evidence: &Evidence, knowledge: &Knowledge, report: &mut AttackReport) -> Vec<Words> {
    let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for row in &evidence.rows {
        for name in [&row.name, &row.code] {
            names.entry(name.to_lowercase()).or_default().insert(&row.code);
        }
    }
    let mut withheld: BTreeMap<(&str, Need), &CountKey> = BTreeMap::new();
    for (key, known) in knowledge {
        if let (true, Count::Need(NeedCut::Of(need))) = (known.withheld, key.count) {
            // The whole of a place before its parts: the largest that is withheld is what a chart would draw.
            withheld
                .entry((&key.code, need))
                .and_modify(|other| {
                    if rank(key) < rank(other) {
                        *other = key;
                    }
                })
                .or_insert(key);
        }
    }
    // Only where the chart's own count is withheld can a mark in its row tell it.
    withheld.retain(|_, key| rank(key) == 0);
    let mut words = Vec::new();
    for drawing in &evidence.drawings {
        let labels = labels(drawing, &names);
        for label in &labels {
            for text in row_texts(drawing, label) {
                if text.text.bytes().any(|byte| byte.is_ascii_digit()) {
                    let need = need_at(drawing, label, text.x).map_or("", Need::as_str);
                    words.push(Words {
                        file: drawing.file.clone(),
                        text: format!("{} | {need} | {}", label.text.text, text.text),
                        context: drawing.title.clone(),
                    });
                }
            }
            for mark in marks_of(drawing, label) {
                let Some(need) = need_at(drawing, label, mark.left) else {
                    continue;
                };
                for code in &label.codes {
                    if let Some(count) = withheld.get(&(*code, need)) {
                        report.findings.push(Finding::Drawn {
                            count: (*count).clone(),
                            file: drawing.file.clone(),
                            stands_at: on_axis(drawing, label, mark),
                        });
                    }
                }
            }
        }
    }
    words
}

/// Nought for a count of all phases, or a school's, of support and plans together; more for its parts.
fn rank(key: &CountKey) -> usize {
    let is_school = key.level == senlens_model::GeographicLevel::School;
    usize::from(!is_school && key.phase != senlens_model::PhaseCut::Total)
        + usize::from(key.provision != senlens_model::ProvisionCut::Total)
}

/// Which way a label's marks lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To its right.
    Row,
    /// Above it.
    Column,
}

/// A text that names the row or column it stands at.
struct Label<'d, 'e> {
    text: &'d DrawnText,
    codes: BTreeSet<&'e str>,
    /// The need it names itself, where the title names the place.
    need: Option<Need>,
    way: Way,
}

fn labels<'d, 'e>(drawing: &'d Drawing, names: &BTreeMap<String, BTreeSet<&'e str>>) -> Vec<Label<'d, 'e>> {
    let title = drawing.title.to_lowercase();
    let in_title: BTreeSet<&str> = names
        .iter()
        .filter(|(name, _)| name.chars().count() > 2 && title.contains(name.as_str()))
        .flat_map(|(_, codes)| codes.iter().copied())
        .collect();
    let mut labels = Vec::new();
    for text in &drawing.texts {
        let said = text.text.to_lowercase();
        let said = said.trim_end_matches('…').trim_end();
        let need = need_named(said);
        let codes = match need {
            Some(_) => in_title.clone(),
            None if said.len() < text.text.len() && said.chars().count() > 4 => names
                .range(said.to_owned()..)
                .take_while(|(name, _)| name.starts_with(said))
                .flat_map(|(_, codes)| codes.iter().copied())
                .collect(),
            None => names.get(said).cloned().unwrap_or_default(),
        };
        if codes.is_empty() {
            continue;
        }
        for way in [Way::Row, Way::Column] {
            labels.push(Label {
                text,
                codes: codes.clone(),
                need,
                way,
            });
        }
    }
    labels
}

/// The need that a whole text names.
fn need_named(said: &str) -> Option<Need> {
    let without_code = said.split(" (").next().unwrap_or(said);
    let bare = |words: &str| words.trim_end_matches(" needs").to_owned();
    Need::ALL.into_iter().find(|need| {
        said == need.as_str().to_lowercase() || bare(without_code) == bare(&need.in_words().to_lowercase())
    })
}

/// The marks in a label's row or column.
fn marks_of<'d>(drawing: &'d Drawing, label: &'d Label<'_, '_>) -> impl Iterator<Item = &'d DrawnMark> {
    let text = label.text;
    drawing.marks.iter().filter(move |mark| match label.way {
        Way::Row => {
            let middle = f64::midpoint(mark.top, mark.bottom);
            mark.left > text.x
                && (middle - text.middle).abs() < IN_LINE * text.size
                && mark.bottom - mark.top < TALLEST * text.size
        }
        Way::Column => {
            let middle = f64::midpoint(mark.left, mark.right);
            // A bar stands on the axis; a line of the grid is thin, a row's mark low.
            mark.bottom < text.middle
                && mark.right - mark.left > 0.2 * text.size
                && mark.right - mark.left < 8.0 * text.size
                && (middle - text.x).abs() < IN_LINE * text.size
                && mark.bottom > text.middle - 2.5 * text.size
        }
    })
}

/// The other texts of a label's row.
fn row_texts<'d>(drawing: &'d Drawing, label: &'d Label<'_, '_>) -> impl Iterator<Item = &'d DrawnText> {
    let text = label.text;
    drawing.texts.iter().filter(move |other| {
        label.way == Way::Row && other.x > text.x && (other.middle - text.middle).abs() < IN_LINE * text.size
    })
}

/// The need of what stands at `x` in a label's row: the label's own, else that of the nearest heading above and to the
/// left, else the one in the title.
fn need_at(drawing: &Drawing, label: &Label<'_, '_>, x: f64) -> Option<Need> {
    if label.need.is_some() {
        return label.need;
    }
    let mut headings: Vec<(f64, f64, Need)> = Vec::new();
    for text in &drawing.texts {
        // A heading may run over lines of one left edge.
        let mut said = text.text.to_lowercase();
        let mut last = text.middle;
        loop {
            if let Some(need) = need_named(&said) {
                headings.push((text.x, last, need));
                break;
            }
            let next = drawing.texts.iter().find(|other| {
                (other.x - text.x).abs() < SAME
                    && other.middle > last + SAME
                    && other.middle < last + 1.7 * text.size
            });
            let Some(next) = next.filter(|_| said.len() < 80) else {
                break;
            };
            said = format!("{said} {}", next.text.to_lowercase());
            last = next.middle;
        }
    }
    // Rows may be under one another's headings: the lowest above counts, and of these the last to the left.
    let above = headings
        .iter()
        .filter(|(left, middle, _)| *middle < label.text.middle && *left <= x + BESIDE * label.text.size);
    let lowest = above
        .clone()
        .map(|(_, middle, _)| *middle)
        .fold(f64::NEG_INFINITY, f64::max);
    above
        .filter(|(_, middle, _)| lowest - middle < 3.0 * label.text.size)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(.., need)| *need)
        .or_else(|| {
            let title = drawing.title.to_lowercase();
            let mut words = title.split(|c: char| !c.is_alphanumeric());
            words.find_map(need_named).or_else(|| {
                Need::ALL
                    .into_iter()
                    .find(|need| title.contains(&need.in_words().to_lowercase()))
            })
        })
}

/// What a mark's end comes to on the axis it is drawn against, by the ticks on either side of it.
fn on_axis(drawing: &Drawing, label: &Label<'_, '_>, mark: &DrawnMark) -> Option<f64> {
    let of = |text: &DrawnText| {
        text.text
            .trim_end_matches('%')
            .replace(',', "")
            .parse::<f64>()
            .ok()
    };
    // A bar ends where its figure is; a point or whisker has its figure in its middle.
    let at = match label.way {
        Way::Row => {
            let is_bar = mark.right - mark.left > 2.0 * (mark.bottom - mark.top);
            if is_bar {
                mark.right
            } else {
                f64::midpoint(mark.left, mark.right)
            }
        }
        Way::Column => mark.top,
    };
    let is_tick = |text: &DrawnText| match label.way {
        Way::Row => (text.middle - label.text.middle).abs() > IN_LINE * text.size,
        Way::Column => text.x < mark.left,
    };
    let place = |text: &DrawnText| match label.way {
        Way::Row => text.x,
        Way::Column => text.middle,
    };
    let mut ticks: Vec<(f64, f64)> = drawing
        .texts
        .iter()
        .filter(|text| is_tick(text))
        .filter_map(|text| Some((place(text), of(text)?)))
        .collect();
    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let after = ticks.iter().position(|(place, _)| *place >= at)?;
    let (from, to) = (*ticks.get(after.checked_sub(1)?)?, ticks[after]);
    if to.0 - from.0 < SAME {
        return Some(to.1);
    }
    Some(from.1 + (to.1 - from.1) * (at - from.0) / (to.0 - from.0))
}
