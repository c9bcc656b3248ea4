//! Reads pages and drawings: the text of each row, paragraph and tooltip, and the attributes of each element.

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

/// Headings: what stands below them is about what they name.
const HEADINGS: [&str; 9] = [
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "caption",
    "figcaption",
    "summary",
];

/// Reads the words of HTML, SVG or XML.
pub(crate) fn read(text: &str, file: &str, words: &mut Vec<Words>) {
    let mut reader = Reader {
        file,
        words,
        together: String::new(),
        heading: String::new(),
        cells: Vec::new(),
        header: Vec::new(),
        row_has_data: false,
        rows_open: 0,
    };
    let mut rest = text;
    let mut skip_until: Option<&str> = None;
    while let Some(open) = rest.find('<') {
        if skip_until.is_none() {
            reader.together.push_str(&unescape(&rest[..open]));
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
        reader.tag(tag, &name);
    }
    if skip_until.is_none() {
        reader.together.push_str(&unescape(rest));
    }
    reader.end_row();
}

/// What has been read and not yet handed on.
struct Reader<'r> {
    file: &'r str,
    words: &'r mut Vec<Words>,
    together: String,
    heading: String,
    /// The cells of the row being read.
    cells: Vec<String>,
    /// The cells of the table's first row, where it names the columns.
    header: Vec<String>,
    row_has_data: bool,
    /// A row of a table keeps its cells together, paragraphs within them too.
    rows_open: usize,
}

impl Reader<'_> {
    fn tag(&mut self, tag: &str, name: &str) {
        let closes = tag.starts_with('/');
        let spoken = spoken(tag);
        if !spoken.is_empty() {
            self.push(spoken);
        }
        match name {
            "tr" | "w:tr" | "row" => {
                self.end_row();
                self.rows_open = if closes {
                    self.rows_open.saturating_sub(1)
                } else {
                    self.rows_open + 1
                };
            }
            "td" | "th" | "w:tc" if self.rows_open > 0 => {
                self.row_has_data |= name != "th";
                self.end_cell();
            }
            "table" | "w:tbl" => {
                self.end_row();
                self.header.clear();
            }
            name if self.rows_open == 0 && BLOCKS.contains(&name) => {
                let said = self.flush();
                if closes && HEADINGS.contains(&name) {
                    self.heading = said;
                }
            }
            _ => self.together.push(' '),
        }
    }

    fn push(&mut self, text: String) {
        self.words.push(Words {
            file: self.file.to_owned(),
            text,
            context: self.heading.clone(),
        });
    }

    fn take(&mut self) -> String {
        let said = self.together.split_whitespace().collect::<Vec<_>>().join(" ");
        self.together.clear();
        said
    }

    /// Hands on what stands together.
    fn flush(&mut self) -> String {
        let said = self.take();
        if !said.is_empty() {
            self.push(said.clone());
        }
        said
    }

    fn end_cell(&mut self) {
        let said = self.take();
        if !said.is_empty() {
            self.cells.push(said);
        }
    }

    /// Hands on a row, each cell with the name of its column.
    fn end_row(&mut self) {
        if self.cells.is_empty() {
            self.flush();
            return;
        }
        self.end_cell();
        let cells = std::mem::take(&mut self.cells);
        let said = if self.header.len() == cells.len() {
            let named = self.header.iter().zip(&cells);
            named
                .map(|(name, cell)| format!("{name} {cell}"))
                .collect::<Vec<_>>()
                .join(" | ")
        } else {
            cells.join(" | ")
        };
        self.push(said);
        if !std::mem::take(&mut self.row_has_data) {
            self.header = cells;
        }
    }
}

/// The spoken attributes of a tag, together.
fn spoken(tag: &str) -> String {
    attributes(tag)
        .filter(|(name, _)| is_spoken(name))
        .map(|(_, value)| value)
        .collect::<Vec<_>>()
        .join(" | ")
}

/// An attribute of a tag.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    attributes(tag)
        .find(|(other, _)| other == name)
        .map(|(_, value)| value)
}

/// The attributes of a tag, names in lower case.
fn attributes(tag: &str) -> impl Iterator<Item = (String, String)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        loop {
            let equals = rest.find('=')?;
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
            let end = after[1..].find(quote)?;
            rest = &after[end + 2..];
            return Some((name, unescape(&after[1..=end])));
        }
    })
}

/// A text without its references.
pub(super) fn unescape(text: &str) -> String {
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
