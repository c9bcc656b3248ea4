//! The findings as one page: by school, so that a school's office can mend its own, and by rule, for the authority's.

use super::{
    findings::PupilFinding,
    report::{PupilReport, RuleSummary, level_in_words, plural, rows, school},
};
use senlens_model::{Laestab, html_text};
use std::{collections::BTreeMap, fmt::Write as _};

const STYLE: &str = "body{font-family:Arial,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#0b0c0c;\
line-height:1.4}table{border-collapse:collapse;width:100%;margin:.5em 0 1.5em}th,td{text-align:left;vertical-align:top;\
padding:.3em .6em;border-bottom:1px solid #bfbfbf;overflow-wrap:anywhere}td.n,th.n{text-align:right;overflow-wrap:normal}\
a{color:#12436d}.marking{font-weight:bold;border-bottom:3px solid #b1131e;padding-bottom:.3em}#schools table{table-layout:fixed}#schools th:nth-child(-n+2){width:33%}#schools th.n{width:9%}\
ul.jump{columns:4 11em;padding:0;list-style:none}h3{margin:1.5em 0 0;break-after:avoid}\
tr{break-inside:avoid}@media print{nav{display:none}section.part{break-before:page}}";

impl PupilReport {
    /// One page that needs nothing from elsewhere: every school with what it has to mend, every rule with its schools,
    /// and what became of every record.
    pub fn to_html(&self) -> String {
        let mut page = format!(
            "<!DOCTYPE html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
             content=\"width=device-width\"><title>Pupil records checked</title>\n<style>{STYLE}</style>\n\
             <style>@page {{ @top-center {{ content: \"{marking}\"; font: bold 9pt Arial, sans-serif; }} }}</style></head><body>\n\
             <p class=\"marking\">{marking}</p>\n<h1>Pupil records checked</h1>\n",
            marking = self.marking
        );
        if self.is_clean() {
            page.push_str("<p>Nothing was found.</p>\n");
        } else {
            let by_school = self.by_school();
            self.opening(&by_school, &mut page);
            schools(&by_school, &mut page);
            page.push_str("<section class=\"part\" id=\"rules\"><h2>By rule</h2>\n");
            for rule in &self.rules {
                of_rule(rule, &mut page);
            }
            page.push_str("</section>\n");
        }
        self.accounts(&mut page);
        page.push_str("</body></html>\n");
        page
    }

    /// The findings of each school, in order of rule and file; records that name no school come first.
    fn by_school(&self) -> BTreeMap<Option<Laestab>, Vec<&PupilFinding>> {
        let mut by_school: BTreeMap<_, Vec<&PupilFinding>> = BTreeMap::new();
        for finding in self.rules.iter().flat_map(|rule| &rule.schools) {
            by_school.entry(finding.laestab).or_default().push(finding);
        }
        by_school
    }

    fn opening(&self, by_school: &BTreeMap<Option<Laestab>, Vec<&PupilFinding>>, page: &mut String) {
        let times: u64 = self.rules.iter().map(|rule| rule.records).sum();
        let named = by_school.keys().flatten().count() as u64;
        let _ = writeln!(
            page,
            "<p>{} {} broken {times} {}, at {named} {}. Rows are counted as a spreadsheet numbers them; in a return as XML a \
             row is the pupil\u{2019}s place in the file. No value of a record is on this page.</p>\n<nav><p>\
             <a href=\"#schools\">By school</a>, <a href=\"#rules\">by rule</a>, \
             <a href=\"#accounts\">what became of every record</a></p></nav>",
            self.rules.len(),
            plural(self.rules.len() as u64, "rule is", "rules are"),
            plural(times, "time", "times"),
            plural(named, "school", "schools"),
        );
        page.push_str(
            "<table><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">What becomes of the record</th>\
             <th scope=\"col\" class=\"n\">Records</th><th scope=\"col\" class=\"n\">Schools</th></tr></thead><tbody>\n",
        );
        for rule in &self.rules {
            let mut schools: Vec<_> = rule.schools.iter().filter_map(|one| one.laestab).collect();
            schools.dedup();
            let _ = writeln!(
                page,
                "<tr><td><a href=\"#rule-{}\">{}</a></td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                rule.rule,
                html_text(rule.sentence),
                level_in_words(rule.level),
                rule.records,
                schools.len()
            );
        }
        page.push_str("</tbody></table>\n");
    }

    fn accounts(&self, page: &mut String) {
        page.push_str(
            "<section class=\"part\" id=\"accounts\"><h2>What became of every record</h2>\n<table><thead><tr>\
             <th scope=\"col\">File</th><th scope=\"col\" class=\"n\">Read</th><th scope=\"col\" class=\"n\">Counted</th>\
             <th scope=\"col\">Not counted</th></tr></thead><tbody>\n",
        );
        for account in &self.accounts {
            let reasons: Vec<String> = account
                .rejected()
                .iter()
                .map(|(reason, count)| format!("{count}: {}", html_text(reason)))
                .collect();
            let _ = writeln!(
                page,
                "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
                html_text(account.file()),
                account.read(),
                account.accepted(),
                reasons.join("<br>")
            );
        }
        page.push_str("</tbody></table></section>\n");
    }
}

fn schools(by_school: &BTreeMap<Option<Laestab>, Vec<&PupilFinding>>, page: &mut String) {
    page.push_str("<section class=\"part\" id=\"schools\"><h2>By school</h2>\n<nav><ul class=\"jump\">\n");
    for findings in by_school.values() {
        let records: u64 = findings.iter().map(|finding| finding.records).sum();
        let _ = writeln!(
            page,
            "<li><a href=\"#school-{}\">{}</a> ({records})</li>",
            anchor(findings[0]),
            school(findings[0])
        );
    }
    page.push_str("</ul></nav>\n");
    for findings in by_school.values() {
        let _ = writeln!(
            page,
            "<h3 id=\"school-{}\">School {}</h3>\n<table><thead><tr><th scope=\"col\">What is wrong</th>\
             <th scope=\"col\">What to do</th><th scope=\"col\" class=\"n\">Records</th>\
             <th scope=\"col\">Where</th></tr></thead><tbody>",
            anchor(findings[0]),
            school(findings[0])
        );
        for finding in findings {
            let _ = writeln!(
                page,
                "<tr><td>{} ({})</td><td>{}</td><td class=\"n\">{}</td><td>{}, {}, {}</td></tr>",
                html_text(finding.sentence),
                level_in_words(finding.level),
                html_text(finding.remedy),
                finding.records,
                html_text(&finding.file),
                finding.column,
                rows(finding)
            );
        }
        page.push_str("</tbody></table>\n");
    }
    page.push_str("</section>\n");
}

fn of_rule(rule: &RuleSummary, page: &mut String) {
    let _ = writeln!(
        page,
        "<h3 id=\"rule-{}\">{}</h3>\n<p>{} {}; {}. What to do: {}. Rule <code>{}</code>.</p>\n<table><thead><tr>\
         <th scope=\"col\">School</th><th scope=\"col\">File</th><th scope=\"col\">Column</th>\
         <th scope=\"col\" class=\"n\">Records</th><th scope=\"col\">First rows</th></tr></thead><tbody>",
        rule.rule,
        html_text(rule.sentence),
        rule.records,
        plural(rule.records, "record", "records"),
        level_in_words(rule.level),
        html_text(rule.remedy),
        rule.rule
    );
    for finding in &rule.schools {
        let _ = writeln!(
            page,
            "<tr><td><a href=\"#school-{}\">{}</a></td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            anchor(finding),
            school(finding),
            html_text(&finding.file),
            finding.column,
            finding.records,
            rows(finding)
        );
    }
    page.push_str("</tbody></table>\n");
}

/// A word that a link can end in.
fn anchor(finding: &PupilFinding) -> String {
    finding
        .laestab
        .map_or_else(|| "not-named".to_owned(), |laestab| laestab.to_string())
}

#[cfg(test)]
mod tests {
    use crate::{PupilFinding, PupilReport, RULES, RuleSummary};
    use senlens_files::RowAccount;

    fn finding(rule: usize, laestab: Option<&str>, records: u64) -> PupilFinding {
        let rule = &RULES[rule];
        PupilFinding {
            file: "<a & b>.xml".to_owned(),
            rule: rule.id,
            level: rule.level,
            laestab: laestab.map(|text| text.parse().expect("a school")),
            column: rule.column,
            sentence: rule.sentence,
            remedy: rule.remedy,
            is_whole_column: false,
            records,
            first_rows: (2..).take(usize::try_from(records).expect("few")).collect(),
        }
    }

    fn summary(schools: Vec<PupilFinding>) -> RuleSummary {
        let first = &schools[0];
        RuleSummary {
            rule: first.rule,
            level: first.level,
            column: first.column,
            sentence: first.sentence,
            remedy: first.remedy,
            records: schools.iter().map(|one| one.records).sum(),
            schools,
        }
    }

    #[test]
    fn every_school_has_its_rules_with_count_and_remedy_and_every_link_leads_somewhere() {
        let report = PupilReport {
            marking: senlens_model::MARKING,
            rules: vec![
                summary(vec![finding(3, None, 1), finding(3, Some("8812001"), 2)]),
                summary(vec![
                    finding(5, Some("8812001"), 3),
                    finding(5, Some("8812002"), 1),
                ]),
            ],
            accounts: vec![RowAccount::new("<a & b>.xml", "pupil records, XML", "")],
        };
        let page = report.to_html();
        assert!(
            page.contains("2 rules are broken 7 times, at 2 schools."),
            "{page}"
        );
        assert!(page.contains("&lt;a &amp; b&gt;.xml") && !page.contains("<a & b>"));
        let links: Vec<&str> = page
            .split("href=\"#")
            .skip(1)
            .map(|rest| &rest[..rest.find('"').expect("an end")])
            .collect();
        assert!(links.len() > 10);
        for link in links {
            assert_eq!(page.matches(&format!("id=\"{link}\"")).count(), 1, "{link}");
        }
        let of_school = |code: &str| {
            let start = page
                .find(&format!("<h3 id=\"school-{code}\">"))
                .expect("a section");
            let rest = &page[start..];
            rest[..rest.find("</table>").expect("a table")].to_owned()
        };
        for (code, rules) in [("not-named", &[3][..]), ("8812001", &[3, 5]), ("8812002", &[5])] {
            let section = of_school(code);
            for rule in [3, 5] {
                let has = section.contains(RULES[rule].sentence) && section.contains(RULES[rule].remedy);
                assert_eq!(has, rules.contains(&rule), "{code}, {rule}");
            }
        }
        assert!(of_school("8812001").contains("rows 2, 3, 4"));
    }

    #[test]
    fn nothing_found_says_so() {
        let report = PupilReport {
            marking: senlens_model::MARKING,
            rules: Vec::new(),
            accounts: Vec::new(),
        };
        assert!(report.to_html().contains("Nothing was found."));
    }
}
