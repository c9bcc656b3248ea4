//! Writing HTML: text is escaped unless it is said to be markup.

use senlens_model::html_text;
use std::fmt::Write;

/// A page under construction.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

impl Html {
    /// A heading with an address of its own on the page.
    pub(crate) fn heading(&mut self, level: u8, id: &str, text: &str) {
        self.line(&format!("<h{level} id=\"{id}\">{}</h{level}>", html_text(text)));
    }

    /// A heading without an address.
    pub(crate) fn subheading(&mut self, level: u8, text: &str) {
        self.line(&format!("<h{level}>{}</h{level}>", html_text(text)));
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.line(&format!("<p>{}</p>", html_text(text)));
    }

    /// A paragraph of a kind the style sheet knows.
    pub(crate) fn paragraph_of(&mut self, class: &str, text: &str) {
        self.line(&format!("<p class=\"{class}\">{}</p>", html_text(text)));
    }

    /// A list of sentences.
    pub(crate) fn list<T: AsRef<str>>(&mut self, items: &[T]) {
        if items.is_empty() {
            return;
        }
        self.line("<ul>");
        for item in items {
            self.line(&format!("<li>{}</li>", html_text(item.as_ref())));
        }
        self.line("</ul>");
    }

    /// Markup as it stands.
    pub(crate) fn line(&mut self, markup: &str) {
        self.0.push_str(markup);
        self.0.push('\n');
    }

    /// A table: a caption, a header row, and rows whose first cell is their header.
    pub(crate) fn table(&mut self, table: &PageTable) {
        let Self(page) = self;
        // On a narrow screen a table slides sideways within its own box, which a keyboard can reach.
        let _ = writeln!(
            page,
            "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n<table>\n<caption>{}</caption>\n<thead>\n<tr>",
            html_text(&table.caption),
            html_text(&table.caption)
        );
        for column in &table.columns {
            let class = if column.is_figure { " class=\"figure\"" } else { "" };
            let _ = writeln!(
                page,
                "<th scope=\"col\"{class}>{}</th>",
                html_text(&column.heading)
            );
        }
        page.push_str("</tr>\n</thead>\n<tbody>\n");
        for row in &table.rows {
            page.push_str("<tr>");
            for (position, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let text = html_text(cell);
                let _ = match (position, column.is_figure) {
                    (0, _) => write!(page, "<th scope=\"row\">{text}</th>"),
                    (_, true) => write!(page, "<td class=\"figure\">{text}</td>"),
                    (_, false) => write!(page, "<td>{text}</td>"),
                };
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table>\n</div>\n");
    }

    /// The page so far.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// A table of a page: no merged cells, figures set to the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageTable {
    caption: String,
    columns: Vec<PageColumn>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PageColumn {
    heading: String,
    is_figure: bool,
}

impl PageTable {
    /// A table without rows or columns yet.
    pub(crate) fn new(caption: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Adds a column of words.
    pub(crate) fn words(mut self, heading: impl Into<String>) -> Self {
        self.columns.push(PageColumn {
            heading: heading.into(),
            is_figure: false,
        });
        self
    }

    /// Adds a column of figures.
    pub(crate) fn figures(mut self, heading: impl Into<String>) -> Self {
        self.columns.push(PageColumn {
            heading: heading.into(),
            is_figure: true,
        });
        self
    }

    /// Adds a row with a cell for each column.
    pub(crate) fn push(&mut self, row: Vec<String>) {
        assert_eq!(
            row.len(),
            self.columns.len(),
            "a cell for each column of `{}`",
            self.caption
        );
        self.rows.push(row);
    }

    /// Whether it has no rows.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{Html, PageTable};

    #[test]
    fn a_table_has_a_caption_and_scopes() {
        let mut table = PageTable::new("Rates & counts").words("Place").figures("Pupils");
        table.push(vec!["St Mary's".to_owned(), "1,200".to_owned()]);
        let mut page = Html::default();
        page.table(&table);
        let html = page.into_string();
        for part in [
            "<caption>Rates &amp; counts</caption>",
            "<th scope=\"col\">Place</th>",
            "<th scope=\"col\" class=\"figure\">Pupils</th>",
            "<th scope=\"row\">St Mary&#39;s</th><td class=\"figure\">1,200</td>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
