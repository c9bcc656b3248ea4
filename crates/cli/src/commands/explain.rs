//! `senlens explain`

use super::talk::print;
use miette::{Report, miette};
use senlens::stats::Confidence;
use senlens::stats::calibration::{FlaggingRule, false_flags};
use std::fmt::Write as _;
use std::process::ExitCode;

/// What can be explained.
const TOPICS: [&str; 3] = ["masking", "substitution", "funnel"];

/// Sizes and shares of the calibration page: those of schools, and of the need the program is about.
const SIZES: [u64; 7] = [30, 60, 100, 200, 300, 1_000, 3_000];
const SHARES: [f64; 3] = [0.028, 0.1, 0.004];

pub(super) fn carry_out(topic: &str) -> Result<ExitCode, Report> {
    let text = match topic {
        "masking" => include_str!("../../../flags/METHOD.md").to_owned(),
        "substitution" => SUBSTITUTION.to_owned(),
        "funnel" => funnel(),
        other => {
            return Err(miette!(
                "no page of that name; there are {}: `{other}`",
                TOPICS.join(", ")
            ));
        }
    };
    print(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

const SUBSTITUTION: &str = "\
# The substitution test (rule `substitution`)

Looks for: more pupils recorded with MLD than expected, where SLCN or SEMH is less than expected and special educational
needs as a whole are not more.

Needs: counts by type of need and the number on roll, by school or area. Runs on the Department's school-level files and
on pupil records.

Against: schools against their own authority, districts, parts and authorities against England, within phase of school.
Each count is judged by its exact binomial tail, or, where places of its kind differ more than chance allows, by the
beta-binomial tail that allows for it.

Red: MLD higher at 99.8%. Amber: MLD higher at 95%. Both only when SLCN or SEMH is lower at 95% and SEN is not higher.

Displaced pupils: the smaller of the excess of MLD and the shortfall of SLCN and SEMH: an upper bound on what would need
another code for the counts to match, not an estimate of misdiagnosis.

Passed over in silence: a place whose MLD is high because everything is; masking spread evenly over an authority's
schools; a surge of autism that lowers the others without raising MLD. The rule `masking` weighs those.
";

/// How often each way of flagging is wrong on schools that are exactly at the benchmark: computed now, not remembered.
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
