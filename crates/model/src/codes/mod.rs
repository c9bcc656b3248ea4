//! The Department's code lists and the register of breaks, read once from the TOML files beside this one and checked.

pub mod breaks;
mod crosswalk;

pub use crosswalk::{Crosswalk, CrosswalkCodes, crosswalks};

use crate::{AcademicYear, Need, NeedLabel, Phase, Provision, ProvisionCode, ProvisionLabel, Term, fold};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::LazyLock;

/// The censuses at which a code holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Validity {
    /// The first academic year; none where it has always held.
    pub first: Option<AcademicYear>,
    /// The last academic year; none where it holds still.
    pub last: Option<AcademicYear>,
    /// The last census of the last year; none where it holds for all of them.
    pub last_term: Option<Term>,
}

impl Validity {
    /// Whether the code holds at any census of a year.
    pub fn covers(self, year: AcademicYear) -> bool {
        self.first.is_none_or(|first| first <= year) && self.last.is_none_or(|last| year <= last)
    }

    /// Whether the code holds at one census.
    pub fn covers_census(self, year: AcademicYear, term: Term) -> bool {
        let ended = self.last == Some(year) && self.last_term.is_some_and(|last| last < term);
        self.covers(year) && !ended
    }

    /// As a list prints it: "to 2013/14", "from 2024/25"; empty for a code that always holds.
    pub fn in_words(self) -> String {
        let term = |term: Term| format!("{} ", term.in_words());
        let last = |last: AcademicYear| {
            format!(
                "{}{}",
                self.last_term.map(term).unwrap_or_default(),
                last.in_words()
            )
        };
        match (self.first, self.last) {
            (None, None) => String::new(),
            (Some(first), None) => format!("from {}", first.in_words()),
            (None, Some(year)) => format!("to {}", last(year)),
            (Some(first), Some(year)) => format!("from {} to {}", first.in_words(), last(year)),
        }
    }
}

/// What the files say of one type of need.
#[derive(Debug)]
pub(crate) struct NeedFacts {
    pub(crate) code: String,
    pub(crate) words: String,
    pub(crate) validity: Validity,
}

/// Every list, with the label of each entry folded.
#[derive(Debug)]
pub(crate) struct CodeLists {
    pub(crate) needs: Vec<NeedFacts>,
    pub(crate) need_labels: BTreeMap<String, NeedLabel>,
    pub(crate) provision_years: Vec<Validity>,
    pub(crate) provision_labels: BTreeMap<String, ProvisionLabel>,
    pub(crate) phase_names: Vec<String>,
    pub(crate) phase_labels: BTreeMap<String, Phase>,
    pub(crate) phases_of_types: BTreeMap<String, Phase>,
    pub(crate) crosswalks: Vec<Crosswalk>,
}

/// The lists, read at the first call.
pub(crate) fn lists() -> &'static CodeLists {
    static LISTS: LazyLock<CodeLists> = LazyLock::new(|| {
        CodeLists::from_toml(include_str!("codes.toml")).expect("a test reads the built-in lists")
    });
    &LISTS
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    needs: Vec<NeedEntry>,
    need_labels: NeedTotals,
    provisions: Vec<ProvisionEntry>,
    provision_labels: ProvisionTotals,
    phases: Vec<PhaseEntry>,
    crosswalks: Vec<crosswalk::Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedEntry {
    code: String,
    words: String,
    #[serde(default)]
    labels: Vec<String>,
    first: Option<AcademicYear>,
    last: Option<AcademicYear>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NeedTotals {
    total: Vec<String>,
    none: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvisionEntry {
    code: ProvisionCode,
    is: ProvisionName,
    labels: Vec<String>,
    first: Option<AcademicYear>,
    last: Option<AcademicYear>,
    last_term: Option<Term>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ProvisionName {
    NoSen,
    SenSupport,
    Plan,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvisionTotals {
    all_pupils: Vec<String>,
    all_sen: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhaseEntry {
    name: String,
    labels: Vec<String>,
    #[serde(default)]
    types: Vec<String>,
}

impl CodeLists {
    /// Reads and checks the text of the lists.
    ///
    /// # Errors
    /// What is wrong and what to do: not the TOML described at its head, entries that the enums do not have in that
    /// order, years the wrong way round, or a label that stands for two things.
    pub(crate) fn from_toml(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        same_order(
            "needs",
            "Need in need.rs",
            &file.needs,
            &Need::ALL,
            |entry, need| entry.code.eq_ignore_ascii_case(&format!("{need:?}")),
        )?;
        same_order(
            "provisions",
            "ProvisionCode in provision.rs",
            &file.provisions,
            &ProvisionCode::ALL,
            |entry, code| {
                entry.code == *code
                    && matches!(
                        (&entry.is, code.provision()),
                        (ProvisionName::NoSen, Provision::NoSen)
                            | (ProvisionName::SenSupport, Provision::SenSupport)
                            | (ProvisionName::Plan, Provision::Plan)
                    )
            },
        )?;
        same_order(
            "phases",
            "Phase in phase.rs",
            &file.phases,
            &Phase::ALL,
            |_, _| true,
        )?;

        let mut needs = Vec::new();
        let mut need_labels = BTreeMap::new();
        for (entry, need) in file.needs.into_iter().zip(Need::ALL) {
            let own = [&entry.code, &entry.words].into_iter().chain(&entry.labels);
            add_labels(&mut need_labels, own, NeedLabel::Of(need))?;
            needs.push(NeedFacts {
                validity: validity(&entry.code, entry.first, entry.last, None)?,
                code: entry.code,
                words: entry.words,
            });
        }
        add_labels(&mut need_labels, &file.need_labels.total, NeedLabel::Total)?;
        add_labels(&mut need_labels, &file.need_labels.none, NeedLabel::NoNeed)?;

        let mut provision_years = Vec::new();
        let mut provision_labels = BTreeMap::new();
        for entry in &file.provisions {
            let code = entry.code.as_str().to_owned();
            provision_years.push(validity(&code, entry.first, entry.last, entry.last_term)?);
            let own = [&code].into_iter().chain(&entry.labels);
            add_labels(&mut provision_labels, own, ProvisionLabel::Of(entry.code))?;
        }
        let totals = &file.provision_labels;
        add_labels(
            &mut provision_labels,
            &totals.all_pupils,
            ProvisionLabel::AllPupils,
        )?;
        add_labels(&mut provision_labels, &totals.all_sen, ProvisionLabel::AllSen)?;

        let mut phase_names = Vec::new();
        let mut phase_labels = BTreeMap::new();
        let mut phases_of_types = BTreeMap::new();
        for (entry, phase) in file.phases.into_iter().zip(Phase::ALL) {
            add_labels(
                &mut phase_labels,
                [&entry.name].into_iter().chain(&entry.labels),
                phase,
            )?;
            add_labels(&mut phases_of_types, &entry.types, phase)?;
            phase_names.push(entry.name);
        }
        Ok(Self {
            needs,
            need_labels,
            provision_years,
            provision_labels,
            phase_names,
            phase_labels,
            phases_of_types,
            crosswalks: file
                .crosswalks
                .into_iter()
                .map(Crosswalk::new)
                .collect::<Result<_, _>>()?,
        })
    }
}

fn validity(
    code: &str,
    first: Option<AcademicYear>,
    last: Option<AcademicYear>,
    last_term: Option<Term>,
) -> Result<Validity, String> {
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        return Err(format!("{code}: `last` is before `first`"));
    }
    if last.is_none() && last_term.is_some() {
        return Err(format!("{code}: `last_term` stands without `last`"));
    }
    Ok(Validity {
        first,
        last,
        last_term,
    })
}

/// The entries of a list are the variants of its enum, one for one and in their order.
fn same_order<E, V: Debug>(
    list: &str,
    place: &str,
    entries: &[E],
    variants: &[V],
    alike: impl Fn(&E, &V) -> bool,
) -> Result<(), String> {
    for (at, (entry, variant)) in entries.iter().zip(variants).enumerate() {
        if !alike(entry, variant) {
            return Err(format!(
                "entry {} of `{list}` should be {variant:?}: put the file and the enum {place} in one order",
                at + 1
            ));
        }
    }
    if entries.len() == variants.len() {
        Ok(())
    } else {
        Err(format!(
            "`{list}` has {} entries and the enum {place} has {}: add the new codes to both",
            entries.len(),
            variants.len()
        ))
    }
}

fn add_labels<'a, T: Copy + PartialEq + Debug>(
    labels: &mut BTreeMap<String, T>,
    own: impl IntoIterator<Item = &'a String>,
    meaning: T,
) -> Result<(), String> {
    for label in own {
        let before = labels.insert(fold(label), meaning);
        if let Some(other) = before.filter(|other| *other != meaning) {
            return Err(format!(
                "the label `{label}` stands for {other:?} and for {meaning:?}: keep one"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CodeLists, Validity};
    use crate::{AcademicYear, Term};

    const BUILT_IN: &str = include_str!("codes.toml");

    fn year(text: &str) -> AcademicYear {
        text.parse().expect("a year")
    }

    #[test]
    fn the_built_in_lists_are_sound() {
        CodeLists::from_toml(BUILT_IN).expect("sound");
    }

    #[test]
    fn a_fault_says_what_to_do() {
        for (from, to, message) in [
            ("code = \"MLD\"", "code = \"SLD\"", "in one order"),
            (
                "[need_labels]",
                "[[needs]]\ncode = \"COGL\"\nwords = \"cognition and learning\"\n[need_labels]",
                "add the new codes to both",
            ),
            ("[\"Visual impairment\"]", "[\"Autism\"]", "keep one"),
            (
                "first = \"202425\"",
                "first = \"202425\"\nlast = \"202324\"",
                "before `first`",
            ),
            ("first = \"202425\"", "frist = \"202425\"", "frist"),
            ("from = [\"BESD\"]", "from = [\"BESDD\"]", "BESDD"),
            (
                "is = \"plan\"\nfirst",
                "is = \"sen_support\"\nfirst",
                "in one order",
            ),
        ] {
            assert!(BUILT_IN.contains(from), "{from}");
            let error = CodeLists::from_toml(&BUILT_IN.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(message), "{error}");
        }
    }

    #[test]
    fn validity_straddles_its_edges() {
        let statement = Validity {
            first: None,
            last: Some(year("201718")),
            last_term: Some(Term::Spring),
        };
        for (at, term, holds) in [
            ("201617", Term::Summer, true),
            ("201718", Term::Autumn, true),
            ("201718", Term::Spring, true),
            ("201718", Term::Summer, false),
            ("201819", Term::Autumn, false),
        ] {
            assert_eq!(statement.covers_census(year(at), term), holds, "{at} {term:?}");
        }
        assert_eq!(statement.in_words(), "to spring 2017/18");
        let from = Validity {
            first: Some(year("202425")),
            ..Validity::default()
        };
        assert!(!from.covers(year("202324")) && from.covers(year("202425")));
        assert_eq!(from.in_words(), "from 2024/25");
        assert_eq!(Validity::default().in_words(), "");
    }
}
