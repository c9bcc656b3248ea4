//! Reads drawings: the position of each word and mark. The position of a mark against an axis gives a figure.

use super::markup::{attribute, unescape};
use crate::evidence::{Drawing, DrawnMark, DrawnText};

/// Reads every drawing of an SVG file or a page.
pub(crate) fn read(text: &str, file: &str, drawings: &mut Vec<Drawing>) {
    let mut rest = text;
    while let Some(from) = rest.find("<svg") {
        let to = rest[from..]
            .find("</svg>")
            .map_or(rest.len(), |length| from + length);
        drawings.push(drawing(&rest[from..to], file));
        rest = &rest[to..];
    }
}

fn drawing(svg: &str, file: &str) -> Drawing {
    let mut drawing = Drawing {
        file: file.to_owned(),
        title: String::new(),
        texts: Vec::new(),
        marks: Vec::new(),
    };
    let mut rest = svg;
    while let Some(open) = rest.find('<') {
        let Some(length) = rest[open..].find('>') else {
            break;
        };
        let tag = &rest[open + 1..open + length];
        rest = &rest[open + length + 1..];
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or("");
        let number = |attribute_name: &str| {
            attribute(tag, attribute_name)
                .and_then(|text| text.trim().trim_end_matches("px").parse::<f64>().ok())
        };
        match name {
            "style" if !tag.ends_with('/') => rest = rest.find("</style").map_or("", |end| &rest[end..]),
            "title" => drawing.title = content(rest, "</title"),
            "text" => {
                let size = number("font-size").unwrap_or(16.0);
                let text = content(rest, "</text");
                if let (Some(x), Some(y), false) = (number("x"), number("y"), text.is_empty()) {
                    let lowered = attribute(tag, "dy")
                        .and_then(|dy| dy.trim_end_matches("em").parse::<f64>().ok())
                        .unwrap_or(0.0);
                    drawing.texts.push(DrawnText {
                        x,
                        // The middle of the letters, a third of their size above their baseline.
                        middle: y + (lowered - 0.35) * size,
                        size,
                        text,
                    });
                }
            }
            "rect" => {
                if let (Some(x), Some(y), Some(width), Some(height)) =
                    (number("x"), number("y"), number("width"), number("height"))
                {
                    drawing.marks.push(DrawnMark {
                        left: x,
                        right: x + width,
                        top: y,
                        bottom: y + height,
                    });
                }
            }
            "circle" | "ellipse" => {
                if let (Some(x), Some(y)) = (number("cx"), number("cy")) {
                    let radius = number("r").or_else(|| number("rx")).unwrap_or(0.0);
                    drawing.marks.push(DrawnMark {
                        left: x - radius,
                        right: x + radius,
                        top: y - radius,
                        bottom: y + radius,
                    });
                }
            }
            "line" => {
                if let (Some(x1), Some(y1), Some(x2), Some(y2)) =
                    (number("x1"), number("y1"), number("x2"), number("y2"))
                {
                    drawing.marks.extend(around(&[x1, y1, x2, y2]));
                }
            }
            "polygon" | "polyline" | "path" => {
                let points = attribute(tag, if name == "path" { "d" } else { "points" }).unwrap_or_default();
                drawing.marks.extend(around(&numbers(&points)));
            }
            _ => {}
        }
    }
    drawing
}

/// The words up to a closing tag.
fn content(rest: &str, close: &str) -> String {
    let inside = &rest[..rest.find(close).unwrap_or(0)];
    let mut words = String::new();
    let mut in_tag = false;
    for c in inside.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => words.push(c),
            _ => {}
        }
    }
    unescape(&words).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The numbers of a list of points: commas, spaces and letters of a path stand between them.
fn numbers(points: &str) -> Vec<f64> {
    points
        .split(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-')))
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// What is drawn from point to point.
fn around(coordinates: &[f64]) -> Option<DrawnMark> {
    let (points, _) = coordinates.as_chunks::<2>();
    let [x, y] = *points.first()?;
    let mut mark = DrawnMark {
        left: x,
        right: x,
        top: y,
        bottom: y,
    };
    for [x, y] in points {
        mark.left = mark.left.min(*x);
        mark.right = mark.right.max(*x);
        mark.top = mark.top.min(*y);
        mark.bottom = mark.bottom.max(*y);
    }
    Some(mark)
}
