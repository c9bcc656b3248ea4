//! Pages and drawings: what stands in one row, one paragraph, one tooltip, or in one element's attributes.

use crate::evidence::Words;

/// Elements that end what stands together.
const BLOCKS: [&str; 22] = [
    "tr",
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "title",
    "desc",
    "text",
    "figcaption",
    "caption",
    "g",
    "svg",
    "div",
    "w:p",
    "w:tr",
    "row",
    "section",
    "table",
];

/// Attributes a reader or a machine may read.
fn is_spoken(attribute: &str) -> bool {
    attribute.starts_with("data-")
        || matches!(attribute, "aria-label" | "title" | "alt" | "value" | "content")
}

/// Reads the words of HTML, SVG or XML.
pub(crate) fn read(text: &str, file: &str, words: &mut Vec<Words>) {
    let mut together = String::new();
    // A row of a table keeps its cells together, paragraphs within them too.
    let mut rows_open = 0_usize;
    let mut rest = text;
    let mut skip_until: Option<&str> = None;
    while let Some(open) = rest.find('<') {
        if skip_until.is_none() {
            together.push_str(&unescape(&rest[..open]));
        }
        let Some(length) = rest[open..].find('>') else {
            break;
        };
        let tag = &rest[open + 1..open + length];
        rest = &rest[open + length + 1..];
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|c| !c.is_whitespace() && *c != '/')
            .collect::<String>()
            .to_lowercase();
        if let Some(until) = skip_until {
            if tag.starts_with('/') && name == until {
                skip_until = None;
            }
            continue;
        }
        if !tag.starts_with('/') && name == "style" && !tag.ends_with('/') {
            skip_until = Some("style");
            continue;
        }
        let spoken = spoken(tag);
        if !spoken.is_empty() {
            words.push(Words {
                file: file.to_owned(),
                text: spoken,
            });
        }
        let is_row = matches!(name.as_str(), "tr" | "w:tr" | "row");
        if is_row {
            flush(&mut together, file, words);
            rows_open = if tag.starts_with('/') {
                rows_open.saturating_sub(1)
            } else {
                rows_open + 1
            };
        } else if rows_open == 0 && BLOCKS.contains(&name.as_str()) {
            flush(&mut together, file, words);
        } else {
            together.push(' ');
        }
    }
    if skip_until.is_none() {
        together.push_str(&unescape(rest));
    }
    flush(&mut together, file, words);
}

fn flush(together: &mut String, file: &str, words: &mut Vec<Words>) {
    if !together.trim().is_empty() {
        words.push(Words {
            file: file.to_owned(),
            text: together.split_whitespace().collect::<Vec<_>>().join(" "),
        });
    }
    together.clear();
}

/// The spoken attributes of a tag, together.
fn spoken(tag: &str) -> String {
    let mut values = Vec::new();
    let mut rest = tag;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals]
            .split_whitespace()
            .last()
            .unwrap_or("")
            .to_lowercase();
        let after = rest[equals + 1..].trim_start();
        let Some(quote) = after.chars().next().filter(|c| *c == '"' || *c == '\'') else {
            rest = &rest[equals + 1..];
            continue;
        };
        let Some(end) = after[1..].find(quote) else { break };
        if is_spoken(&name) {
            values.push(unescape(&after[1..=end]));
        }
        rest = &after[end + 2..];
    }
    values.join(" | ")
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&apos;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}
