//! `senlens explain`

use super::output::print;
use miette::{Report, miette};
use senlens::flags::RuleId;
use senlens::model::breaks::{self, Effect, Touches};
use senlens::model::{CrosswalkCodes, Need, Provision, ProvisionCode, crosswalks};
use senlens::stats::Confidence;
use senlens::stats::calibration::{FlaggingRule, false_flags};
use std::fmt::Write as _;
use std::process::ExitCode;

/// Sizes and shares of the calibration page: those of schools, and of the need the program is about.
const SIZES: [u64; 7] = [30, 60, 100, 200, 300, 1_000, 3_000];
const SHARES: [f64; 3] = [0.028, 0.1, 0.004];

/// The pages that are not about a rule.
const FUNNEL: &str = "funnel";
const CODES: &str = "codes";

pub(super) fn run(topic: Option<&str>) -> Result<ExitCode, Report> {
    let text = match topic {
        None => contents(),
        Some(FUNNEL) => funnel(),
        Some(CODES) => codes(),
        Some(topic) => {
            let found = RuleId::ALL.into_iter().find(|rule| rule.as_str() == topic);
            let rule = found.ok_or_else(|| {
                let names: Vec<&str> = RuleId::ALL
                    .into_iter()
                    .map(RuleId::as_str)
                    .chain([FUNNEL, CODES])
                    .collect();
                miette!("no page of that name; there are {}: `{topic}`", names.join(", "))
            })?;
            let page = rule.page();
            if rule == RuleId::Masking {
                format!("{}\n{}", page.text(), include_str!("../../../flags/METHOD.md"))
            } else {
                page.text()
            }
        }
    };
    print(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// Every page's name, with its indicator and title.
fn contents() -> String {
    let mut text = String::new();
    for rule in RuleId::ALL {
        let page = rule.page();
        let _ = writeln!(text, "{:<28}{:<5}{}", rule.as_str(), page.indicator, page.title);
    }
    let _ = writeln!(
        text,
        "{FUNNEL:<28}{:<5}How often the limits of a funnel are wrong",
        ""
    );
    let _ = writeln!(
        text,
        "{CODES:<28}{:<5}The code lists, the years they hold in, and where no year is compared with another",
        ""
    );
    text
}

/// The code lists with their years, what follows from what, and the register of breaks.
fn codes() -> String {
    let mut text =
        "# Code lists\n\nA code without a year beside it holds throughout.\n\n## Types of need\n\n"
            .to_owned();
    for need in Need::ALL {
        let years = need.validity().in_words();
        let line = format!("{:<9}{:<60}{years}", need.as_str(), need.in_words());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("\n## Provisions\n\n");
    for code in ProvisionCode::ALL {
        let years = code.validity().in_words();
        let provision = match code.provision() {
            Provision::NoSen => "no special educational need",
            Provision::SenSupport => "SEN support",
            Provision::Plan => "education, health and care plan",
            Provision::Total | Provision::NotStated => continue,
        };
        let line = format!("{:<9}{provision:<60}{years}", code.as_str());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("\n## What follows from what\n\n");
    for crosswalk in crosswalks() {
        let (from, to) = match &crosswalk.codes {
            CrosswalkCodes::Needs { from, to } => (
                list(from.iter().map(|need| need.as_str())),
                list(to.iter().map(|need| need.as_str())),
            ),
            CrosswalkCodes::Provisions { from, to } => (
                list(from.iter().map(|code| code.as_str())),
                list(to.iter().map(|code| code.as_str())),
            ),
        };
        let year = crosswalk.year.in_words();
        let _ = writeln!(text, "{year}: {from} to {to}. {}.", capitalised(&crosswalk.note));
    }
    text.push_str("\n## Breaks\n\nNo year before is compared with one after, or, where it says so, only with a warning.\n\n");
    for found in breaks::all() {
        let touched = match &found.touches {
            Touches::AllNeeds => "all counts by need".to_owned(),
            Touches::Needs(needs) => list(needs.iter().map(|need| need.as_str())),
            Touches::Authorities(codes) => {
                let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
                format!("authorities {}", codes.join(", "))
            }
        };
        let warned = match found.effect {
            Effect::Stops => "",
            Effect::Limits => " (with a warning)",
        };
        let year = found.first_year.in_words();
        let _ = writeln!(text, "{year}, {touched}{warned}: {}.", found.why);
    }
    text
}

fn list<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.collect::<Vec<_>>().join(", ")
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How often each way of flagging is wrong on schools that are exactly at the benchmark: computed on each call.
fn funnel() -> String {
    let confidence = Confidence::P998;
    let nominal = confidence.tail();
    let mut text = format!(
        "# The funnel, and how often its flags are wrong\n\n\
         A school is flagged by its exact binomial tail. Below: the chance that a school exactly at the benchmark is\n\
         flagged high at a nominal {nominal:.3} in each tail, by size, for ours and five other ways. Computed exactly, just\n\
         now. The line on a chart is Spiegelhalter's interpolation, which only draws: as a rule it errs. Every run draws this\n\
         at its own benchmark: charts/false_flags.svg, with the figures in tables/false_flags.csv.\n"
    );
    for share in SHARES {
        let _ = write!(text, "\n## Benchmark {:.1}%\n\n{:<20}", 100.0 * share, "pupils");
        for size in SIZES {
            let _ = write!(text, "{size:>10}");
        }
        text.push('\n');
        for rule in FlaggingRule::ALL {
            let _ = write!(text, "{:<20}", rule.as_str());
            let mut bars = String::new();
            for size in SIZES {
                match false_flags(rule, size, share, confidence) {
                    Some(flags) => {
                        let _ = write!(text, "{:>10.5}", flags.high);
                        let _ = write!(bars, "{:>10}", bar(flags.high / nominal));
                    }
                    None => {
                        let _ = write!(text, "{:>10}", "z");
                        let _ = write!(bars, "{:>10}", "");
                    }
                }
            }
            let _ = write!(text, "\n{:<20}{bars}\n", "");
        }
        text.push_str(
            "\nEach | is the nominal chance once over (at most 8 are drawn); . is less than half of it.\n",
        );
    }
    text
}

fn bar(times_nominal: f64) -> String {
    if times_nominal < 0.5 {
        return ".".to_owned();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 8"
    )]
    let times = times_nominal.round().clamp(1.0, 8.0) as usize;
    "|".repeat(times)
}
