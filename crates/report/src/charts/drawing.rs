//! A chart as a list of what is drawn where: what tests read, and what the renderer turns into SVG.

use crate::font::Weight;
use senlens_release::Table;

/// A colour as red, green and blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u8, pub(crate) u8, pub(crate) u8);

/// The Analysis Function's categorical colours, and greys for what stands behind. Text and its ground differ by 4.5 to 1
/// or more, marks and theirs by 3 to 1 or more, except grid lines, which carry no meaning of their own.
impl Colour {
    pub(crate) const WHITE: Self = Self(0xFF, 0xFF, 0xFF);
    pub(crate) const INK: Self = Self(0x1D, 0x1D, 0x1D);
    pub(crate) const QUIET: Self = Self(0x52, 0x52, 0x52);
    pub(crate) const GREY: Self = Self(0x80, 0x80, 0x80);
    pub(crate) const GRID: Self = Self(0xDD, 0xDD, 0xDD);
    pub(crate) const BLUE: Self = Self(0x12, 0x43, 0x6D);
    pub(crate) const TEAL: Self = Self(0x28, 0xA1, 0x97);
    pub(crate) const PLUM: Self = Self(0x80, 0x16, 0x50);
    pub(crate) const ORANGE: Self = Self(0xF4, 0x6A, 0x25);
}

/// A point of the canvas: pixels from its left and its top.
pub(crate) type At = (f64, f64);

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) colour: Colour,
    pub(crate) width: f64,
    /// Lengths of dash and gap; none for a whole line.
    pub(crate) dash: Option<(f64, f64)>,
}

impl Stroke {
    pub(crate) const fn whole(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: None,
        }
    }

    pub(crate) const fn dashed(colour: Colour, width: f64, dash: f64, gap: f64) -> Self {
        Self {
            colour,
            width,
            dash: Some((dash, gap)),
        }
    }
}

/// A mark whose shape tells its kind, so that no kind is told by colour alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Circle,
    Diamond,
    Square,
    TriangleUp,
    TriangleDown,
}

/// Where a text begins, lies or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mark {
    /// A line through points.
    Path { points: Vec<At>, stroke: Stroke },
    /// A filled rectangle by its left, top, width and height.
    Rectangle {
        at: At,
        width: f64,
        height: f64,
        fill: Colour,
    },
    /// A shape about its middle; `label` says which place or thing it stands for.
    Point {
        at: At,
        shape: Shape,
        size: f64,
        fill: Option<Colour>,
        outline: Colour,
        label: String,
    },
    /// A text on its baseline.
    Text {
        at: At,
        text: String,
        size: f64,
        weight: Weight,
        anchor: Anchor,
        colour: Colour,
    },
}

/// A chart ready to render: what is drawn, what it says to those who do not see it, and the data behind it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) name: &'static str,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) title: String,
    pub(crate) alt: String,
    pub(crate) marks: Vec<Mark>,
    pub(crate) data: Table,
}

impl Mark {
    /// The left, top, right and bottom of what is drawn, text measured with the font it is set in.
    #[cfg(test)]
    pub(crate) fn bounds(&self) -> (f64, f64, f64, f64) {
        match self {
            Self::Path { points, stroke } => {
                let half = stroke.width / 2.0;
                points.iter().fold(
                    (f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY),
                    |(left, top, right, bottom), (x, y)| {
                        (
                            left.min(x - half),
                            top.min(y - half),
                            right.max(x + half),
                            bottom.max(y + half),
                        )
                    },
                )
            }
            Self::Rectangle {
                at: (x, y),
                width,
                height,
                ..
            } => (*x, *y, x + width, y + height),
            Self::Point { at: (x, y), size, .. } => (x - size, y - size, x + size, y + size),
            Self::Text {
                at: (x, y),
                text,
                size,
                weight,
                anchor,
                ..
            } => {
                let wide = crate::font::width(text, *size, *weight);
                let left = match anchor {
                    Anchor::Start => *x,
                    Anchor::Middle => x - wide / 2.0,
                    Anchor::End => x - wide,
                };
                (left, y - ASCENT * size, left + wide, y + DESCENT * size)
            }
        }
    }
}

/// Height of the letters above, and depth below, their baseline, as a part of their size.
#[cfg(test)]
const ASCENT: f64 = 0.76;
#[cfg(test)]
const DESCENT: f64 = 0.24;
