//! Finds numbers in words that give away a withheld count of a place and need.
//!
//! A number belongs to the nearest place named before it in its sentence, else to the first after it; and to the needs
//! named in its clause, else to the last before it, the first after it, or those of the heading above. It is a leak when
//! that count is withheld and no table shows such a figure of that place and need.

use crate::ReadersPolicy;
use crate::count::{Count, CountKey};
use crate::evidence::{Evidence, Figure, Knowledge, Words};
use crate::report::{AttackReport, Finding};
use senlens_model::{Need, NeedCut};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Longest words quoted in a finding, in characters.
const QUOTED: usize = 160;

/// What ends a clause.
const CLAUSE_ENDS: [char; 6] = [';', ',', '|', '(', ')', '\n'];

/// Finds figures in words that no table explains.
pub(crate) fn find(
    evidence: &Evidence,
    in_rows: &[Words],
    knowledge: &Knowledge,
    policy: ReadersPolicy,
    report: &mut AttackReport,
) {
    let reader = Reader::new(evidence, knowledge, policy);
    if reader.withheld.is_empty() {
        return;
    }
    for words in evidence.words.iter().chain(in_rows) {
        let text = words.text.to_lowercase();
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        for count in reader.told(&text, &words.context.to_lowercase()) {
            report.findings.push(Finding::Words {
                count: count.clone(),
                file: words.file.clone(),
                text: words.text.chars().take(QUOTED).collect(),
            });
        }
    }
}

/// A name that stands in words, and whose it is.
struct Mention<T> {
    at: Range<usize>,
    of: T,
}

/// What one who reads the words knows from the tables.
struct Reader<'e> {
    policy: ReadersPolicy,
    /// Places by their names and codes, in lower case.
    names: BTreeMap<String, BTreeSet<&'e str>>,
    /// Names by their first word, so that words need not be searched for each; longest first.
    by_first_word: BTreeMap<String, Vec<String>>,
    /// What is withheld of each place.
    withheld: BTreeMap<&'e str, Vec<&'e CountKey>>,
    /// What is shown of each place, by need; under none what no need is named for, or all together.
    shown: BTreeMap<(&'e str, Option<Need>), Vec<f64>>,
}

impl<'e> Reader<'e> {
    fn new(evidence: &'e Evidence, knowledge: &'e Knowledge, policy: ReadersPolicy) -> Self {
        let mut reader = Self {
            policy,
            names: BTreeMap::new(),
            by_first_word: BTreeMap::new(),
            withheld: BTreeMap::new(),
            shown: BTreeMap::new(),
        };
        for (key, known) in knowledge {
            if known.withheld {
                reader.withheld.entry(&key.code).or_default().push(key);
            }
        }
        for row in &evidence.rows {
            // Places with nothing withheld too: what is said of them is not said of another.
            for name in [&row.name, &row.code] {
                if name.chars().count() > 2 {
                    reader
                        .names
                        .entry(name.to_lowercase())
                        .or_default()
                        .insert(&row.code);
                }
            }
            if !reader.withheld.contains_key(row.code.as_str()) {
                continue;
            }
            let need = match row.need {
                Some(NeedCut::Of(need)) => Some(need),
                Some(NeedCut::Total) | None => None,
            };
            reader
                .shown
                .entry((&row.code, need))
                .or_default()
                .extend(row.figures.iter().filter_map(Figure::number));
        }
        for figures in reader.shown.values_mut() {
            figures.sort_by(f64::total_cmp);
            figures.dedup();
        }
        for name in reader.names.keys() {
            if let Some(first) = words_of(name).next() {
                reader
                    .by_first_word
                    .entry(first.to_owned())
                    .or_default()
                    .push(name.clone());
            }
        }
        for names in reader.by_first_word.values_mut() {
            names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        }
        reader
    }

    /// The withheld counts of which some words give a figure.
    fn told(&self, text: &str, context: &str) -> BTreeSet<&'e CountKey> {
        let places = self.places_in(text);
        let needs = needs_in(text, &places);
        let mut told = BTreeSet::new();
        for number in numbers_of(text) {
            if places.iter().any(|place| place.at.contains(&number.at)) {
                continue;
            }
            let sentence = sentence_around(text, number.at, &places);
            let Some(place) = nearest(&places, &sentence, number.at) else {
                continue;
            };
            let clause = clause_around(text, number.at, &sentence);
            let mut of: BTreeSet<Need> = needs
                .iter()
                .filter(|need| clause.contains(&need.at.start))
                .map(|need| need.of)
                .collect();
            if of.is_empty() {
                of.extend(nearest(&needs, &sentence, number.at).map(|need| need.of));
            }
            if of.is_empty() {
                of.extend(needs_in::<()>(context, &[]).iter().map(|need| need.of));
            }
            for code in place.of {
                let Some(withheld) = self.withheld.get(code) else {
                    continue;
                };
                if self.is_explained(number, code, &of) {
                    continue;
                }
                let said = format!("{} {context}", &text[sentence.clone()]);
                told.extend(withheld.iter().find(|count| is_meant(count, &of, &said)).copied());
            }
        }
        told
    }

    /// Every place that a text names, the longest names first where names overlap, in order.
    fn places_in(&self, text: &str) -> Vec<Mention<&BTreeSet<&'e str>>> {
        let mut found: Vec<Mention<&BTreeSet<&'e str>>> = Vec::new();
        let mut free_from = 0;
        for (at, word) in words_at(text) {
            if at < free_from {
                continue;
            }
            let names = self.by_first_word.get(word).into_iter().flatten();
            for name in names {
                // A name may begin with a sign before its first word.
                let lead = name.find(word).unwrap_or(0);
                let Some(from) = at.checked_sub(lead) else {
                    continue;
                };
                let to = from + name.len();
                if text.get(from..to) == Some(name.as_str()) && stands_apart(text, &(from..to)) {
                    found.push(Mention {
                        at: from..to,
                        of: &self.names[name],
                    });
                    free_from = to;
                    break;
                }
            }
        }
        found
    }

    /// Whether a number is a figure that a table shows of the place for the needs, a year, or a number of the policy or
    /// the method.
    fn is_explained(&self, number: Spoken, code: &'e str, needs: &BTreeSet<Need>) -> bool {
        let value = number.value;
        let is_year = number.decimals == 0
            && ((1990.0..2100.0).contains(&value) || (199_000.0..209_999.0).contains(&value));
        if is_year || [95.0, 99.8, 0.95, 100.0, self.policy.minimum_count as f64].contains(&value) {
            return true;
        }
        let mut half = 0.5;
        for _ in 0..number.decimals {
            half /= 10.0;
        }
        needs
            .iter()
            .map(|need| Some(*need))
            .chain([None])
            .filter_map(|need| self.shown.get(&(code, need)))
            .any(|figures| {
                let from = figures.partition_point(|figure| *figure < value - half * 1.001);
                figures
                    .get(from)
                    .is_some_and(|figure| *figure <= value + half * 1.001)
            })
    }
}

/// A number in words, with the places after its point.
#[derive(Debug, Clone, Copy)]
struct Spoken {
    at: usize,
    value: f64,
    decimals: usize,
}

fn numbers_of(text: &str) -> Vec<Spoken> {
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
        // The second half of an academic year: 2022/23.
        let ends_a_year = from >= 5
            && at - from == 2
            && bytes[from - 1] == b'/'
            && bytes[from - 5..from - 1].iter().all(u8::is_ascii_digit);
        let spoken = &text[from..at];
        if is_word || ends_a_year {
            continue;
        }
        if let Ok(value) = spoken.replace(',', "").parse() {
            numbers.push(Spoken {
                at: from,
                value,
                decimals: spoken.split_once('.').map_or(0, |(_, decimals)| decimals.len()),
            });
        }
    }
    numbers
}

/// The words of a text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    words_at(text).map(|(_, word)| word)
}

/// The words of a text, each with where it begins.
fn words_at(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let from = rest + text[rest..].find(char::is_alphanumeric)?;
        let to = text[from..]
            .find(|c: char| !c.is_alphanumeric())
            .map_or(text.len(), |length| from + length);
        rest = to;
        Some((from, &text[from..to]))
    })
}

/// Whether what stands in a range is not part of a longer word.
fn stands_apart(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Every need that a text names, in order, but in the names of places.
fn needs_in<T>(text: &str, places: &[Mention<T>]) -> Vec<Mention<Need>> {
    let mut found: Vec<Mention<Need>> = Vec::new();
    for need in Need::ALL {
        for word in [need.as_str().to_lowercase(), need.in_words().to_lowercase()] {
            for (at, _) in text.match_indices(&word) {
                let range = at..at + word.len();
                if stands_apart(text, &range) && !places.iter().any(|place| place.at.contains(&at)) {
                    found.push(Mention { at: range, of: need });
                }
            }
        }
    }
    found.sort_by_key(|need| (need.at.start, need.at.end));
    found
}

/// The mention last before a position in a sentence, else the first after it, else the last in earlier sentences.
fn nearest<'m, T>(mentions: &'m [Mention<T>], sentence: &Range<usize>, at: usize) -> Option<&'m Mention<T>> {
    let inside = |mention: &&Mention<T>| sentence.contains(&mention.at.start);
    mentions
        .iter()
        .rfind(|mention| inside(mention) && mention.at.start <= at)
        .or_else(|| mentions.iter().find(inside))
        .or_else(|| mentions.iter().rfind(|mention| mention.at.start < sentence.start))
}

/// The sentence around a position: a full stop ends one, but in a number or the name of a place.
fn sentence_around<T>(text: &str, at: usize, places: &[Mention<T>]) -> Range<usize> {
    let ends = |end: usize| {
        let after = text[end + 1..].chars().next();
        after.is_none_or(char::is_whitespace) && !places.iter().any(|place| place.at.contains(&end))
    };
    let is_end = |c: char| matches!(c, '.' | '!' | '?');
    let from = text[..at]
        .match_indices(is_end)
        .map(|(end, _)| end)
        .rfind(|end| ends(*end))
        .map_or(0, |end| end + 1);
    let to = text[at..]
        .match_indices(is_end)
        .map(|(end, _)| at + end)
        .find(|end| ends(*end))
        .unwrap_or(text.len());
    from..to
}

/// The clause around a position within its sentence.
fn clause_around(text: &str, at: usize, sentence: &Range<usize>) -> Range<usize> {
    // The comma of a number ends nothing.
    let ends = |end: usize| {
        !text.as_bytes()[end].eq(&b',') || !text.as_bytes().get(end + 1).is_some_and(u8::is_ascii_digit)
    };
    let from = text[sentence.start..at]
        .match_indices(CLAUSE_ENDS)
        .map(|(end, _)| sentence.start + end)
        .rfind(|end| ends(*end))
        .map_or(sentence.start, |end| end + 1);
    let to = text[at..sentence.end]
        .match_indices(CLAUSE_ENDS)
        .map(|(end, _)| at + end)
        .find(|end| ends(*end))
        .unwrap_or(sentence.end);
    from..to
}

/// Whether a count is one that words speak of: of a need they name, or, where they name none, of a provision.
fn is_meant(count: &CountKey, needs: &BTreeSet<Need>, said: &str) -> bool {
    match count.count {
        Count::Need(NeedCut::Of(need)) => needs.contains(&need),
        Count::Need(NeedCut::Total) | Count::WithNeed => {
            needs.is_empty() && said.contains(&count.provision.as_str().to_lowercase())
        }
        Count::Roll | Count::Rest => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Reader, Spoken, clause_around, numbers_of, sentence_around};
    use crate::ReadersPolicy;
    use crate::count::{Count, CountKey};
    use senlens_model::{Coverage, GeographicLevel, Need, NeedCut, PhaseCut, ProvisionCut};
    use std::collections::BTreeMap;

    /// Mid and Southend: MLD is withheld in Southend; Mid shows 218 of it, Southend 40 with SLCN.
    fn told(text: &str, context: &str) -> bool {
        let key = CountKey {
            time_period: "202223".to_owned(),
            level: GeographicLevel::Quadrant,
            code: "southend".to_owned(),
            phase: PhaseCut::Total,
            coverage: Some(Coverage::StateFunded),
            provision: ProvisionCut::Total,
            count: Count::Need(NeedCut::Of(Need::Mld)),
        };
        let names = ["mid", "south", "southend", "st. ann's 2 school"];
        let reader = Reader {
            policy: ReadersPolicy {
                minimum_count: 5,
                zeros_shown: true,
                rounding: None,
            },
            names: names.map(|name| (name.to_owned(), [name].into())).into(),
            by_first_word: names
                .map(|name| {
                    (
                        name.split(['.', ' ']).next().unwrap().to_owned(),
                        vec![name.to_owned()],
                    )
                })
                .into(),
            withheld: BTreeMap::from([("southend", vec![&key]), ("st. ann's 2 school", vec![&key])]),
            shown: BTreeMap::from([
                (("southend", Some(Need::Slcn)), vec![40.0]),
                (("southend", None), vec![300.0]),
            ]),
        };
        !reader
            .told(&text.to_lowercase(), &context.to_lowercase())
            .is_empty()
    }

    #[test]
    fn a_number_belongs_to_the_place_and_need_beside_it() {
        for (leaks, text, context) in [
            (true, "Southend: 3 pupils with MLD", ""),
            (true, "3 pupils with MLD at Southend", ""),
            (true, "Southend | MLD | 3", ""),
            (true, "MLD: Mid 218 counted; Southend 3 counted", ""),
            (true, "At Southend few have MLD. It is 3.", ""),
            (true, "Southend 3", "Moderate learning difficulty by quadrant"),
            // The count of another need does not explain it.
            (true, "Southend: MLD 40", ""),
            (true, "St. Ann's 2 School has 7 with MLD", ""),
            // What is said of another place, or another need, is shown.
            (false, "MLD: Mid 218 counted; Southend c counted", ""),
            (false, "MLD: Southend c (c counted); Mid 218 (218 counted)", ""),
            (false, "Southend: MLD c, SLCN 40", ""),
            (false, "SLCN: Mid 219; Southend 40. MLD: Mid 218; Southend c", ""),
            (false, "South 17 with MLD", ""),
            (false, "St. Ann's 2 School: MLD c", ""),
            (
                false,
                "Southend: MLD c of 300 pupils with SEN, 2022/23, 95% limits",
                "",
            ),
            (false, "Southend 40", "Speech, language and communication needs"),
            (false, "Southend 3", "Pupils on roll"),
        ] {
            assert_eq!(told(text, context), leaks, "{text} | {context}");
        }
    }

    #[test]
    fn sentences_and_clauses_end_where_a_reader_would_end_them() {
        let text = "a 1.5, b 1,200; c 3. d 4";
        let at = |number: usize| -> Spoken { numbers_of(text)[number] };
        let sentence = sentence_around::<()>(text, at(0).at, &[]);
        assert_eq!(&text[sentence.clone()], "a 1.5, b 1,200; c 3");
        assert_eq!(&text[clause_around(text, at(1).at, &sentence)], " b 1,200");
        assert!((at(1).value - 1200.0).abs() < 1e-9);
        assert_eq!(&text[sentence_around::<()>(text, at(3).at, &[])], " d 4");
    }
}
