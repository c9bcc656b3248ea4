//! Charts of the study as SVG text: axes, lines, points, labels. No chart needs more, so no library draws them.

use senlens_model::html_text;
use std::fmt::Write as _;

/// Colours of the Analysis Function's palette, in its order.
pub(crate) const COLOURS: [&str; 6] = ["#12436D", "#F46A25", "#28A197", "#801650", "#3D3D3D", "#A285D1"];

const WIDTH: f64 = 760.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 52.0;

/// An axis: title, range, where its ticks stand and how they are written.
pub(crate) struct Axis {
    pub(crate) title: &'static str,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) ticks: Vec<(f64, String)>,
}

impl Axis {
    /// Ticks every `step`, written as a share in per cent.
    pub(crate) fn percent(title: &'static str, from: f64, to: f64, step: f64) -> Self {
        Self::with(title, from, to, step, |value| format!("{:.0}%", 100.0 * value))
    }

    /// Ticks every `step`, written by `text`.
    pub(crate) fn with(
        title: &'static str,
        from: f64,
        to: f64,
        step: f64,
        text: impl Fn(f64) -> String,
    ) -> Self {
        let mut ticks = Vec::new();
        let mut place = 0;
        loop {
            let value = from + step * f64::from(place);
            if value > to + 1e-9 {
                break;
            }
            ticks.push((value, text(value)));
            place += 1;
        }
        Self {
            title,
            from,
            to,
            ticks,
        }
    }
}

/// A drawing in the making.
pub(crate) struct Chart {
    x: Axis,
    y: Axis,
    left: f64,
    right: f64,
    height: f64,
    marks: String,
    title: String,
    alt: String,
}

impl Chart {
    /// `label_width` is kept free at the right for names of lines.
    pub(crate) fn new(title: &str, alt: &str, x: Axis, y: Axis, height: f64, label_width: f64) -> Self {
        let longest = y.ticks.iter().map(|(_, text)| text.len()).max().unwrap_or(0);
        Self {
            left: LEFT.max(24.0 + 7.0 * longest as f64),
            right: WIDTH - label_width,
            x,
            y,
            height,
            marks: String::new(),
            title: title.to_owned(),
            alt: alt.to_owned(),
        }
    }

    fn at(&self, x: f64, y: f64) -> (f64, f64) {
        let across = (x - self.x.from) / (self.x.to - self.x.from);
        let up = (y - self.y.from) / (self.y.to - self.y.from);
        (
            self.left + across * (self.right - self.left),
            self.height - BOTTOM - up * (self.height - TOP - BOTTOM),
        )
    }

    pub(crate) fn line(&mut self, points: &[(f64, f64)], colour: &str, dashed: bool) {
        let path: Vec<String> = points
            .iter()
            .map(|(x, y)| {
                let (x, y) = self.at(*x, *y);
                format!("{x:.1},{y:.1}")
            })
            .collect();
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.marks,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"{dash}/>",
            path.join(" ")
        );
    }

    pub(crate) fn dot(&mut self, x: f64, y: f64, colour: &str, hollow: bool) {
        let (x, y) = self.at(x, y);
        let fill = if hollow { "#FFFFFF" } else { colour };
        let _ = writeln!(
            self.marks,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"2\"/>"
        );
    }

    /// Text to the right of a place, `shift` pixels lower.
    pub(crate) fn label(&mut self, x: f64, y: f64, shift: f64, text: &str, colour: &str) {
        let (x, y) = self.at(x, y);
        let _ = writeln!(
            self.marks,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            x + 9.0,
            y + 4.5 + shift,
            html_text(text)
        );
    }

    /// Names of lines at their right ends, moved apart where they would overlap.
    pub(crate) fn names(&mut self, names: &[(f64, f64, String, &str)]) {
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|one, other| names[*other].1.total_cmp(&names[*one].1));
        let mut free_from = f64::NEG_INFINITY;
        for place in order {
            let (x, y, text, colour) = &names[place];
            let (_, wanted) = self.at(*x, *y);
            let at = wanted.max(free_from);
            free_from = at + 17.0;
            self.label(*x, *y, at - wanted, text, colour);
        }
    }

    /// What each line is, in the space kept free at the right.
    pub(crate) fn legend(&mut self, lines: &[(&str, &str, bool)]) {
        for (place, (name, colour, dashed)) in lines.iter().enumerate() {
            let (x, y) = (self.right + 14.0, TOP + 14.0 + 22.0 * place as f64);
            let dash = if *dashed { " stroke-dasharray=\"5 4\"" } else { "" };
            let _ = writeln!(
                self.marks,
                "<line x1=\"{x:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"{colour}\" \
                 stroke-width=\"3\"{dash}/><text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
                x + 24.0,
                x + 31.0,
                y + 4.5,
                html_text(name)
            );
        }
    }

    pub(crate) fn svg(&self) -> String {
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{}\" viewBox=\"0 0 {WIDTH} {}\" \
             role=\"img\" aria-label=\"{}\" font-family=\"Arial, Helvetica, sans-serif\" font-size=\"13\">\n\
             <title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n\
             <text x=\"16\" y=\"28\" font-size=\"17\" font-weight=\"bold\" fill=\"#0B0C0C\">{}</text>\n\
             <text x=\"16\" y=\"49\" fill=\"#3D3D3D\">{}</text>\n",
            self.height,
            self.height,
            html_text(&self.alt),
            html_text(&self.title),
            html_text(&self.title),
            html_text(self.y.title),
        );
        let (bottom, top) = (self.height - BOTTOM, TOP);
        for (value, label) in &self.y.ticks {
            let (_, y) = self.at(self.x.from, *value);
            let _ = writeln!(
                text,
                "<line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#DDDDDD\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#3D3D3D\">{}</text>",
                self.left,
                self.right,
                self.left - 8.0,
                y + 4.5,
                html_text(label)
            );
        }
        for (value, label) in &self.x.ticks {
            let (x, _) = self.at(*value, self.y.from);
            let _ = writeln!(
                text,
                "<line x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{top:.1}\" y2=\"{bottom:.1}\" stroke=\"#EEEEEE\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#3D3D3D\">{}</text>",
                bottom + 18.0,
                html_text(label)
            );
        }
        let _ = writeln!(
            text,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" fill=\"#3D3D3D\">{}</text>",
            0.5 * (self.left + self.right),
            self.height - 12.0,
            html_text(self.x.title)
        );
        text.push_str(&self.marks);
        text.push_str("</svg>\n");
        text
    }
}
