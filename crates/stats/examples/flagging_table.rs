//! Prints how often each rule flags a unit that is at the benchmark, by size: the table of the calibration page.
//!
//! `cargo run --release -p senlens-stats --example flagging_table`
#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use senlens_stats::Confidence;
use senlens_stats::calibration::{FlaggingRule, false_flags, largest_attainable};

fn main() {
    for (confidence, nominal) in [(Confidence::P998, "0.001"), (Confidence::P95, "0.025")] {
        println!("chance of a high flag at the benchmark, nominal {nominal}");
        print!("{:>9} {:>6} {:>10}", "benchmark", "size", "attainable");
        for rule in FlaggingRule::ALL {
            print!(" {:>18}", rule.as_str());
        }
        println!();
        for benchmark in [0.028, 0.1, 0.004] {
            for size in [30, 100, 300, 1000, 3000] {
                let (most, _) = largest_attainable(size, benchmark, confidence.tail());
                print!("{benchmark:>9} {size:>6} {most:>10.6}");
                for rule in FlaggingRule::ALL {
                    let high =
                        false_flags(rule, size, benchmark, confidence).map_or(f64::NAN, |flags| flags.high);
                    print!(" {high:>18.6}");
                }
                println!();
            }
        }
        println!();
    }
}
