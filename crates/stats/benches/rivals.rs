//! Speed against the packages analysts use, as ratios, in one run.
//!
//! `cargo bench -p senlens-stats --bench rivals` runs everything; `-- NAME` what contains NAME. R with `lme4` and Python with
//! `scipy` are looked for as `Rscript` and `python3`, or where `SENLENS_RSCRIPT` and `SENLENS_PYTHON` say; a rival that is
//! not there is said to be missing. `FunnelPlotR` and `PHEindicatormethods` are held against the seconds named for them.
#![expect(clippy::print_stdout, reason = "a bench prints for the developer")]
#![expect(
    clippy::unwrap_used,
    reason = "a bench may stop where its rival does not answer"
)]

use senlens_stats::funnel::transformed::{Drawing, Ratio, Robust, Scale, transformed};
use senlens_stats::glm::Design;
use senlens_stats::mixed::{Integration, UnitCells, fit};
use senlens_stats::standardise::{Stratum, indirect_strata};
use senlens_stats::{Confidence, CountOf, interval};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Seconds named for rivals that cannot be installed here.
const FUNNEL_PLOT_R: f64 = 1.1;
const PHE_INDICATOR_METHODS: f64 = 5.2;

type Bench = fn(&Path);

fn main() {
    let only = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"))
        .unwrap_or_default();
    let folder = std::env::temp_dir().join(format!("senlens-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    println!(
        "{:<44} {:>11} {:>11} {:>8} {:>8}",
        "what", "ours, s", "rival, s", "ratio", "asked"
    );
    let all: [(&str, Bench); 4] = [
        ("standardise", standardise),
        ("funnel", funnel),
        ("clopper_pearson", clopper_pearson),
        ("mixed", mixed),
    ];
    for (name, bench) in all {
        if name.contains(&only) {
            bench(&folder);
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The median of several runs, in seconds.
fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut last = None;
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            last = Some(black_box(work()));
            start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], last.unwrap())
}

/// The least of several runs, in seconds: what the work takes when nothing else runs, to hold against seconds named for a
/// rival that are of that kind.
fn least<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let (mut best, mut last) = median(1, &mut work);
    for _ in 1..runs {
        let (time, result) = median(1, &mut work);
        best = best.min(time);
        last = result;
    }
    (best, last)
}

/// As [`median`], in seconds this thread spent on a core, where the system tells (Linux does), so that other work on the
/// machine does not count.
fn median_on_core<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let on_core = || -> Option<f64> {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        Some(text.split_whitespace().next()?.parse::<f64>().ok()? * 1e-9)
    };
    if on_core().is_none() {
        return median(runs, work);
    }
    let mut last = None;
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = on_core().unwrap();
            last = Some(black_box(work()));
            on_core().unwrap() - start
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], last.unwrap())
}

fn line(what: &str, ours: f64, rival: Option<f64>, asked: f64) {
    match rival {
        Some(rival) => println!(
            "{what:<44} {ours:>11.6} {rival:>11.4} {:>8.1} {asked:>8.0}",
            rival / ours
        ),
        None => println!(
            "{what:<44} {ours:>11.6} {:>11} {:>8} {asked:>8.0}",
            "not here", ""
        ),
    }
}

/// The same numbers on every machine (Steele and others 2014, `SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        senlens_stats::special::normal::quantile(self.share().clamp(1e-12, 1.0 - 1e-12))
    }

    fn binomial(&mut self, n: u64, p: f64) -> u64 {
        senlens_stats::special::binomial::quantile(self.share(), n, p).unwrap()
    }

    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }
}

/// 10,000 areas of 11 strata: expected events, the ratio and its limits.
fn standardise(_: &Path) {
    let mut numbers = Numbers(1);
    let areas: Vec<(u64, Vec<Stratum>)> = (0..10_000)
        .map(|_| {
            let strata: Vec<Stratum> = (0..11)
                .map(|year| Stratum {
                    population: numbers.between(50, 400),
                    reference_rate: 0.004 + 0.004 * f64::from(year),
                })
                .collect();
            let expected: f64 = strata
                .iter()
                .map(|s| s.population as f64 * s.reference_rate)
                .sum();
            (numbers.binomial(10_000, expected / 10_000.0), strata)
        })
        .collect();
    let (ours, _) = least(100, || {
        areas
            .iter()
            .map(|(observed, strata)| indirect_strata(*observed, strata, Confidence::P95).unwrap())
            .collect::<Vec<_>>()
    });
    line(
        "indirect standardisation, 10,000 x 11",
        ours,
        Some(PHE_INDICATOR_METHODS),
        500.0,
    );
}

/// 100,000 units: z-scores, phi, tau squared, plain and adjusted lines.
fn funnel(_: &Path) {
    let mut numbers = Numbers(2);
    let units: Vec<Ratio> = (0..100_000)
        .map(|_| {
            let population = numbers.between(30, 3000);
            let share = (0.15 + 0.05 * numbers.normal()).clamp(0.01, 0.6);
            Ratio {
                numerator: numbers.binomial(population, share) as f64,
                denominator: population as f64,
            }
        })
        .collect();
    let (ours, fitted) = least(200, || {
        transformed(
            &units,
            Scale::ArcsineProportion,
            Robust::Winsorised(0.1),
            Drawing::Consistent,
        )
        .unwrap()
    });
    assert!(fitted.tau_squared > 0.0);
    line(
        "funnel and overdispersion, 100,000 units",
        ours,
        Some(FUNNEL_PLOT_R),
        100.0,
    );
}

/// A million exact intervals at 95%, on one core, of units of 30 to 3,000 with shares of about 3 to 15%.
fn clopper_pearson(folder: &Path) {
    let mut numbers = Numbers(3);
    let counts: Vec<CountOf> = (0..1_000_000)
        .map(|_| {
            let population = numbers.between(30, 3000);
            let share = 0.03 + 0.12 * numbers.share();
            let spread = (population as f64 * share * (1.0 - share)).sqrt();
            let events = (population as f64 * share + spread * numbers.normal())
                .round()
                .max(0.0);
            CountOf::new(whole(events).min(population), population).unwrap()
        })
        .collect();
    let (ours, limits) = median_on_core(3, || {
        counts
            .iter()
            .map(|count| interval::clopper_pearson(*count, Confidence::P95).unwrap())
            .collect::<Vec<_>>()
    });
    let mut bytes = Vec::with_capacity(16 * counts.len());
    for count in &counts {
        bytes.extend_from_slice(&(count.events() as f64).to_le_bytes());
        bytes.extend_from_slice(&(count.population() as f64).to_le_bytes());
    }
    let (data, script, result) = (
        folder.join("counts.bin"),
        folder.join("clopper_pearson.py"),
        folder.join("limits.bin"),
    );
    std::fs::write(&data, bytes).unwrap();
    std::fs::write(
        &script,
        "import sys, time, numpy as np\n\
         from scipy import special\n\
         x, n = np.fromfile(sys.argv[1]).reshape(-1, 2).T.copy()\n\
         times = []\n\
         for _ in range(3):\n\
         \x20   start = time.process_time()\n\
         \x20   lower = special.betaincinv(x, n - x + 1, 0.025)\n\
         \x20   upper = special.betaincinv(x + 1, n - x, 0.975)\n\
         \x20   times.append(time.process_time() - start)\n\
         np.array([lower, upper]).tofile(sys.argv[2])\n\
         print(sorted(times)[1])\n",
    )
    .unwrap();
    let rival = run("SENLENS_PYTHON", "python3", &script, &[&data, &result]);
    line(
        "Clopper-Pearson, a million, one core",
        ours,
        rival.map(|text| text.trim().parse().unwrap()),
        3.0,
    );
    if let Ok(bytes) = std::fs::read(&result) {
        let read: Vec<f64> = bytes
            .chunks_exact(8)
            .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
            .collect();
        let (lower, upper) = read.split_at(counts.len());
        let apart = |ours: f64, theirs: f64| {
            if theirs.is_finite() && theirs > 0.0 {
                (ours / theirs - 1.0).abs()
            } else {
                0.0
            }
        };
        let largest = limits
            .iter()
            .zip(lower.iter().zip(upper))
            .map(|(ours, (lower, upper))| apart(ours.lower, *lower).max(apart(ours.upper, *upper)))
            .fold(0.0, f64::max);
        println!("    largest relative difference of a limit: {largest:.1e}");
        assert!(largest < 1e-9);
    }
}

/// 22,000 units of 8 cells and three covariates, Laplace.
fn mixed(folder: &Path) {
    let mut numbers = Numbers(4);
    let truth = [-4.05, 0.5, 1.0, 0.36];
    let (mut units, mut rows, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    let mut text = String::from("school,male,fsm,ks,n,x\n");
    for unit in 0..22_000 {
        let level = 0.5 * numbers.normal();
        let size = 60.0 * libm::exp(0.6 * numbers.normal());
        for cell in 0..8_u32 {
            let row = [
                1.0,
                f64::from(cell & 1),
                f64::from(cell >> 1 & 1),
                f64::from(cell >> 2 & 1),
            ];
            let people =
                (size * if row[2] > 0.0 { 0.4 } else { 1.2 } * (0.8 + 0.4 * numbers.share())).round();
            let eta: f64 = level + row.iter().zip(truth).map(|(x, b)| x * b).sum::<f64>();
            let events = numbers.binomial(whole(people), 1.0 / (1.0 + libm::exp(-eta)));
            writeln!(text, "{unit},{},{},{},{people},{events}", row[1], row[2], row[3]).unwrap();
            units.push(unit);
            rows.push(row);
            counts.push(CountOf::new(events, whole(people)).unwrap());
        }
    }
    let (ours, fitted) = median(5, || {
        let design = Design::from_rows(&rows).unwrap();
        fit(
            &UnitCells::new(&units, &design, &counts).unwrap(),
            Integration::Laplace,
        )
        .unwrap()
    });
    assert_eq!(fitted.convergence, senlens_stats::Convergence::Converged);
    let (data, script) = (folder.join("cells.csv"), folder.join("mixed.R"));
    std::fs::write(&data, text).unwrap();
    std::fs::write(
        &script,
        "suppressMessages(library(lme4))\n\
         d <- read.csv(commandArgs(TRUE)[1]); d$school <- factor(d$school); d <- d[d$n > 0, ]\n\
         t <- system.time(m <- suppressWarnings(glmer(cbind(x, n - x) ~ male + fsm + ks + (1 | school), d, binomial, nAGQ = 1)))\n\
         cat(sprintf('%.10g', c(t[['elapsed']], fixef(m), sqrt(unlist(VarCorr(m))), as.numeric(logLik(m)))))\n",
    )
    .unwrap();
    let rival: Option<Vec<f64>> = run("SENLENS_RSCRIPT", "Rscript", &script, &[&data]).map(|text| {
        text.split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect()
    });
    line(
        "random intercepts, 22,000 x 8, Laplace",
        ours,
        rival.as_ref().map(|numbers| numbers[0]),
        100.0,
    );
    println!(
        "    ours:  {:.7?} sd {:.7} log-likelihood {:.6} shortfall {:.1e}",
        fitted.coefficients, fitted.sd, fitted.log_likelihood, fitted.shortfall
    );
    if let Some(rival) = rival {
        println!(
            "    lme4:  {:.7?} sd {:.7} log-likelihood {:.6}",
            &rival[1..5],
            rival[5],
            rival[6]
        );
        let apart = fitted
            .coefficients
            .iter()
            .zip(&rival[1..5])
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        println!(
            "    largest difference of a fixed effect: {apart:.1e}; ours the higher likelihood: {}",
            fitted.log_likelihood >= rival[6]
        );
        assert!(apart < 1e-4 || fitted.log_likelihood > rival[6]);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a small count made above"
)]
fn whole(count: f64) -> u64 {
    count as u64
}

/// What a script prints; `None` where its program or package is missing.
fn run(variable: &str, program: &str, script: &Path, arguments: &[&PathBuf]) -> Option<String> {
    let program = std::env::var(variable).unwrap_or_else(|_| program.to_owned());
    let output = Command::new(&program).arg(script).args(arguments).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
