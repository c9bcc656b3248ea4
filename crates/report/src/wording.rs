//! Figures and words as a reader sees them: counts with commas, shares with one decimal, needs by name.

use crate::facts::Rate;
use crate::rounding::{round_half_up, round_to_whole, with_commas};
use senlens_model::{Need, NeedCut, ProvisionCut};
use senlens_release::{Cell, Explanation, Level, Position, RuleId, Stratum, Variation};

/// Decimals of a share and of a ratio on the page. Files keep every digit.
const SHARE_DECIMALS: usize = 1;
const RATIO_DECIMALS: usize = 2;

/// A count with commas, or the symbol of a cell without one.
pub(crate) fn count(cell: Cell<u64>) -> String {
    or_symbol(cell, |count| with_commas(&count.to_string()))
}

/// A figure rounded to a whole number ("pupils expected"), or its symbol.
pub(crate) fn whole(cell: Cell<f64>) -> String {
    or_symbol(cell, round_to_whole)
}

/// A figure per hundred with one decimal and its sign, or its symbol.
pub(crate) fn percent(cell: Cell<f64>) -> String {
    or_symbol(cell, |figure| {
        format!("{}%", round_half_up(figure, SHARE_DECIMALS))
    })
}

/// Observed over expected with two decimals, or its symbol.
pub(crate) fn ratio(cell: Cell<f64>) -> String {
    or_symbol(cell, |figure| round_half_up(figure, RATIO_DECIMALS))
}

/// A probability (0 to 1) as a percentage without decimals, or its symbol.
///
/// Nothing prints as certain: below 1% and above 99% it says so.
pub(crate) fn probability(cell: Cell<f64>) -> String {
    or_symbol(cell, |share| {
        let percent = 100.0 * share;
        if percent < 1.0 {
            "under 1%".to_owned()
        } else if percent > 99.0 {
            "over 99%".to_owned()
        } else {
            format!("{}%", round_half_up(percent, 0))
        }
    })
}

/// Two limits as a range: `16.4% to 17.2%`; one symbol when either is not shown.
pub(crate) fn range(lower: Cell<f64>, upper: Cell<f64>, print: fn(Cell<f64>) -> String) -> String {
    for limit in [lower, upper] {
        if let Some(symbol) = limit.symbol() {
            return symbol.to_owned();
        }
    }
    format!("{} to {}", print(lower), print(upper))
}

/// Two bounds of a count: `525 to 1,317`, `525 or more`.
pub(crate) fn between([least, most]: [Cell<u64>; 2]) -> String {
    match most.figure() {
        Some(most_pupils) if least.figure() == Some(most_pupils) => count(least),
        Some(_) => format!("{} to {}", count(least), count(most)),
        None => format!("{} or more", count(least)),
    }
}

/// A share in words a person can picture: `about 1 in 6`, `about 7 in 10`; none when a count is not shown.
pub(crate) fn about(events: Cell<u64>, population: Cell<u64>) -> Option<String> {
    let (events, population) = (events.figure()?, population.figure()?);
    if population == 0 {
        return None;
    }
    if events == 0 {
        return Some("none".to_owned());
    }
    if events >= population {
        return Some("all".to_owned());
    }
    let pupils_to_each = population as f64 / events as f64;
    if pupils_to_each >= 2.5 {
        return Some(format!("about 1 in {}", round_to_whole(pupils_to_each)));
    }
    match round_half_up(10.0 * events as f64 / population as f64, 0).as_str() {
        "10" => Some("nearly all".to_owned()),
        "5" => Some("about half".to_owned()),
        tenths => Some(format!("about {tenths} in 10")),
    }
}

/// `5,804 of 34,461 pupils with special educational needs, about 1 in 6`; symbols where counts are withheld.
pub(crate) fn counts_of(events: Cell<u64>, population: Cell<u64>, whom: &str) -> String {
    let plain = format!("{} of {} {whom}", count(events), count(population));
    match about(events, population) {
        Some(words) => format!("{plain}, {words}"),
        None => plain,
    }
}

/// The share of a rate that may be missing, or `x`.
pub(crate) fn share_of(rate: Option<&Rate<'_>>) -> String {
    percent(rate.map_or(Cell::NotAvailable, |rate| rate.per_hundred))
}

/// A stratum of an adjustment in a sentence.
pub(crate) fn stratum(stratum: Stratum) -> &'static str {
    match stratum {
        Stratum::Phase => "phase of school",
        Stratum::NcYear => "year group",
        Stratum::FreeSchoolMeals => "free school meals",
        Stratum::Sex | Stratum::Ethnicity => stratum.as_str(),
    }
}

/// Strata in a sentence: `year group, sex and free school meals`.
pub(crate) fn strata(strata: &[Stratum]) -> String {
    let named: Vec<&str> = strata.iter().map(|each| stratum(*each)).collect();
    list(&named)
}

/// A need in a sentence.
pub(crate) fn need(need: NeedCut) -> &'static str {
    match need {
        NeedCut::Total => "any special educational need",
        NeedCut::Of(need) => match need {
            Need::Spld => "specific learning difficulty",
            Need::Mld => "moderate learning difficulty",
            Need::Sld => "severe learning difficulty",
            Need::Pmld => "profound and multiple learning difficulty",
            Need::Semh => "social, emotional and mental health needs",
            Need::Besd => "behavioural, emotional and social difficulty",
            Need::Slcn => "speech, language and communication needs",
            Need::Hi => "hearing impairment",
            Need::Vi => "vision impairment",
            Need::Msi => "multi-sensory impairment",
            Need::Pd => "physical disability",
            Need::Asd => "autistic spectrum disorder",
            Need::Oth => "other difficulty or disability",
            Need::Nsa => "no specialist assessment yet",
            Need::Ds => "Down syndrome",
            Need::Missing => "no type of need recorded",
        },
    }
}

/// The same at the head of a row or a chart.
pub(crate) fn need_heading(of: Need) -> String {
    with_capital(need(NeedCut::Of(of)))
}

/// A provision in a sentence.
pub(crate) fn provision(provision: ProvisionCut) -> &'static str {
    match provision {
        ProvisionCut::Total => "SEN support and plans together",
        ProvisionCut::SenSupport => "SEN support",
        ProvisionCut::Plan => "education, health and care plans",
    }
}

/// A position in a sentence, always of what is expected: never better or worse.
pub(crate) fn position(cell: Cell<Position>) -> &'static str {
    word_or_symbol(cell, |position| match position {
        Position::Higher => "higher than expected",
        Position::Similar => "similar to what is expected",
        Position::Lower => "lower than expected",
        Position::TooFew => "too few pupils to say",
    })
}

/// A position in a cell of a table.
pub(crate) fn position_short(cell: Cell<Position>) -> &'static str {
    word_or_symbol(cell, |position| match position {
        Position::Higher => "Higher",
        Position::Similar => "Similar",
        Position::Lower => "Lower",
        Position::TooFew => "Too few to say",
    })
}

/// A level of a finding at the head of a column.
pub(crate) fn level_heading(level: Level) -> &'static str {
    match level {
        Level::Red => "Red: review recommended",
        Level::Amber => "Amber: worth a look",
        Level::None => "No concern raised",
        Level::TooFew => "Too few to say",
        Level::NotApplicable => "Not applicable",
    }
}

/// A level of a finding as tables have it.
pub(crate) fn level(cell: Cell<Level>) -> &'static str {
    word_or_symbol(cell, Level::as_str)
}

/// A sentence of a table, or the symbol of a cell without one.
pub(crate) fn said(cell: Cell<&str>) -> &str {
    match cell.figure() {
        Some(said) => said,
        None => cell.symbol().unwrap_or_default(),
    }
}

/// An explanation in a sentence.
pub(crate) fn explanation(explanation: Explanation) -> &'static str {
    match explanation {
        Explanation::Ordinary => "ordinary differences between places",
        Explanation::Masking => {
            "communication or mental health needs recorded as moderate learning difficulty"
        }
        Explanation::MoreOfEverything => "more of every need identified",
        Explanation::SpecialistIntake => "a unit or special school that takes such pupils",
        Explanation::OtherNeedSurge => "a surge of another need squeezing the shares",
        Explanation::MissingCodes => "types of need not assessed or not recorded",
    }
}

/// A variation of a verdict at the head of a row.
pub(crate) fn variation(variation: Variation) -> &'static str {
    match variation {
        Variation::AsJudged => "As judged",
        Variation::SupportAlone => "SEN support alone",
        Variation::PlansAlone => "Plans alone",
        Variation::UnassessedAsMld => "Not assessed counted as MLD",
        Variation::UnassessedAsSlcnAndSemh => "Not assessed as SLCN and SEMH",
        Variation::UnassessedInProportion => "Not assessed in proportion",
        Variation::WithoutUnits => "Without schools with a unit",
        Variation::WiderDonors => "ASD and SPLD may be hidden too",
        Variation::WithoutStrongestSchool => "Without the school most for it",
        Variation::WithoutWeakestSchool => "Without the school most against it",
        Variation::StrongerPrior => "Masking thought less likely before",
        Variation::WeakerPrior => "Masking thought likelier before",
        Variation::WiderSpread => "Schools differ a fifth more",
        Variation::NarrowerSpread => "Schools differ a fifth less",
    }
}

/// A date: `2026-01-31` gives `31 January 2026`; anything else stands as it is.
pub(crate) fn date(iso: &str) -> String {
    iso.parse()
        .map_or_else(|_| iso.to_owned(), senlens_model::Date::in_words)
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub(crate) fn list<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// A noun for a number of things: `1 quadrant`, `4 quadrants`, `2 localities`.
pub(crate) fn plural(number: usize, noun: &str) -> String {
    let number_printed = with_commas(&number.to_string());
    if number == 1 {
        format!("{number_printed} {noun}")
    } else {
        format!("{number_printed} {}", many(noun))
    }
}

/// The plural of a noun.
pub(crate) fn many(noun: &str) -> String {
    let consonant_before_y =
        noun.len() > 1 && noun.ends_with('y') && !noun[..noun.len() - 1].ends_with(['a', 'e', 'i', 'o', 'u']);
    if consonant_before_y {
        format!("{}ies", &noun[..noun.len() - 1])
    } else {
        format!("{noun}s")
    }
}

/// What the page calls a rule.
pub(crate) fn rule(rule: RuleId) -> &'static str {
    match rule {
        RuleId::Masking => "Masking",
        RuleId::Substitution => "MLD in the place of other needs",
        RuleId::RateAndShare => "Rate and share of MLD",
        RuleId::StandardisedRatio => "MLD against what is expected",
        RuleId::LogRatioBalance => "MLD against SLCN and SEMH",
        RuleId::SecondaryNeedDepth => "Second needs of pupils with MLD",
        RuleId::Recoding => "Needs changed between censuses",
        RuleId::PlanDiscordance => "Plans that name another need",
        RuleId::AgeProfileStep => "Step in the age profile",
        RuleId::SemhProxies => "Signs of mental health needs",
        RuleId::SlcnProxies => "Signs of language needs",
        RuleId::SchoolSpread => "Spread between schools",
        RuleId::NsaBounds => "Pupils not assessed",
        RuleId::OverIdentificationCheck => "Pupils who leave the register",
        RuleId::ExternalShortfall => "Needs beside surveys",
    }
}

/// The same text with a capital at its head.
pub(crate) fn with_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The first of these titles of ten words or fewer; the last one stands in any case.
pub(crate) fn title_of_ten_words(candidates: &[String]) -> String {
    candidates
        .iter()
        .find(|title| title.split_whitespace().count() <= 10)
        .or(candidates.last())
        .cloned()
        .unwrap_or_default()
}

fn word_or_symbol<W: Copy>(cell: Cell<W>, print: impl FnOnce(W) -> &'static str) -> &'static str {
    match cell.figure() {
        Some(word) => print(word),
        None => cell.symbol().unwrap_or_default(),
    }
}

fn or_symbol<T: Copy>(cell: Cell<T>, print: impl FnOnce(T) -> String) -> String {
    match cell.figure() {
        Some(figure) => print(figure),
        None => cell.symbol().expect("a cell has a figure or a symbol").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        about, count, counts_of, date, list, many, percent, plural, probability, range, title_of_ten_words,
    };
    use senlens_release::{Cell, Why};

    #[test]
    fn shares_a_person_can_picture() {
        for (events, population, words) in [
            (5_804, 34_461, Some("about 1 in 6")),
            (222_273, 1_453_576, Some("about 1 in 7")),
            (1, 1_000_000, Some("about 1 in 1,000,000")),
            (4, 10, Some("about 1 in 3")),
            (41, 100, Some("about 4 in 10")),
            (50, 100, Some("about half")),
            (96, 100, Some("nearly all")),
            (100, 100, Some("all")),
            (0, 100, Some("none")),
            (0, 0, None),
        ] {
            assert_eq!(
                about(Cell::Shown(events), Cell::Shown(population)).as_deref(),
                words,
                "{events} of {population}"
            );
        }
        assert_eq!(about(Cell::Withheld(Why::SmallCount), Cell::Shown(9)), None);
    }

    #[test]
    fn a_withheld_count_prints_its_symbol_and_no_share() {
        let whom = "pupils";
        assert_eq!(
            counts_of(Cell::Withheld(Why::SmallCount), Cell::Shown(34_461), whom),
            "c of 34,461 pupils"
        );
        assert_eq!(
            counts_of(Cell::Shown(12), Cell::Shown(1_200), whom),
            "12 of 1,200 pupils, about 1 in 100"
        );
        assert_eq!(count(Cell::NotAvailable), "x");
        assert_eq!(percent(Cell::NotApplicable), "z");
        assert_eq!(
            range(Cell::Shown(1.0), Cell::Withheld(Why::Derived), percent),
            "c"
        );
        assert_eq!(
            range(Cell::Shown(16.35), Cell::Shown(17.2), percent),
            "16.4% to 17.2%"
        );
    }

    #[test]
    fn nothing_prints_as_certain() {
        for (share, words) in [
            (0.0, "under 1%"),
            (0.5, "50%"),
            (0.955, "96%"),
            (0.9999, "over 99%"),
            (1.0, "over 99%"),
        ] {
            assert_eq!(probability(Cell::Shown(share)), words);
        }
    }

    #[test]
    fn small_words() {
        assert_eq!(date("2026-01-31"), "31 January 2026");
        assert_eq!(date("soon"), "soon");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(many("locality"), "localities");
        assert_eq!(many("way"), "ways");
        assert_eq!(plural(1, "quadrant"), "1 quadrant");
        assert_eq!(plural(1_200, "school"), "1,200 schools");
        let long = "Share with MLD in Bath and North East Somerset is similar to England's".to_owned();
        assert_eq!(title_of_ten_words(&[long, "short".to_owned()]), "short");
    }
}
