//! Words that give a number beside the name of a place and of a need whose count there is withheld.

use crate::ReadersPolicy;
use crate::count::{Count, CountKey};
use crate::evidence::{Evidence, Figure, Knowledge};
use crate::report::{AttackReport, Finding};
use senlens_model::{Need, NeedCut};
use std::collections::{BTreeMap, BTreeSet};

/// Longest words quoted in a finding, in characters.
const QUOTED: usize = 160;

/// Finds figures in words that no table explains.
pub(crate) fn find(
    evidence: &Evidence,
    knowledge: &Knowledge,
    policy: ReadersPolicy,
    report: &mut AttackReport,
) {
    // By code: the place's names, its withheld counts, and every figure shown of it.
    let mut names: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut shown: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut withheld: BTreeMap<&str, Vec<&CountKey>> = BTreeMap::new();
    for (key, known) in knowledge {
        if known.withheld {
            withheld.entry(&key.code).or_default().push(key);
        }
    }
    for row in &evidence.rows {
        if !withheld.contains_key(row.code.as_str()) {
            continue;
        }
        for name in [&row.name, &row.code] {
            if name.chars().count() > 2 {
                names.entry(name.to_lowercase()).or_default().insert(&row.code);
            }
        }
        let figures = shown.entry(&row.code).or_default();
        figures.extend(row.figures.iter().filter_map(Figure::number));
    }
    for figures in shown.values_mut() {
        figures.sort_by(f64::total_cmp);
        figures.dedup();
    }
    let by_first_word = index(&names);
    for words in &evidence.words {
        let text = words.text.to_lowercase();
        let numbers = numbers_of(&text);
        if numbers.is_empty() {
            continue;
        }
        for code in places_in(&text, &by_first_word, &names) {
            let figures = shown.get(code).map_or(&[][..], Vec::as_slice);
            let unexplained = numbers.iter().any(|number| {
                !is_explained(*number, figures, policy) && !name_holds(&names, code, &text, number.text)
            });
            if !unexplained {
                continue;
            }
            if let Some(count) = withheld
                .get(code)
                .and_then(|counts| counts.iter().find(|count| is_named(count, &text)))
            {
                report.findings.push(Finding::Words {
                    count: (*count).clone(),
                    file: words.file.clone(),
                    text: words.text.chars().take(QUOTED).collect(),
                });
            }
        }
    }
}

/// A number in words, with the places after its point.
#[derive(Debug, Clone, Copy)]
struct Spoken<'t> {
    text: &'t str,
    value: f64,
    decimals: usize,
}

fn numbers_of(text: &str) -> Vec<Spoken<'_>> {
    let mut numbers = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit()
            || (at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'#'))
        {
            at += 1;
            continue;
        }
        let from = at;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || (matches!(bytes[at], b'.' | b',') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)))
        {
            at += 1;
        }
        let is_word = at < bytes.len() && bytes[at].is_ascii_alphabetic();
        let spoken = &text[from..at];
        if is_word {
            continue;
        }
        if let Ok(value) = spoken.replace(',', "").parse() {
            numbers.push(Spoken {
                text: spoken,
                value,
                decimals: spoken.split_once('.').map_or(0, |(_, decimals)| decimals.len()),
            });
        }
    }
    numbers
}

/// Whether a number is a figure that a table shows of the place, a year, or a number of the policy or the method.
fn is_explained(number: Spoken<'_>, figures: &[f64], policy: ReadersPolicy) -> bool {
    let value = number.value;
    let is_year = number.decimals == 0
        && ((1990.0..2100.0).contains(&value) || (199_000.0..209_999.0).contains(&value));
    if is_year || [95.0, 99.8, 0.95, 100.0, policy.minimum_count as f64].contains(&value) {
        return true;
    }
    let mut half = 0.5;
    for _ in 0..number.decimals {
        half /= 10.0;
    }
    let from = figures.partition_point(|figure| *figure < value - half * 1.001);
    figures
        .get(from)
        .is_some_and(|figure| *figure <= value + half * 1.001)
}

/// Whether the number is part of the place's own name or code ("St Mary's 2", URN 100001).
fn name_holds(names: &BTreeMap<String, BTreeSet<&str>>, code: &str, text: &str, number: &str) -> bool {
    names
        .iter()
        .any(|(name, codes)| codes.contains(code) && name.contains(number) && text.contains(name.as_str()))
}

/// Whether the words name a count's need.
fn is_named(count: &CountKey, text: &str) -> bool {
    let says = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + word.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
    };
    match count.count {
        Count::Need(NeedCut::Of(need)) => names_need(need, &says),
        // A total is named by its provision, when no need is.
        Count::Need(NeedCut::Total) | Count::WithNeed => {
            says(&count.provision.as_str().to_lowercase())
                && !Need::ALL.into_iter().any(|need| names_need(need, &says))
        }
        Count::Roll | Count::Rest => false,
    }
}

fn names_need(need: Need, says: &impl Fn(&str) -> bool) -> bool {
    says(&need.as_str().to_lowercase()) || says(&need.in_words().to_lowercase())
}

/// Names by their first word, so that words need not be searched for each.
fn index<'n>(names: &'n BTreeMap<String, BTreeSet<&str>>) -> BTreeMap<&'n str, Vec<&'n str>> {
    let mut by_first: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names.keys() {
        if let Some(first) = name
            .split(|c: char| !c.is_alphanumeric())
            .find(|word| !word.is_empty())
        {
            by_first.entry(first).or_default().push(name);
        }
    }
    by_first
}

/// Codes of the places that words name.
fn places_in<'n>(
    text: &str,
    by_first_word: &BTreeMap<&str, Vec<&str>>,
    names: &'n BTreeMap<String, BTreeSet<&'n str>>,
) -> BTreeSet<&'n str> {
    let mut codes = BTreeSet::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        for name in by_first_word.get(word).into_iter().flatten() {
            if text.contains(name) {
                codes.extend(names[*name].iter().copied());
            }
        }
    }
    codes
}
