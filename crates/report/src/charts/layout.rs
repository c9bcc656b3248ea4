//! What every chart has round its plot: marking, title, legend above; source, coverage and period below.

use super::axis::Axis;
use super::drawing::{Anchor, At, Colour, Drawing, Mark, Shape, Stroke};
use crate::facts::Facts;
use crate::font::{self, Weight};
use crate::wording;
use senlens_release::Table;

/// For which width a chart is drawn: text keeps its size, so a phone gets a drawing of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// A laptop, a printed page, a slide.
    Wide,
    /// A phone.
    Narrow,
}

impl Size {
    pub(crate) fn width(self) -> f64 {
        match self {
            Self::Wide => 860.0,
            Self::Narrow => 360.0,
        }
    }

    fn title(self) -> f64 {
        match self {
            Self::Wide => 21.0,
            Self::Narrow => 17.0,
        }
    }

    /// Size of all text but the title.
    pub(crate) fn text(self) -> f64 {
        match self {
            Self::Wide => 14.0,
            Self::Narrow => 12.5,
        }
    }
}

/// What an entry of a legend shows beside its words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Sample {
    Line(Stroke),
    Point {
        shape: Shape,
        size: f64,
        fill: Option<Colour>,
        outline: Colour,
    },
    Bar(Colour),
    /// A triangle within a square: a neighbour that lies in the region.
    Both {
        triangle: Colour,
        square: Colour,
    },
}

/// A chart under construction, filled from its top.
pub(crate) struct ChartLayout {
    pub(crate) size: Size,
    pub(crate) marks: Vec<Mark>,
    /// How far down the canvas is filled.
    pub(crate) filled: f64,
    title: String,
}

const MARGIN: f64 = 12.0;
const LINE: f64 = 1.4;

impl ChartLayout {
    /// The marking, the title and what is measured.
    pub(crate) fn new(facts: &Facts<'_>, size: Size, title: &str, measure: &str) -> Self {
        let mut layout = Self {
            size,
            marks: Vec::new(),
            filled: MARGIN,
            title: title.to_owned(),
        };
        let mut markings: Vec<String> = facts
            .about
            .audience
            .marking()
            .map(str::to_owned)
            .into_iter()
            .collect();
        if facts.about.invented {
            markings.push("Every pupil here is invented".to_owned());
        }
        if !markings.is_empty() {
            layout.paragraph(&markings.join(". "), size.text(), Weight::Bold, Colour::PLUM);
            layout.filled += 4.0;
        }
        layout.paragraph(title, size.title(), Weight::Bold, Colour::INK);
        layout.filled += 2.0;
        layout.paragraph(measure, size.text(), Weight::Regular, Colour::QUIET);
        layout.filled += 8.0;
        layout
    }

    /// Leftmost and rightmost pixel that may be drawn on.
    pub(crate) fn sides(&self) -> (f64, f64) {
        (MARGIN, self.size.width() - MARGIN)
    }

    /// Adds a text on its baseline.
    pub(crate) fn text(
        &mut self,
        at: At,
        text: impl Into<String>,
        anchor: Anchor,
        weight: Weight,
        colour: Colour,
    ) {
        self.marks.push(Mark::Text {
            at,
            text: text.into(),
            size: self.size.text(),
            weight,
            anchor,
            colour,
        });
    }

    /// Adds a line between two points.
    pub(crate) fn line(&mut self, from: At, to: At, stroke: Stroke) {
        self.marks.push(Mark::Path {
            points: vec![from, to],
            stroke,
        });
    }

    /// Draws the frame of a plot: a grid line and label for each step of `y`, a tick and label for each of `x`, the base line,
    /// and what `x` counts; the sheet is then filled to below it.
    pub(crate) fn frame(
        &mut self,
        (x, x_steps): (Axis, &[(f64, String)]),
        (y, y_steps): (Axis, &[(f64, String)]),
        counts: &str,
    ) {
        let text = self.size.text();
        let bottom = y.start;
        for (step, label) in y_steps {
            let at = y.place(*step);
            self.line((x.start, at), (x.end, at), Stroke::whole(Colour::GRID, 1.0));
            let place = (x.start - 8.0, at + 0.35 * text);
            self.text(place, label, Anchor::End, Weight::Regular, Colour::INK);
        }
        for (step, label) in x_steps {
            let at = x.place(*step);
            let stroke = Stroke::whole(Colour::QUIET, 1.0);
            self.line((at, bottom), (at, bottom + 5.0), stroke);
            let place = (at, bottom + 7.0 + text);
            self.text(place, label, Anchor::Middle, Weight::Regular, Colour::INK);
        }
        self.line(
            (x.start, bottom),
            (x.end, bottom),
            Stroke::whole(Colour::QUIET, 1.0),
        );
        let middle = (f64::midpoint(x.start, x.end), bottom + 11.0 + 2.0 * text);
        self.text(middle, counts, Anchor::Middle, Weight::Regular, Colour::QUIET);
        self.filled = bottom + 15.0 + 2.0 * text;
    }

    /// Adds the entries of a legend, as many to a line as fit.
    pub(crate) fn legend(&mut self, entries: &[(Sample, String)]) {
        let (left, right) = self.sides();
        let text = self.size.text();
        let (sample_wide, gap) = (26.0, 18.0);
        let mut x = left;
        let mut baseline = self.filled + text;
        for (sample, words) in entries {
            let room = right - left - sample_wide;
            let lines = font::wrap(words, text, Weight::Regular, room);
            let widest = lines
                .iter()
                .map(|line| font::width(line, text, Weight::Regular))
                .fold(0.0, f64::max);
            if x > left && x + sample_wide + widest > right {
                x = left;
                baseline += text * LINE + 3.0;
            }
            let middle = (x + 10.0, baseline - 0.35 * text);
            match *sample {
                Sample::Line(stroke) => self.line((x, middle.1), (x + 20.0, middle.1), stroke),
                Sample::Point {
                    shape,
                    size,
                    fill,
                    outline,
                } => self.marks.push(Mark::Point {
                    at: middle,
                    shape,
                    size,
                    fill,
                    outline,
                    label: format!("legend: {words}"),
                }),
                Sample::Bar(fill) => self.marks.push(Mark::Rectangle {
                    at: (x, middle.1 - 5.0),
                    width: 20.0,
                    height: 10.0,
                    fill,
                }),
                Sample::Both { triangle, square } => {
                    let mut mark = |shape, size, fill, outline| {
                        let label = format!("legend: {words}");
                        self.marks.push(Mark::Point {
                            at: middle,
                            shape,
                            size,
                            fill,
                            outline,
                            label,
                        });
                    };
                    mark(Shape::TriangleUp, 4.0, Some(triangle), triangle);
                    mark(Shape::Square, 6.5, None, square);
                }
            }
            for (position, line) in lines.iter().enumerate() {
                if position > 0 {
                    baseline += text * LINE;
                }
                self.text(
                    (x + sample_wide, baseline),
                    line.as_str(),
                    Anchor::Start,
                    Weight::Regular,
                    Colour::INK,
                );
            }
            x += sample_wide + widest + gap;
        }
        self.filled = baseline + 0.3 * text + 10.0;
    }

    /// Adds lines of text across the layout.
    pub(crate) fn paragraph(&mut self, text: &str, size: f64, weight: Weight, colour: Colour) {
        let (left, right) = self.sides();
        for line in font::wrap(text, size, weight, right - left) {
            self.filled += size * LINE;
            self.marks.push(Mark::Text {
                at: (left, self.filled - 0.4 * size),
                text: line,
                size,
                weight,
                anchor: Anchor::Start,
                colour,
            });
        }
    }

    /// The notes, the source, the coverage and the period: then the chart is whole.
    pub(crate) fn finish(
        mut self,
        facts: &Facts<'_>,
        name: &'static str,
        notes: &[String],
        alt: String,
        data: Table,
    ) -> Drawing {
        self.filled += 6.0;
        for note in notes {
            self.paragraph(note, self.size.text(), Weight::Regular, Colour::QUIET);
        }
        self.paragraph(&caption(facts), self.size.text(), Weight::Regular, Colour::QUIET);
        Drawing {
            name,
            width: self.size.width(),
            height: (self.filled + MARGIN).ceil(),
            title: self.title,
            alt,
            marks: self.marks,
            data,
        }
    }
}

/// Source, coverage and period of every figure in a chart.
pub(crate) fn caption(facts: &Facts<'_>) -> String {
    let about = facts.about;
    let sources: Vec<&str> = about.sources.iter().map(|source| source.name.as_str()).collect();
    format!(
        "Source: {}. Coverage: {}. Period: {}.",
        wording::list(&sources),
        about.coverage.in_words(),
        about.time_period.in_words()
    )
}
