//! A drawing as SVG, through plotters, and that SVG as PNG, through resvg: one drawing, one font, both pictures alike.

use super::drawing::{Anchor, At, Colour, Drawing, Mark, Shape, Stroke};
use crate::ReportError;
use crate::font::{FAMILY, Weight, font_faces};
use plotters::backend::SVGBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, register_font};
use resvg::{tiny_skia, usvg};
use senlens_model::html_text;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};

/// plotters places things on whole units, so the canvas has this many units to the pixel.
const UNITS: f64 = 8.0;
/// plotters prints a size in `font-size` after dividing by this.
const PLOTTERS_SIZE: f64 = 1.24;
/// plotters lowers a text anchored at its top by this part of its size.
const PLOTTERS_TOP: f64 = 0.76;

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// A chart as an SVG file that carries its fonts, title and description.
pub(crate) fn svg(drawing: &Drawing) -> Result<String, ReportError> {
    let style = format!("<style>{}</style>\n", font_faces());
    let header = header(drawing, &style, drawing.name);
    with_header(drawing, &header)
}

/// A chart as an SVG element for a page that carries the fonts; `id` tells it from others on the page.
pub(crate) fn inline_svg(drawing: &Drawing, id: &str) -> Result<String, ReportError> {
    with_header(drawing, &header(drawing, "", id))
}

/// An SVG as PNG, so many pixels wide.
pub(crate) fn png(drawing: &Drawing, svg: &str, pixels_wide: u32) -> Result<Vec<u8>, ReportError> {
    static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
        let mut fonts = usvg::fontdb::Database::new();
        fonts.load_font_data(Weight::Regular.bytes().to_vec());
        fonts.load_font_data(Weight::Bold.bytes().to_vec());
        Arc::new(fonts)
    });
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: FAMILY.to_owned(),
        ..usvg::Options::default()
    };
    let failed = |message: String| failed(drawing, message);
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
    let scale = pixels_wide.max(1) as f32 / tree.size().width();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a height in pixels"
    )]
    let pixels_high = (tree.size().height() * scale).ceil().max(1.0) as u32;
    let mut picture = tiny_skia::Pixmap::new(pixels_wide.max(1), pixels_high)
        .ok_or_else(|| failed(format!("no picture can be {pixels_wide} by {pixels_high} pixels")))?;
    let transform = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(&tree, transform, &mut picture.as_mut());
    picture.encode_png().map_err(|error| failed(error.to_string()))
}

fn failed(drawing: &Drawing, message: String) -> ReportError {
    ReportError::Draw {
        chart: drawing.name.to_owned(),
        message,
    }
}

fn header(drawing: &Drawing, style: &str, id: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-description\">\n<title id=\"{id}-title\">{}</title>\n\
         <desc id=\"{id}-description\">{}</desc>\n{style}",
        drawing.width,
        drawing.height,
        drawing.width * UNITS,
        drawing.height * UNITS,
        html_text(&drawing.title),
        html_text(&drawing.alt),
    )
}

/// Draws, and puts our header in place of that of plotters, which knows neither title nor font.
fn with_header(drawing: &Drawing, header: &str) -> Result<String, ReportError> {
    let drawn = draw(drawing).map_err(|message| failed(drawing, message))?;
    let start = drawn.find("<svg").expect("plotters begins with the element");
    let end = start + drawn[start..].find('>').expect("the element's tag ends") + 1;
    let mut svg = String::with_capacity(header.len() + drawn.len());
    let _ = write!(svg, "{header}{}", drawn[end..].trim_start());
    Ok(svg)
}

fn draw(drawing: &Drawing) -> Result<String, String> {
    static REGISTERED: LazyLock<bool> = LazyLock::new(|| {
        register_font(FAMILY, FontStyle::Normal, Weight::Regular.bytes()).is_ok()
            && register_font(FAMILY, FontStyle::Bold, Weight::Bold.bytes()).is_ok()
    });
    if !*REGISTERED {
        return Err("the fonts we carry could not be registered".to_owned());
    }
    let mut svg = String::new();
    {
        let size = (extent(drawing.width), extent(drawing.height));
        let canvas: Canvas = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        canvas
            .fill(&rgb(Colour::WHITE))
            .map_err(|error| error.to_string())?;
        for mark in &drawing.marks {
            draw_mark(&canvas, mark).map_err(|error| error.to_string())?;
        }
        canvas.present().map_err(|error| error.to_string())?;
    }
    Ok(svg)
}

fn draw_mark(
    canvas: &Canvas,
    mark: &Mark,
) -> Result<(), plotters::drawing::DrawingAreaErrorKind<std::io::Error>> {
    match mark {
        Mark::Path { points, stroke } => {
            for piece in pieces(points, stroke.dash) {
                let units: Vec<(i32, i32)> = piece.into_iter().map(to_units).collect();
                canvas.draw(&PathElement::new(units, line(*stroke)))?;
            }
            Ok(())
        }
        Mark::Rectangle {
            at: (x, y),
            width,
            height,
            fill,
        } => {
            let corners = [to_units((*x, *y)), to_units((x + width, y + height))];
            canvas.draw(&Rectangle::new(corners, rgb(*fill).filled()))
        }
        Mark::Point {
            at,
            shape,
            size,
            fill,
            outline,
            ..
        } => draw_point(canvas, *at, *shape, *size, *fill, *outline),
        Mark::Text {
            at: (x, y),
            text,
            size,
            weight,
            anchor,
            colour,
        } => {
            let style = match weight {
                Weight::Regular => FontStyle::Normal,
                Weight::Bold => FontStyle::Bold,
            };
            let horizontal = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let font = FontDesc::new(FontFamily::Name(FAMILY), size * UNITS * PLOTTERS_SIZE, style);
            let colour = rgb(*colour);
            let style = plotters::style::TextStyle::from(font)
                .color(&colour)
                .pos(Pos::new(horizontal, VPos::Top));
            canvas.draw(&Text::new(
                text.clone(),
                to_units((*x, y - PLOTTERS_TOP * size)),
                style,
            ))
        }
    }
}

fn draw_point(
    canvas: &Canvas,
    at: At,
    shape: Shape,
    size: f64,
    fill: Option<Colour>,
    outline: Colour,
) -> Result<(), plotters::drawing::DrawingAreaErrorKind<std::io::Error>> {
    let edge = line(Stroke::whole(outline, 1.5));
    let (x, y) = at;
    if shape == Shape::Circle {
        let radius = units(size);
        if let Some(fill) = fill {
            canvas.draw(&Circle::new(to_units(at), radius, rgb(fill).filled()))?;
        }
        return canvas.draw(&Circle::new(to_units(at), radius, edge));
    }
    let corners: Vec<At> = match shape {
        Shape::Circle => unreachable!("drawn above"),
        Shape::Diamond => vec![(x, y - size), (x + size, y), (x, y + size), (x - size, y)],
        Shape::Square => {
            let half = 0.85 * size;
            vec![
                (x - half, y - half),
                (x + half, y - half),
                (x + half, y + half),
                (x - half, y + half),
            ]
        }
        Shape::TriangleUp => vec![
            (x, y - size),
            (x + size, y + 0.8 * size),
            (x - size, y + 0.8 * size),
        ],
        Shape::TriangleDown => vec![
            (x, y + size),
            (x + size, y - 0.8 * size),
            (x - size, y - 0.8 * size),
        ],
    };
    let mut corners: Vec<(i32, i32)> = corners.into_iter().map(to_units).collect();
    if let Some(fill) = fill {
        canvas.draw(&Polygon::new(corners.clone(), rgb(fill).filled()))?;
    }
    // Past the first corner again, so that the line closes with a proper join.
    corners.push(corners[0]);
    corners.push(corners[1]);
    canvas.draw(&PathElement::new(corners, edge))
}

/// A line through points as its dashes: plotters' own dashes begin anew at every corner.
fn pieces(points: &[At], dash: Option<(f64, f64)>) -> Vec<Vec<At>> {
    let Some((dash, gap)) = dash else {
        return vec![points.to_vec()];
    };
    let mut done: Vec<Vec<At>> = Vec::new();
    let mut drawing = true;
    let mut left = dash;
    let mut piece: Vec<At> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = (dx * dx + dy * dy).sqrt();
            if length <= left {
                left -= length;
                if drawing {
                    piece.push(to);
                }
                break;
            }
            let part = left / length;
            from = (from.0 + dx * part, from.1 + dy * part);
            if drawing {
                piece.push(from);
                done.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            drawing = !drawing;
            left = if drawing { dash } else { gap };
        }
    }
    if drawing && piece.len() > 1 {
        done.push(piece);
    }
    done
}

fn line(stroke: Stroke) -> ShapeStyle {
    rgb(stroke.colour).stroke_width(extent(stroke.width))
}

fn rgb(Colour(red, green, blue): Colour) -> RGBColor {
    RGBColor(red, green, blue)
}

fn to_units((x, y): At) -> (i32, i32) {
    (units(x), units(y))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a canvas is a few thousand pixels"
)]
fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

fn extent(pixels: f64) -> u32 {
    u32::try_from(units(pixels)).expect("a length is not negative")
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn dashes_run_on_round_corners() {
        let corner = [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)];
        let drawn = pieces(&corner, Some((4.0, 2.0)));
        assert_eq!(
            drawn,
            [vec![(0.0, 0.0), (4.0, 0.0)], vec![(5.0, 1.0), (5.0, 5.0)]]
        );
        assert_eq!(pieces(&corner, None), [corner.to_vec()]);
    }
}
