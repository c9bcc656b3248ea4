use super::{Point, Series};
use crate::funnel::limits::{Lines, binomial};
use crate::funnel::{self, Position};
use crate::{Confidence, CountOf};

/// So many years in succession on one side of the centre are a shift: by chance alone less than one run of eight in 100
/// does it.
pub const SHIFT: usize = 8;

/// One year on a run chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunPoint {
    /// The year and its count.
    pub point: Point,
    /// The lines at its population, for drawing.
    pub lines: Option<Lines>,
    /// Where the year lies by its exact tail.
    pub position: Position,
}

/// Years about a centre line.
#[derive(Debug, Clone, PartialEq)]
pub struct RunChart {
    /// The centre: the pooled share of the baseline years.
    pub centre: f64,
    /// Every year.
    pub points: Vec<RunPoint>,
    /// The longest run of years on one side of the centre.
    pub longest_run: usize,
    /// Whether that run is at least [`SHIFT`].
    pub shifted: bool,
}

/// A run chart: each year against the pooled share of the first `baseline` years (all of them for 0), with exact limits.
///
/// A year of the baseline helps to set its own centre, so with a short baseline its position is a little too kind.
///
/// `None` when no person, or every person, in the baseline has the event.
///
/// Source: Shewhart (1931), Economic control of quality; NHS England, Making data count (2019), for the runs.
pub fn run_chart(series: &Series, baseline: usize, confidence: Confidence) -> Option<RunChart> {
    let all = series.points();
    let used = if baseline == 0 {
        all.len()
    } else {
        baseline.min(all.len())
    };
    let events: u64 = all[..used].iter().map(|point| point.count.events()).sum();
    let people: u64 = all[..used].iter().map(|point| point.count.population()).sum();
    let centre = CountOf::new(events, people).ok()?.share()?;
    if centre <= 0.0 || centre >= 1.0 {
        return None;
    }
    let points = all
        .iter()
        .filter_map(|&point| {
            let position = funnel::binomial(point.count, centre)?.position(confidence);
            Some(RunPoint {
                point,
                lines: binomial(point.count.population(), centre, confidence),
                position,
            })
        })
        .collect();
    let (mut longest_run, mut run, mut side) = (0, 0, 0_i8);
    for point in all {
        let share = point.count.share()?;
        let now = i8::from(share > centre) - i8::from(share < centre);
        // A year exactly on the centre neither makes nor breaks a run.
        if now == 0 {
            continue;
        }
        run = if now == side { run + 1 } else { 1 };
        side = now;
        longest_run = longest_run.max(run);
    }
    Some(RunChart {
        centre,
        points,
        longest_run,
        shifted: longest_run >= SHIFT,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trend::{changes, cochran_armitage, logistic_trend, slope_difference};

    fn series(events: &[u64]) -> Series {
        let points = (2015..).zip(events).map(|(year, &x)| Point {
            year,
            count: CountOf::new(x, 1000).unwrap(),
        });
        Series::new(points.collect(), &[]).unwrap()
    }

    #[test]
    fn a_year_out_of_line_and_a_shift() {
        let chart = run_chart(&series(&[30, 31, 29, 30, 80, 30, 31, 29]), 4, Confidence::P998).unwrap();
        assert!((chart.centre - 0.03).abs() < 1e-15 && !chart.shifted);
        let out: Vec<i32> = chart
            .points
            .iter()
            .filter(|p| p.position != Position::Similar)
            .map(|p| p.point.year)
            .collect();
        assert_eq!(out, [2019]);
        let shift = run_chart(
            &series(&[30, 30, 31, 35, 36, 37, 34, 35, 36, 33, 38]),
            2,
            Confidence::P95,
        )
        .unwrap();
        assert_eq!((shift.longest_run, shift.shifted), (9, true));
        assert!(run_chart(&series(&[0, 0, 0]), 0, Confidence::P95).is_none());
    }

    #[test]
    fn rising_is_found_and_compared() {
        let (rising, flat) = (
            series(&[20, 25, 30, 36, 44, 52]),
            series(&[30, 31, 29, 30, 31, 29]),
        );
        assert!(cochran_armitage(&rising).unwrap().z > 4.0 && cochran_armitage(&flat).unwrap().p_value > 0.5);
        let trend = logistic_trend(&rising, Confidence::P95).unwrap();
        assert!(trend.converged() && trend.odds_ratio_per_year.lower > 1.0);
        let apart = slope_difference(&rising, &flat, Confidence::P95).unwrap();
        assert!(apart.ratio_of_odds_ratios.lower > 1.0 && apart.p_value < 0.01);
        let same = slope_difference(&flat, &flat, Confidence::P95).unwrap();
        assert!((same.ratio_of_odds_ratios.value - 1.0).abs() < 1e-9 && same.p_value > 0.99);
        let steps = changes(&rising, Confidence::P95);
        assert_eq!(steps.len(), 5);
        assert!(
            steps
                .iter()
                .all(|step| step.difference.value > 0.0 && step.difference.contains(step.difference.value))
        );
    }
}
