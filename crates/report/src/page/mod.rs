//! The committee page: one file without network or script, a section a file, each quoting released figures.

mod audit;
mod change;
mod comparison;
mod headlines;
mod limits;
mod masking;
mod method;
mod mix;
mod next_steps;
mod purpose;
mod sensitivity;
mod sources;
mod within;

use crate::ReportError;
use crate::charts::{self, Chart, Size};
use crate::facts::Facts;
use crate::font::font_faces;
use crate::html::Html;
use crate::wording;
use senlens_model::html_text;
use senlens_release::Publication;

/// A section of the page.
struct Section {
    /// Its address on the page.
    id: &'static str,
    heading: &'static str,
    write: fn(&mut Html, &Facts<'_>) -> Result<(), ReportError>,
}

/// The sections, in order.
const SECTIONS: [Section; 13] = [
    Section {
        id: "findings",
        heading: "Main findings",
        write: headlines::write,
    },
    Section {
        id: "purpose",
        heading: "Why this question",
        write: purpose::write,
    },
    Section {
        id: "comparison",
        heading: "How the authority compares",
        write: comparison::write,
    },
    Section {
        id: "within",
        heading: "Within the authority",
        write: within::write,
    },
    Section {
        id: "mix",
        heading: "The mix of needs",
        write: mix::write,
    },
    Section {
        id: "masking",
        heading: "Where other needs may be masked",
        write: masking::write,
    },
    Section {
        id: "firmness",
        heading: "How firm the verdict is",
        write: sensitivity::write,
    },
    Section {
        id: "change",
        heading: "What changed, and what only looks changed",
        write: change::write,
    },
    Section {
        id: "audit",
        heading: "Which records to look at",
        write: audit::write,
    },
    Section {
        id: "next",
        heading: "What to do next",
        write: next_steps::write,
    },
    Section {
        id: "method",
        heading: "How this was made",
        write: method::write,
    },
    Section {
        id: "limits",
        heading: "What these figures cannot say",
        write: limits::write,
    },
    Section {
        id: "sources",
        heading: "Sources and notes",
        write: sources::write,
    },
];

/// The page of a publication.
///
/// # Errors
/// When a chart cannot be drawn.
pub(crate) fn page(publication: &Publication) -> Result<String, ReportError> {
    let facts = Facts::new(publication);
    let about = facts.about;
    let year = about.time_period.in_words();
    let title = format!("Moderate learning difficulty in {}, {year}", about.authority);
    let mut html = Html::default();
    html.line("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">");
    html.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    html.line(&format!("<title>{}</title>", html_text(&title)));
    html.line(&format!(
        "<style>\n{}\n{}</style>",
        font_faces(),
        include_str!("style.css")
    ));
    if let Some(marking) = about.audience.marking() {
        // On paper every sheet is marked.
        html.line(&format!(
            "<style>@page {{ @top-center {{ content: \"{marking}\"; font: bold 9pt \"Open Sans\", sans-serif; }} }}</style>"
        ));
    }
    html.line("</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Skip to the main findings</a>");
    html.line("<div class=\"sheet\">\n<header>");
    markings(&mut html, &facts);
    html.line(&format!("<h1>{}</h1>", html_text(&title)));
    html.paragraph_of(
        "about",
        "How often pupils are recorded with moderate learning difficulty, compared with elsewhere, and where that may \
         hide communication or mental health needs.",
    );
    html.paragraph_of("about", &when_and_whom(&facts));
    html.line("</header>\n<nav aria-label=\"Contents\">\n<ul>");
    for section in &SECTIONS {
        html.line(&format!(
            "<li><a href=\"#{}\">{}</a></li>",
            section.id,
            html_text(section.heading)
        ));
    }
    html.line("</ul>\n</nav>\n<main>");
    for section in &SECTIONS {
        html.line(&format!("<section aria-labelledby=\"{}\">", section.id));
        html.heading(2, section.id, section.heading);
        (section.write)(&mut html, &facts)?;
        html.line("</section>");
    }
    html.line("</main>\n<footer>");
    html.paragraph_of("quiet", &format!("Made by senlens {}.", about.version));
    markings(&mut html, &facts);
    html.line("</footer>\n</div>\n</body>\n</html>");
    Ok(html.into_string())
}

fn markings(html: &mut Html, facts: &Facts<'_>) {
    if let Some(marking) = facts.about.audience.marking() {
        html.paragraph_of("marking", marking);
    }
    if facts.about.invented {
        html.paragraph_of("marking", "Every pupil and school on this page is invented.");
    }
}

fn when_and_whom(facts: &Facts<'_>) -> String {
    let about = facts.about;
    let date = about
        .date
        .as_deref()
        .map_or_else(String::new, |date| format!("{}. ", wording::date(date)));
    format!(
        "{date}Figures for the academic year {}; {}.",
        about.time_period.in_words(),
        about.coverage.in_words()
    )
}

/// Puts a chart on the page, drawn once for a laptop or paper and once for a phone; says so where it cannot be drawn.
fn figure(html: &mut Html, facts: &Facts<'_>, chart: Chart, otherwise: &str) -> Result<(), ReportError> {
    let (Some(wide), Some(narrow)) = (chart(facts, Size::Wide), chart(facts, Size::Narrow)) else {
        html.paragraph(otherwise);
        return Ok(());
    };
    html.line("<figure>\n<div class=\"wide\">");
    html.line(&charts::inline_svg(&wide, &format!("{}-wide", wide.name))?);
    html.line("</div>\n<div class=\"narrow\">");
    html.line(&charts::inline_svg(&narrow, &format!("{}-narrow", narrow.name))?);
    html.line("</div>");
    html.line(&format!(
        "<figcaption>The chart by itself, the data behind it and its description in words are in the folder charts: \
         {}.svg, .png, .csv and .txt.</figcaption>\n</figure>",
        html_text(wide.name)
    ));
    Ok(())
}

/// As [`figure`], and nothing where it cannot be drawn: for a chart the page can do without.
fn figure_where_there_is_one(html: &mut Html, facts: &Facts<'_>, chart: Chart) -> Result<(), ReportError> {
    if chart(facts, Size::Wide).is_none() {
        return Ok(());
    }
    figure(html, facts, chart, "")
}

#[cfg(test)]
mod tests;
