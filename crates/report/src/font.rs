//! The fonts carried with the program, and the width of a text set in them: what is measured here is what a browser
//! and resvg draw, since the fonts have no kerning.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::LazyLock;
use ttf_parser::Face;

/// The name the fonts go by in a style.
pub(crate) const FAMILY: &str = "Open Sans";

/// The two weights we set text in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

impl Weight {
    /// The font file.
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("../fonts/OpenSans-Regular-subset.ttf"),
            Self::Bold => include_bytes!("../fonts/OpenSans-Bold-subset.ttf"),
        }
    }

    fn css(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::Bold => 700,
        }
    }

    fn widths(self) -> &'static Widths {
        static REGULAR: LazyLock<Widths> = LazyLock::new(|| Widths::of(Weight::Regular));
        static BOLD: LazyLock<Widths> = LazyLock::new(|| Widths::of(Weight::Bold));
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }
}

/// A style sheet that carries both weights inside itself.
pub(crate) fn font_faces() -> String {
    [Weight::Regular, Weight::Bold]
        .map(|weight| {
            format!(
                "@font-face{{font-family:\"{FAMILY}\";font-weight:{};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}",
                weight.css(),
                STANDARD.encode(weight.bytes())
            )
        })
        .join("\n")
}

/// The width of a text at a size, both in pixels.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let widths = weight.widths();
    let units: u32 = text
        .chars()
        .map(|letter| u32::from(widths.of_letter(letter)))
        .sum();
    f64::from(units) / widths.units_per_em * size
}

/// Breaks a text into lines no wider than asked; a single word wider than that stands alone.
pub(crate) fn wrap(text: &str, size: f64, weight: Weight, widest: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line} {word}");
            if width(&longer, size, weight) <= widest {
                *line = longer;
                continue;
            }
        }
        lines.push(word.to_owned());
    }
    lines
}

/// Shortens a text with an ellipsis until it is no wider than asked.
pub(crate) fn shorten(text: &str, size: f64, weight: Weight, widest: f64) -> String {
    if width(text, size, weight) <= widest {
        return text.to_owned();
    }
    let mut letters: Vec<char> = text.chars().collect();
    while letters.pop().is_some() {
        let shorter = format!("{}…", letters.iter().collect::<String>().trim_end());
        if width(&shorter, size, weight) <= widest {
            return shorter;
        }
    }
    String::new()
}

/// Advance widths of the letters we are likely to meet, and of the box drawn for any other.
struct Widths {
    units_per_em: f64,
    advances: Vec<u16>,
    missing: u16,
}

/// Letters looked up once; beyond them a text is rare, and is measured as the box drawn for a missing letter.
const LETTERS: u32 = 0x2300;

impl Widths {
    fn of(weight: Weight) -> Self {
        let face = Face::parse(weight.bytes(), 0).expect("the fonts we carry are whole");
        let missing = face.glyph_hor_advance(ttf_parser::GlyphId(0)).unwrap_or(0);
        let advances = (0..LETTERS)
            .map(|point| {
                char::from_u32(point)
                    .and_then(|letter| face.glyph_index(letter))
                    .and_then(|glyph| face.glyph_hor_advance(glyph))
                    .unwrap_or(missing)
            })
            .collect();
        Self {
            units_per_em: f64::from(face.units_per_em()),
            advances,
            missing,
        }
    }

    fn of_letter(&self, letter: char) -> u16 {
        self.advances
            .get(letter as usize)
            .copied()
            .unwrap_or(self.missing)
    }
}

#[cfg(test)]
mod tests {
    use super::{Weight, font_faces, shorten, width, wrap};

    #[test]
    fn widths_are_those_of_the_font() {
        // Open Sans: of 2,048 units a digit is 1,171 wide, a bold one 1,169, a space 532.
        assert!((width("0", 2048.0, Weight::Regular) - 1171.0).abs() < 1e-9);
        assert!((width("0 0", 2048.0, Weight::Bold) - 2870.0).abs() < 1e-9);
        assert!(width("Essex", 16.0, Weight::Bold) > width("Essex", 16.0, Weight::Regular));
    }

    #[test]
    fn lines_fit() {
        let text =
            "Share of pupils with special educational needs whose main need is moderate learning difficulty";
        for widest in [120.0, 240.0, 400.0] {
            let lines = wrap(text, 14.0, Weight::Regular, widest);
            assert!(
                lines
                    .iter()
                    .all(|line| width(line, 14.0, Weight::Regular) <= widest),
                "{lines:?}"
            );
            assert_eq!(lines.join(" "), text);
        }
        let short = shorten("Bath and North East Somerset", 14.0, Weight::Regular, 90.0);
        assert!(
            short.ends_with('…') && width(&short, 14.0, Weight::Regular) <= 90.0,
            "{short}"
        );
    }

    #[test]
    fn the_style_sheet_fetches_nothing() {
        let style = font_faces();
        assert_eq!(style.matches("url(data:font/ttf;base64,").count(), 2);
        assert!(!style.contains("http"));
    }
}
