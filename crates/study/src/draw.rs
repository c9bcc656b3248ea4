//! The study's charts, drawn from the tables it wrote.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use crate::chart::{Axis, COLOURS, Chart};

const NAMES: [(&str, &str); 5] = [
    ("model", "the model"),
    ("oracle", "the oracle"),
    ("wilson", "Wilson limit"),
    ("funnel", "funnel"),
    ("substitution", "substitution test"),
];

/// Rows of a table by column name; none where the table was not written.
fn rows(folder: &Path, table: &str) -> Vec<BTreeMap<String, String>> {
    let Ok(text) = std::fs::read_to_string(folder.join(table)) else {
        return Vec::new();
    };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    lines
        .map(|line| {
            header
                .iter()
                .zip(line.split(','))
                .map(|(name, value)| ((*name).to_owned(), value.to_owned()))
                .collect()
        })
        .collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row.get(column)
        .and_then(|text| text.parse().ok())
        .unwrap_or(f64::NAN)
}

/// Draws every chart whose table is in the folder.
pub(crate) fn draw(folder: &Path) -> io::Result<()> {
    let write = |name: &str, chart: Option<Chart>| match chart {
        Some(chart) => std::fs::write(folder.join(name), chart.svg()),
        None => Ok(()),
    };
    let curves = rows(folder, "curves.csv");
    write("precision.svg", precision(&curves))?;
    write("roc.svg", roc(&curves))?;
    write("promises.svg", promises(&rows(folder, "promises.csv")))?;
    write("reliability.svg", reliability(&rows(folder, "reliability.csv")))?;
    let scenarios = rows(folder, "scenarios.csv");
    write("ceiling.svg", ceiling(&scenarios))?;
    write("coverage.svg", coverage(&scenarios))?;
    let evidence = rows(folder, "evidence.csv");
    write("evidence.svg", evidence_curve(&evidence))?;
    write("years.svg", years(&rows(folder, "years.csv")))
}

type Rows = [BTreeMap<String, String>];

/// One line for each detector in the scenario `tenth`.
fn lines(chart: &mut Chart, curves: &Rows, point: impl Fn(&BTreeMap<String, String>) -> (f64, f64)) -> bool {
    let mut names = Vec::new();
    for ((detector, name), colour) in NAMES.iter().zip(COLOURS) {
        let points: Vec<(f64, f64)> = curves
            .iter()
            .filter(|row| row["scenario"] == "tenth" && row["detector"] == *detector)
            .map(&point)
            .collect();
        if !points.is_empty() {
            chart.line(&points, colour, *detector == "oracle");
            names.push((*name, colour, *detector == "oracle"));
        }
    }
    chart.legend(&names);
    !names.is_empty()
}

fn precision(curves: &Rows) -> Option<Chart> {
    let mut chart = Chart::new(
        "The model finds masked schools almost as well as the oracle",
        "Precision by recall, one school in ten masked: the model lies just below the oracle, which knows the true parameters, and far \
         above the three simple detectors.",
        Axis::percent("Share of the masked schools listed", 0.0, 1.0, 0.2),
        Axis::percent(
            "Share of the list that is right (one school in ten masked)",
            0.0,
            1.0,
            0.2,
        ),
        420.0,
        200.0,
    );
    lines(&mut chart, curves, |row| {
        (number(row, "recall"), number(row, "precision"))
    })
    .then_some(chart)
}

fn roc(curves: &Rows) -> Option<Chart> {
    let mut chart = Chart::new(
        "More masked schools found for each flagged in error",
        "Share of masked schools found by share of other schools flagged, one school in ten masked: the model follows \
         the oracle, which knows the true parameters; the three simple detectors lie below.",
        Axis::percent("Share of the schools that do not mask, flagged", 0.0, 0.3, 0.05),
        Axis::percent("Share of the masked schools found", 0.0, 1.0, 0.2),
        420.0,
        200.0,
    );
    let mut names = Vec::new();
    for ((detector, name), colour) in NAMES.iter().zip(COLOURS) {
        let mut points: Vec<(f64, f64)> = vec![(0.0, 0.0)];
        points.extend(
            curves
                .iter()
                .filter(|row| row["scenario"] == "tenth" && row["detector"] == *detector)
                .map(|row| (number(row, "false_positive_rate"), number(row, "recall")))
                .take_while(|(false_positives, _)| *false_positives <= 0.3),
        );
        if points.len() > 1 {
            chart.line(&points, colour, *detector == "oracle");
            names.push((*name, colour, *detector == "oracle"));
        }
    }
    chart.legend(&names);
    (!names.is_empty()).then_some(chart)
}

fn promises(rows: &Rows) -> Option<Chart> {
    const SHOWN: [(&str, &str); 5] = [
        ("tenth", "one in ten"),
        ("correlated", "correlated effects"),
        ("substituting", "MLD replaces others"),
        ("heavy-tails-each", "heavy tails"),
        ("fixed-shares", "fixed shares"),
    ];
    let mut chart = Chart::new(
        "The promised share of wrong flags is about kept",
        "Share of flagged schools that are wrong against the share promised, by scenario, beside the line of equality.",
        Axis::percent("Promised", 0.0, 0.4, 0.1),
        Axis::percent("Share of flagged schools that do not mask", 0.0, 0.5, 0.1),
        420.0,
        200.0,
    );
    chart.line(&[(0.0, 0.0), (0.4, 0.4)], "#BFBFBF", true);
    let mut names = Vec::new();
    for ((scenario, name), colour) in SHOWN.iter().zip(COLOURS) {
        let points: Vec<(f64, f64)> = rows
            .iter()
            .filter(|row| row["scenario"] == *scenario && number(row, "flagged") >= 20.0)
            .map(|row| {
                (
                    number(row, "promised"),
                    number(row, "wrong") / number(row, "flagged"),
                )
            })
            .collect();
        if let Some(last) = points.last() {
            chart.line(&points, colour, false);
            for (x, y) in &points {
                chart.dot(*x, *y, colour, false);
            }
            names.push((last.0, last.1, (*name).to_owned(), colour));
        }
    }
    chart.names(&names);
    (!names.is_empty()).then_some(chart)
}

fn reliability(rows: &Rows) -> Option<Chart> {
    let mut chart = Chart::new(
        "A probability of masking means what it says",
        "Share of schools that mask, by the probability the model gives them, in ten classes over all scenarios with \
         masking: close to the line of equality.",
        Axis::percent("Probability of masking given by the model", 0.0, 1.0, 0.2),
        Axis::percent("Share of these schools that mask", 0.0, 1.0, 0.2),
        420.0,
        200.0,
    );
    chart.line(&[(0.0, 0.0), (1.0, 1.0)], "#BFBFBF", true);
    let points: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| (number(row, "mean_probability"), number(row, "share_masked")))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .collect();
    chart.line(&points, COLOURS[0], false);
    for (x, y) in &points {
        chart.dot(*x, *y, COLOURS[0], false);
    }
    (!points.is_empty()).then_some(chart)
}

/// Means over seeds of some columns, by scenario in the order of the table, where `keep` holds.
fn means<const N: usize>(
    rows: &Rows,
    columns: [&str; N],
    keep: impl Fn(&BTreeMap<String, String>) -> bool,
) -> Vec<(String, [f64; N])> {
    let mut found: Vec<(String, [f64; N], f64)> = Vec::new();
    for row in rows.iter().filter(|row| keep(row)) {
        let name = &row["scenario"];
        if !found.iter().any(|one| one.0 == *name) {
            found.push((name.clone(), [0.0; N], 0.0));
        }
        let one = found
            .iter_mut()
            .find(|one| one.0 == *name)
            .expect("just put there");
        for (sum, column) in one.1.iter_mut().zip(columns) {
            *sum += number(row, column);
        }
        one.2 += 1.0;
    }
    found
        .into_iter()
        .map(|(name, sums, seeds)| (name, sums.map(|sum| sum / seeds)))
        .collect()
}

/// A chart with a line of dots for each scenario, the first at the top.
fn by_scenario(title: &str, alt: &str, x: Axis, note: &'static str, names: &[String]) -> Chart {
    let last = names.len() as f64 - 1.0;
    let y = Axis {
        title: note,
        from: -0.6,
        to: last + 0.6,
        ticks: names
            .iter()
            .enumerate()
            .map(|(place, name)| (last - place as f64, name.replace('-', " ")))
            .collect(),
    };
    Chart::new(title, alt, x, y, 140.0 + 22.0 * names.len() as f64, 40.0)
}

fn ceiling(rows: &Rows) -> Option<Chart> {
    let columns = [
        "average_precision",
        "ceiling",
        "wilson_average_precision",
        "funnel_average_precision",
        "substitution_average_precision",
    ];
    let found = means(rows, columns, |row| number(row, "ceiling").is_finite());
    if found.is_empty() {
        return None;
    }
    let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
    let mut chart = by_scenario(
        "Close to the ceiling in every scenario",
        "Average precision over that of the oracle, by scenario: the model near one, the best of the \
         three simple detectors about half.",
        Axis::percent("Average precision, of that of the oracle", 0.3, 1.1, 0.1),
        "Filled: the model. Hollow: the best of the three simple detectors",
        &names,
    );
    for (place, (_, [model, oracle, simple @ ..])) in found.iter().enumerate() {
        let up = names.len() as f64 - 1.0 - place as f64;
        let best = simple.iter().copied().fold(0.0, f64::max);
        chart.dot(best / oracle, up, COLOURS[1], true);
        chart.dot(model / oracle, up, COLOURS[0], false);
    }
    Some(chart)
}

fn coverage(rows: &Rows) -> Option<Chart> {
    let found = means(rows, ["coverage", "displaced_ratio"], |row| {
        number(row, "red") >= 20.0 && number(row, "masked") > 0.0
    });
    if found.is_empty() {
        return None;
    }
    let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
    let mut chart = by_scenario(
        "Displaced pupils are counted about right, and intervals cover",
        "By scenario, for schools flagged red: share of 90% intervals that hold the true number of displaced pupils, \
         and the estimated total over the true one.",
        Axis::percent("", 0.7, 1.3, 0.1),
        "Filled: share of 90% intervals that cover. Hollow: total estimated over true",
        &names,
    );
    for (place, (_, [covered, ratio])) in found.iter().enumerate() {
        let up = names.len() as f64 - 1.0 - place as f64;
        chart.dot(*ratio, up, COLOURS[1], true);
        chart.dot(*covered, up, COLOURS[0], false);
    }
    Some(chart)
}

fn evidence_curve(rows: &Rows) -> Option<Chart> {
    let mut chart = Chart::new(
        "Pupil records and audits turn a list into knowledge",
        "Recall at 10% false discoveries by share of listed records audited, for counts alone and with each kind of \
         pupil evidence.",
        Axis::percent("Share of the listed schools' MLD records audited", 0.0, 0.2, 0.05),
        Axis::percent(
            "Share of masked schools named with one in ten wrong",
            0.0,
            0.8,
            0.1,
        ),
        420.0,
        190.0,
    );
    let mean = |evidence: &str, audited: f64| -> Option<f64> {
        let values: Vec<f64> = rows
            .iter()
            .filter(|row| {
                row["rates"] == "as assumed"
                    && row["evidence"] == evidence
                    && (number(row, "audited_percent") - audited).abs() < 0.1
            })
            .map(|row| number(row, "recall_at_10_percent_wrong"))
            .collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let mut names = Vec::new();
    for (evidence, colour) in [("all three", COLOURS[0]), ("counts alone", COLOURS[1])] {
        let points: Vec<(f64, f64)> = [0.0, 5.0, 10.0, 20.0]
            .iter()
            .filter_map(|audited| mean(evidence, *audited).map(|recall| (audited / 100.0, recall)))
            .collect();
        let last = points.last()?;
        chart.line(&points, colour, false);
        for (x, y) in &points {
            chart.dot(*x, *y, colour, false);
        }
        names.push((last.0, last.1, evidence.to_owned(), colour));
    }
    chart.names(&names);
    let mut single = Vec::new();
    for (evidence, colour) in [
        ("secondary needs", COLOURS[2]),
        ("re-coding", COLOURS[3]),
        ("plans", COLOURS[4]),
    ] {
        let recall = mean(evidence, 0.0)?;
        chart.dot(0.0, recall, colour, true);
        single.push((0.0, recall, format!("{evidence}, no audit"), colour));
    }
    chart.names(&single);
    Some(chart)
}

fn years(rows: &Rows) -> Option<Chart> {
    if rows.is_empty() {
        return None;
    }
    let mut chart = Chart::new(
        "A quadrant that acted is told from those that did not",
        "Estimated change of displaced pupils per thousand with 90% interval against the true change, one point a \
         quadrant and seed; the quadrant that acted filled.",
        Axis::with(
            "True change of displaced pupils per thousand on roll",
            -16.0,
            4.0,
            2.0,
            |value| format!("{value:.0}"),
        ),
        Axis::with(
            "Estimated change, with 90% interval. Filled: the quadrant that acted",
            -20.0,
            6.0,
            2.0,
            |value| format!("{value:.0}"),
        ),
        460.0,
        40.0,
    );
    chart.line(&[(-16.0, -16.0), (4.0, 4.0)], "#BFBFBF", true);
    for row in rows {
        let (truth, found) = (number(row, "true_change"), number(row, "change"));
        let acted = row["acted"] == "true";
        let colour = if acted { COLOURS[0] } else { COLOURS[1] };
        chart.line(
            &[(truth, number(row, "lower")), (truth, number(row, "upper"))],
            colour,
            false,
        );
        chart.dot(truth, found, colour, !acted);
    }
    Some(chart)
}
