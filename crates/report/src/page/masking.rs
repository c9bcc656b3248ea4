//! Section "Where other needs may be masked": the findings, quoted with their evidence.

use crate::ReportError;
use crate::facts::{Facts, Flag};
use crate::html::{Html, PageTable};
use crate::wording;
use senlens_model::{GeographicLevel, PhaseCut, ProvisionCut};
use senlens_release::{Cell, Level, PUBLIC_VERDICT, RuleId};
use std::fmt::Write;

/// The rules that look for masking, the one with a model of it first.
const RULES: [RuleId; 2] = [RuleId::Masking, RuleId::Substitution];
/// Provisions that are also judged by themselves.
const APART: [ProvisionCut; 2] = [ProvisionCut::SenSupport, ProvisionCut::Plan];
/// Levels that call for a review, the stronger first.
const CALLING: [Level; 2] = [Level::Red, Level::Amber];
/// Rows of schools, and of other tests, on the page; the tables hold all.
const ROWS_ON_THE_PAGE: usize = 25;
/// Places told one by one; beyond them the tables serve a reader better.
const PLACES_TOLD: usize = 12;
/// Places named in one sentence.
const NAMED_AT_ONCE: usize = 4;

/// The main finding about masking, in a sentence.
pub(super) fn summary(facts: &Facts<'_>) -> String {
    let Some(rule) = rule(facts) else {
        return "Whether other needs are masked was not tested.".to_owned();
    };
    let judged: Vec<&Flag<'_>> = of_rule(facts, rule)
        .filter(|flag| flag.key.provision == ProvisionCut::Total && flag.phase_is_whole() && was_judged(flag))
        .collect();
    if judged.is_empty() {
        return "Whether communication or mental health needs are recorded as MLD cannot be said from this input."
            .to_owned();
    }
    let mut by_level = Vec::new();
    for calling in CALLING {
        let mut parts = Vec::new();
        for (level, noun) in nouns(facts) {
            let of_level = || judged.iter().filter(|flag| flag.key.level == level);
            let names: Vec<&str> = of_level()
                .filter(|flag| flag.level == Cell::Shown(calling))
                .map(|flag| flag.key.name)
                .collect();
            if names.is_empty() {
                continue;
            }
            let named = if level == GeographicLevel::School || names.len() > NAMED_AT_ONCE {
                String::new()
            } else {
                format!(" ({})", wording::list(&names))
            };
            let of_all = wording::plural(of_level().count(), &noun);
            parts.push(format!("{} of {of_all}{named}", names.len()));
        }
        if !parts.is_empty() {
            by_level.push(format!(
                "{}: {}.",
                wording::with_capital(calling.as_str()),
                wording::list(&parts)
            ));
        }
    }
    let apart = flagged_apart(facts, rule);
    if by_level.is_empty() && apart.is_empty() {
        return "No place is flagged: nowhere do the counts look as if communication or mental health needs were \
                recorded as MLD."
            .to_owned();
    }
    by_level.extend(apart);
    format!(
        "Some counts are consistent with masking; sample audit recommended. {} A flag is a reason to look, not a \
         diagnosis, and says nothing of any one child.",
        by_level.join(" ")
    )
}

/// Places larger than a school that are flagged at one provision and not at both together, in a sentence for each.
fn flagged_apart(facts: &Facts<'_>, rule: RuleId) -> Vec<String> {
    let flagged = flagged(facts, rule);
    let of = |provision: ProvisionCut| -> Vec<&Flag<'_>> {
        let held = |flag: &&Flag<'_>| {
            flag.key.provision == provision
                && flag.key.level != GeographicLevel::School
                && flag.phase_is_whole()
        };
        flagged.iter().copied().filter(held).collect()
    };
    let together = of(ProvisionCut::Total);
    let is_new = |flag: &&Flag<'_>| !together.iter().any(|other| other.key.code == flag.key.code);
    APART
        .into_iter()
        .filter_map(|provision| {
            let new: Vec<&Flag<'_>> = of(provision).into_iter().filter(is_new).collect();
            let levels: Vec<String> = CALLING
                .into_iter()
                .filter_map(|level| {
                    let at: Vec<&str> = new
                        .iter()
                        .filter(|flag| flag.level == Cell::Shown(level))
                        .map(|flag| flag.key.name)
                        .collect();
                    match at.len() {
                        0 => None,
                        number if number > NAMED_AT_ONCE => Some(format!("{level} in {number} more places")),
                        _ => Some(format!("{level} also in {}", wording::list(&at))),
                    }
                })
                .collect();
            let alone = wording::with_capital(wording::provision(provision));
            (!levels.is_empty()).then(|| format!("{alone} alone: {}.", levels.join(", ")))
        })
        .collect()
}

#[expect(clippy::unnecessary_wraps, reason = "one signature for every section")]
pub(super) fn write(html: &mut Html, facts: &Facts<'_>) -> Result<(), ReportError> {
    let Some(rule) = rule(facts) else {
        html.paragraph("This run holds no findings on masking: no rule was run.");
        return Ok(());
    };
    html.paragraph(
        "If communication or mental health needs were recorded as MLD, a place would have more pupils with MLD than \
         expected and fewer with SLCN or SEMH, without having more pupils with SEN altogether. That is the pattern looked \
         for. It can have other causes, such as a special school that stands in a place, so it is a reason to look at a \
         sample of records, never a diagnosis.",
    );
    html.paragraph(&summary(facts));
    if facts.about.notes.iter().any(|note| note == PUBLIC_VERDICT) {
        html.paragraph(PUBLIC_VERDICT);
    }
    let counts = count_table(facts, rule);
    if !counts.is_empty() {
        html.table(&counts);
    }
    let (schools, places): (Vec<&Flag<'_>>, Vec<&Flag<'_>>) = flagged(facts, rule)
        .into_iter()
        .partition(|flag| flag.key.level == GeographicLevel::School);
    for flag in places.iter().take(PLACES_TOLD) {
        tell(html, facts, flag);
    }
    if places.len() > PLACES_TOLD {
        let more = wording::plural(places.len() - PLACES_TOLD, "flagged row");
        html.paragraph(&format!("{more} more: see tables/flags.csv."));
    }
    if !schools.is_empty() {
        html.table(&school_table(&schools));
        if schools.len() > ROWS_ON_THE_PAGE {
            let all = wording::plural(schools.len(), "flagged row");
            html.paragraph(&format!(
                "These are the first {ROWS_ON_THE_PAGE} of {all}; tables/flags.csv holds all of them."
            ));
        }
    }
    other_rules(html, facts, rule);
    Ok(())
}

/// The rule the page is about: the first of [`RULES`] with findings, else the first rule there is.
fn rule(facts: &Facts<'_>) -> Option<RuleId> {
    RULES
        .into_iter()
        .find(|rule| of_rule(facts, *rule).next().is_some())
        .or_else(|| facts.flags().first().map(|flag| flag.rule))
}

fn of_rule<'a>(facts: &'a Facts<'_>, rule: RuleId) -> impl Iterator<Item = &'a Flag<'a>> {
    facts.flags().iter().filter(move |flag| flag.rule == rule)
}

fn was_judged(flag: &Flag<'_>) -> bool {
    flag.level != Cell::Shown(Level::NotApplicable) && flag.level != Cell::Shown(Level::TooFew)
}

/// What a place of a level is called, from the largest to the smallest.
fn nouns(facts: &Facts<'_>) -> [(GeographicLevel, String); 4] {
    [
        (GeographicLevel::LocalAuthority, "authority".to_owned()),
        (GeographicLevel::Quadrant, facts.about.part_word.clone()),
        (GeographicLevel::District, "district".to_owned()),
        (GeographicLevel::School, "school".to_owned()),
    ]
}

/// Rows that call for a review: red before amber, larger places before smaller, both provisions together before each, the
/// likelier before the less likely.
fn flagged<'a>(facts: &'a Facts<'_>, rule: RuleId) -> Vec<&'a Flag<'a>> {
    let mut rows: Vec<&Flag<'_>> = of_rule(facts, rule).filter(|flag| flag.calls()).collect();
    rows.sort_by(|a, b| {
        let strength = |flag: &Flag<'_>| CALLING.iter().position(|level| flag.level == Cell::Shown(*level));
        let figure = |cell: Cell<f64>| cell.figure().unwrap_or(f64::NEG_INFINITY);
        let apart = |flag: &Flag<'_>| flag.key.provision != ProvisionCut::Total;
        strength(a)
            .cmp(&strength(b))
            .then(a.key.level.cmp(&b.key.level))
            .then(apart(a).cmp(&apart(b)))
            .then(figure(b.probability).total_cmp(&figure(a.probability)))
            .then(figure(b.score).total_cmp(&figure(a.score)))
            .then(a.key.name.cmp(b.key.name))
            .then(a.key.provision.as_str().cmp(b.key.provision.as_str()))
    });
    rows
}

fn count_table(facts: &Facts<'_>, rule: RuleId) -> PageTable {
    let levels = [
        Level::Red,
        Level::Amber,
        Level::None,
        Level::TooFew,
        Level::NotApplicable,
    ];
    let mut table = PageTable::new("What the test says, SEN support and plans together").words("Places");
    for level in levels {
        table = table.figures(wording::level_heading(level));
    }
    for (level, noun) in nouns(facts) {
        let rows: Vec<&Flag<'_>> = of_rule(facts, rule)
            .filter(|flag| {
                flag.key.level == level && flag.key.provision == ProvisionCut::Total && flag.phase_is_whole()
            })
            .collect();
        if rows.is_empty() {
            continue;
        }
        let mut cells = vec![wording::with_capital(&wording::many(&noun))];
        cells.extend(levels.map(|level| {
            let number = rows
                .iter()
                .filter(|flag| flag.level == Cell::Shown(level))
                .count();
            wording::count(Cell::Shown(number as u64))
        }));
        table.push(cells);
    }
    table
}

fn tell(html: &mut Html, facts: &Facts<'_>, flag: &Flag<'_>) {
    html.line(&format!(
        "<div class=\"finding {}\">",
        if flag.level == Cell::Shown(Level::Red) {
            "red"
        } else {
            "amber"
        }
    ));
    let mut heading = format!("{}: {}", flag.key.name, wording::level(flag.level));
    if flag.key.provision != ProvisionCut::Total {
        let _ = write!(heading, ", {}", wording::provision(flag.key.provision));
    }
    if flag.key.phase != PhaseCut::Total {
        let _ = write!(heading, ", {}", flag.key.phase);
    }
    html.subheading(3, &heading);
    html.paragraph(wording::said(flag.wording));
    let mut told = Vec::new();
    if flag.probability.figure().is_some() {
        told.push(format!(
            "Probability that it is masking: {}.",
            wording::probability(flag.probability)
        ));
    }
    if let Some(displaced) = displaced(flag) {
        told.push(format!(
            "Pupils who would need another code for the counts to match expectation, and the range of that number: \
             {displaced}. It is an upper bound, not a number of pupils misidentified."
        ));
    }
    let rivals = facts.explanations_of(flag);
    if !rivals.is_empty() {
        // What is all but ruled out would only lengthen the sentence.
        let (likely, unlikely): (Vec<_>, Vec<_>) = rivals
            .iter()
            .partition(|(_, probability)| probability.figure().is_none_or(|share| share >= 0.01));
        let mut sentence: Vec<String> = likely
            .iter()
            .map(|(name, probability)| {
                format!(
                    "{} ({})",
                    wording::explanation(*name),
                    wording::probability(*probability)
                )
            })
            .collect();
        if !unlikely.is_empty() {
            let others = if unlikely.len() == 1 {
                "the other"
            } else {
                "the others"
            };
            sentence.push(format!("{others} under 1% each"));
        }
        told.push(format!(
            "Explanations weighed against each other: {}.",
            sentence.join("; ")
        ));
    }
    if let Some((name, given)) = facts.called(flag) {
        told.push(format!(
            "If it is not ordinary differences, it is most likely this: {} ({}).",
            wording::explanation(name),
            wording::probability(given)
        ));
    }
    html.list(&told);
    html.paragraph_of("quiet", &format!("Evidence: {}", wording::said(flag.evidence)));
    html.line("</div>");
}

/// `41 (20 to 65)`; none where the rule gives no such figure or it is withheld.
fn displaced(flag: &Flag<'_>) -> Option<String> {
    flag.displaced.figure()?;
    let mut words = wording::whole(flag.displaced);
    if flag.displaced_lower.figure().is_some() && flag.displaced_upper.figure().is_some() {
        let (lower, upper) = (
            wording::whole(flag.displaced_lower),
            wording::whole(flag.displaced_upper),
        );
        let _ = write!(words, " ({lower} to {upper})");
    }
    Some(words)
}

fn school_table(schools: &[&Flag<'_>]) -> PageTable {
    let mut table = PageTable::new("Flagged schools")
        .words("School")
        .words("URN")
        .words("Phase")
        .words("Provision")
        .words("Level")
        .figures("Probability of masking")
        .figures("MLD counted")
        .figures("MLD expected")
        .figures("Pupils displaced, at most");
    for flag in schools.iter().take(ROWS_ON_THE_PAGE) {
        table.push(vec![
            flag.key.name.to_owned(),
            flag.key.code.to_owned(),
            flag.key.phase.as_str().to_owned(),
            wording::with_capital(wording::provision(flag.key.provision)),
            wording::with_capital(wording::level(flag.level)),
            wording::probability(flag.probability),
            wording::count(flag.observed),
            wording::whole(flag.expected),
            displaced(flag).unwrap_or_else(|| wording::whole(flag.displaced)),
        ]);
    }
    table
}

/// What rules beside the one the page is about found in places larger than a school.
fn other_rules(html: &mut Html, facts: &Facts<'_>, rule: RuleId) {
    let mut others: Vec<&Flag<'_>> = facts
        .flags()
        .iter()
        .filter(|flag| flag.rule != rule && flag.key.level != GeographicLevel::School && flag.calls())
        .collect();
    if others.is_empty() {
        return;
    }
    others.sort_by(|a, b| by_rule_and_place(a).cmp(&by_rule_and_place(b)));
    let mut table = PageTable::new("Other tests that call for a review")
        .words("Place")
        .words("Test")
        .words("Level")
        .words("What it says");
    for flag in others.iter().take(ROWS_ON_THE_PAGE) {
        table.push(vec![
            flag.key.name.to_owned(),
            wording::rule(flag.rule).to_owned(),
            wording::with_capital(wording::level(flag.level)),
            wording::said(flag.wording).to_owned(),
        ]);
    }
    html.table(&table);
    if others.len() > ROWS_ON_THE_PAGE {
        html.paragraph("More rows are in tables/flags.csv.");
    }
}

fn by_rule_and_place<'f>(flag: &'f Flag<'_>) -> (&'f str, &'f str, &'f str) {
    (flag.rule.as_str(), flag.key.name, flag.key.provision.as_str())
}
