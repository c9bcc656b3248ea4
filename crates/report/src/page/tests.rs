//! What the page says, whatever the input lacks.

use super::page;
use senlens_release::Publication;
use senlens_testing::publication::{Kind, OWN, publication};

fn page_of(publication: &Publication) -> String {
    page(publication).expect("written")
}

/// The words of a page, a block a line, without charts and styles.
fn words_of(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        words.push_str(&rest[..start]);
        let end = rest[start..].find('>').map_or(rest.len(), |end| start + end + 1);
        let tag = &rest[start..end];
        let skipped = ["<style", "<svg"]
            .into_iter()
            .find(|skipped| tag.starts_with(skipped));
        rest = match skipped {
            Some(skipped) => {
                let close = format!("</{}>", &skipped[1..]);
                let after = rest.find(&close).map_or(rest.len(), |at| at + close.len());
                &rest[after..]
            }
            None => &rest[end..],
        };
        if tag.starts_with("</t") && tag != "</tr>" && !tag.starts_with("</table") {
            words.push_str(" | ");
        }
    }
    let lines: Vec<&str> = words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

#[test]
fn every_kind_of_input_gives_a_whole_page() {
    for kind in Kind::ALL {
        let html = page_of(&publication(kind));
        for section in super::SECTIONS {
            assert!(
                html.contains(&format!("<h2 id=\"{}\">", section.id)),
                "{kind:?}: {}",
                section.id
            );
        }
        let words = words_of(&html);
        for bad in ["NaN", " inf", "z%", "c%", "x%", "E12", "{", "}"] {
            assert!(!words.contains(bad), "{kind:?}: {bad} in {words}");
        }
        assert!(html.ends_with("</html>\n"));
    }
}

#[test]
fn the_page_needs_no_network_and_no_script() {
    let html = page_of(&publication(Kind::Everything)).replace("http://www.w3.org/2000/svg", "");
    for bad in ["http:", "https:", "<script", "<link", "<img", "@import", "url(//"] {
        assert!(!html.contains(bad), "{bad}");
    }
}

#[test]
fn every_address_on_the_page_is_there_once() {
    let html = page_of(&publication(Kind::Everything));
    let ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len());
    for link in html
        .split("href=\"#")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(ids.contains(&link), "{link}");
    }
    for label in html
        .split("aria-labelledby=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        assert!(label.split(' ').all(|id| ids.contains(&id)), "{label}");
    }
}

#[test]
fn tables_have_captions_and_as_many_cells_as_columns() {
    let html = page_of(&publication(Kind::Everything));
    for table in html
        .split("<table>")
        .skip(1)
        .filter_map(|rest| rest.split("</table>").next())
    {
        assert!(table.trim_start().starts_with("<caption>"), "{table}");
        assert!(!table.contains("colspan") && !table.contains("rowspan"));
        let columns = table.matches("<th scope=\"col\"").count();
        let body = table.split("<tbody>").nth(1).expect("a body");
        for row in body.split("<tr>").skip(1) {
            assert_eq!(
                row.matches("<td").count() + row.matches("<th scope=\"row\"").count(),
                columns,
                "{row}"
            );
        }
    }
}

#[test]
fn essex_has_its_reason_and_no_other_authority_has() {
    let mut publication = publication(Kind::Everything);
    assert!(!page_of(&publication).contains("inspection of autumn 2019"));
    publication.about.authority_code = "E10000012".to_owned();
    assert!(page_of(&publication).contains("inspection of autumn 2019"));
    assert_ne!(OWN, "E10000012");
}

#[test]
fn an_internal_page_is_marked_and_a_public_one_is_not() {
    let marking = "Official-sensitive: not for publication";
    // Head and foot of the page, every printed sheet, and each of three charts in two sizes.
    assert!(page_of(&publication(Kind::Everything)).matches(marking).count() >= 3 + 6);
    assert_eq!(
        page_of(&publication(Kind::NoNeedsBySchool))
            .matches(marking)
            .count(),
        0
    );
}

#[test]
fn withheld_figures_print_as_their_symbol() {
    let words = words_of(&page_of(&publication(Kind::Withheld)));
    assert!(
        words.contains("c of c pupils with special educational needs (SEN) have"),
        "{words}"
    );
    assert!(words.contains("c stands for a figure withheld"));
}

#[test]
fn never_better_or_worse() {
    for kind in Kind::ALL {
        let words = words_of(&page_of(&publication(kind)));
        for bad in ["better", "worse", "outlier", "misdiagnos", "poor"] {
            assert!(!words.contains(bad), "{kind:?}: {bad}");
        }
    }
}

#[test]
fn the_words_of_a_page() {
    insta::assert_snapshot!("everything", words_of(&page_of(&publication(Kind::Everything))));
    insta::assert_snapshot!("no_tables", words_of(&page_of(&publication(Kind::NoTables))));
}
