//! METHOD.md against the code: its numbers are those of the constants, and its chapters name every module.

use super::area::{CORE_SPREAD, CULTURE_OVER_GENERAL, CULTURE_POINTS, MAX_SHARE, NORMAL_POINTS};
use super::displaced::TAIL;
use super::evidence::{EvidenceKind, EvidenceRates, STRENGTH_SPREAD};
use super::hypothesis::{Donors, Hypotheses, Hypothesis, MASKING_GRID};
use super::laplace::{MAX_CORRECTION, MAX_LOG_DETERMINANT_GAP};
use super::learning::e_step::{INTEGRATED_WITHIN, ROUNDS_SKIPPED, SKIPPED_BELOW};
use super::learning::m_step::{HYPOTHESIS_PSEUDO_COUNT, MASKING_PSEUDO_COUNT};
use super::learning::means::NATIONAL_PSEUDO_COUNT;
use super::learning::{PART_ROUNDS, PART_SETTLED, SAMPLE};
use super::parameters::SCALES;
use super::prepared::FEWEST_PUPILS;
use super::prior::{
    AUTHORITY_PSEUDO_COUNT, DISTRICT_PSEUDO_COUNT, DISTRICT_SD, EFFECT_CORRELATION, EFFECT_SD,
    effect_pseudo_count,
};
use super::school::{ASD, GROUPS, MLD, Provision, REST, SEMH, SLCN, UNASSESSED};
use super::settings::Settings;
use crate::Explanation;

const METHOD: &str = include_str!("../../METHOD.md");

/// Checks that METHOD.md says each of these, however its lines are broken.
fn says(chapter: &str, phrases: &[String]) {
    let (_, rest) = METHOD
        .split_once(&format!("\n## {chapter}"))
        .unwrap_or_else(|| panic!("METHOD.md has a chapter `{chapter}`"));
    let text = rest.split("\n## ").next().unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    for phrase in phrases {
        assert!(
            text.contains(phrase.as_str()),
            "METHOD.md, chapter {chapter}, does not say what the code does: `{phrase}`"
        );
    }
}

fn list(numbers: impl IntoIterator<Item = f64>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    numbers.join(", ")
}

fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

/// The hypotheses of one explanation.
fn of(explanation: Explanation) -> Vec<Hypothesis> {
    Hypotheses::new(Donors::SlcnAndSemh)
        .all
        .into_iter()
        .filter(|hypothesis| hypothesis.explanation == explanation)
        .collect()
}

#[test]
fn data_and_ordinary_variation() {
    says(
        "1",
        &[
            format!("K = {GROUPS} groups"),
            format!("fewer than {FEWEST_PUPILS} pupils"),
        ],
    );
    let [low, high] = [MLD, SLCN, SEMH, ASD, REST]
        .iter()
        .fold([f64::INFINITY, 0.0_f64], |[low, high], need| {
            [low.min(EFFECT_SD[*need]), high.max(EFFECT_SD[*need])]
        });
    says(
        "2",
        &[
            format!("c in {{{}}}", list(SCALES)),
            format!("count for {NATIONAL_PSEUDO_COUNT} (b) and {AUTHORITY_PSEUDO_COUNT} (T) authorities"),
            format!(
                "standard deviations {low} to {high}, NSA {}, correlation {EFFECT_CORRELATION}",
                EFFECT_SD[UNASSESSED]
            ),
            format!(
                "counts for {} schools of a phase when one authority is given, and for {} when all of England is",
                effect_pseudo_count(500),
                effect_pseudo_count(20_000)
            ),
            format!(
                "standard deviation {DISTRICT_SD}, an assumption, counts for {DISTRICT_PSEUDO_COUNT} districts"
            ),
        ],
    );
}

#[test]
fn rival_explanations() {
    let size = |share: f64| {
        if share == 0.0 {
            "0".to_owned()
        } else {
            format!("{share:.2}").trim_start_matches('0').to_owned()
        }
    };
    let sizes: Vec<String> = MASKING_GRID
        .iter()
        .map(|(slcn, semh, _)| format!("({},{})", size(*slcn), size(*semh)))
        .collect();
    let more = of(Explanation::MoreOfEverything)
        .into_iter()
        .map(|hypothesis| hypothesis.factor[MLD]);
    let added = |need: usize| -> Vec<f64> {
        of(Explanation::SpecialistIntake)
            .iter()
            .map(|hypothesis| hypothesis.added[need])
            .filter(|added| *added > 0.0)
            .collect()
    };
    let surges = of(Explanation::OtherNeedSurge);
    let (squeezing, plain): (Vec<_>, Vec<_>) = surges
        .iter()
        .partition(|hypothesis| hypothesis.receiver.is_some());
    let missing = of(Explanation::MissingCodes);
    let [mld, slcn, semh, asd, rest] = [MLD, SLCN, SEMH, ASD, REST].map(added);
    assert_eq!(slcn, semh, "METHOD.md gives one size for both");
    says(
        "3",
        &[
            format!("to MLD: {} |", sizes.join(" ")),
            format!("all needs times {}", list(more)),
            format!(
                "{}, {}, {} or {} more pupils with MLD; {} with SLCN or SEMH; {} or {} with ASD; {} with another need",
                mld[0], mld[1], mld[2], mld[3], slcn[0], asd[0], asd[1], rest[0]
            ),
            format!(
                "ASD times {}; or ASD takes {} or {} of all others",
                list(plain.iter().map(|hypothesis| hypothesis.factor[ASD])),
                percent(squeezing[0].given[MLD]),
                percent(squeezing[1].given[MLD])
            ),
            format!(
                "{} or {} of the others",
                percent(missing[0].given[MLD]),
                percent(missing[1].given[MLD])
            ),
        ],
    );
}

#[test]
fn weights_of_explanations_before_data() {
    let list = Hypotheses::new(Donors::SlcnAndSemh);
    let weight = |explanation: Explanation, chosen: &dyn Fn(&Hypothesis) -> bool| -> f64 {
        list.all
            .iter()
            .zip(list.weights(Provision::None))
            .filter(|(hypothesis, _)| hypothesis.explanation == explanation && chosen(hypothesis))
            .map(|(_, weight)| weight)
            .sum()
    };
    let [plain, unit, _] = HYPOTHESIS_PSEUDO_COUNT;
    says(
        "3",
        &[
            format!("count for {plain} schools ({unit} with a flag; masking sizes {MASKING_PSEUDO_COUNT})"),
            format!(
                "{} of schools without a flag identify more of everything and {} have a surge of autism",
                percent(weight(Explanation::MoreOfEverything, &|_| true)),
                percent(weight(Explanation::OtherNeedSurge, &|_| true))
            ),
        ],
    );
}

#[test]
fn likelihood_and_learning() {
    says(
        "4",
        &[
            format!("more than {MAX_LOG_DETERMINANT_GAP} from the expected one's"),
            format!("kept within {MAX_CORRECTION}"),
            format!("{INTEGRATED_WITHIN} or more below the likeliest of its side"),
        ],
    );
    says(
        "5",
        &[
            format!("about {},{:03} schools", SAMPLE / 1000, SAMPLE % 1000),
            format!("moves by more than {PART_SETTLED} (at most {PART_ROUNDS} rounds)"),
            format!("{SKIPPED_BELOW} or more below the likeliest of its side"),
            format!("the next {ROUNDS_SKIPPED} rounds"),
        ],
    );
}

#[test]
fn areas_displaced_pupils_and_flags() {
    let settings = Settings::default();
    let (before, pseudo_count) = settings.masked_before;
    let words = |number: usize| match number {
        9 => "nine",
        15 => "fifteen",
        other => panic!("METHOD.md needs a word for {other}"),
    };
    says(
        "6",
        &[
            format!(
                "Normal(logit pi, {CORE_SPREAD}^2) ({} points)",
                words(NORMAL_POINTS.len())
            ),
            format!(
                "uniform from max(level, {CULTURE_OVER_GENERAL} pi) to {MAX_SHARE} ({} points)",
                words(CULTURE_POINTS)
            ),
            format!(
                "c = {} and level = {} unless set",
                settings.culture_before, settings.area_level
            ),
            format!("{before} counts for {pseudo_count} schools before data"),
            format!("red from {}, amber from {}", settings.area_red, settings.amber),
        ],
    );
    says(
        "7",
        &[format!(
            "{:.0}th and {:.0}th percentile",
            100.0 * TAIL,
            100.0 * (1.0 - TAIL)
        )],
    );
    says(
        "8",
        &[format!(
            "at most {}. Amber from {}",
            settings.false_discovery_rate, settings.amber
        )],
    );
}

#[test]
fn evidence() {
    let row = |kind: EvidenceKind, name: &str| {
        let EvidenceRates {
            displaced,
            rest,
            size,
            ..
        } = EvidenceRates::ASSUMED[kind as usize];
        format!("| {name} | {displaced:.2} | {rest:.2} | {size} |")
    };
    assert!((STRENGTH_SPREAD - 0.5).abs() < 1e-12, "METHOD.md says half of it");
    says(
        "9",
        &[
            row(EvidenceKind::SecondaryNeeds, "secondary need"),
            row(EvidenceKind::Recoding, "re-coding"),
            row(EvidenceKind::PlanDiscordance, "plan"),
            row(EvidenceKind::Audit, "audit"),
            format!(
                "counts for {} pupils (`pseudo_count`)",
                EvidenceRates::ASSUMED[0].pseudo_count
            ),
        ],
    );
}

#[test]
fn every_module_has_a_chapter() {
    let modules: String = METHOD.lines().filter(|line| line.starts_with("Module")).collect();
    for line in include_str!("mod.rs")
        .lines()
        .chain(include_str!("learning/mod.rs").lines())
    {
        let line = line.trim_start_matches("pub ").trim_start_matches("pub(super) ");
        let line = line.trim_start_matches("pub(in crate::joint) ");
        if let Some(module) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'))
            && module != "method"
        {
            assert!(
                modules.contains(&format!("`{module}`")),
                "METHOD.md names no module `{module}`"
            );
        }
    }
}
