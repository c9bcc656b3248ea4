//! From a figure to its place on the canvas.

/// Whether equal steps or equal ratios lie equally far apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Linear,
    Logarithmic,
}

/// An axis: figures from `lowest` to `highest` lie from pixel `start` to pixel `end`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    pub(crate) kind: Kind,
    pub(crate) lowest: f64,
    pub(crate) highest: f64,
    pub(crate) start: f64,
    pub(crate) end: f64,
}

impl Axis {
    /// The pixel of a figure; a figure beyond the axis lies at its end.
    pub(crate) fn place(&self, figure: f64) -> f64 {
        let figure = figure.clamp(self.lowest, self.highest);
        let share = match self.kind {
            Kind::Linear => (figure - self.lowest) / (self.highest - self.lowest),
            Kind::Logarithmic => {
                let from = libm::log(self.lowest);
                (libm::log(figure) - from) / (libm::log(self.highest) - from)
            }
        };
        self.start + share * (self.end - self.start)
    }

    /// Whether a figure lies on the axis.
    pub(crate) fn holds(&self, figure: f64) -> bool {
        (self.lowest..=self.highest).contains(&figure)
    }
}

/// Round figures from zero to at least `highest`, about `wanted` of them: steps of 1, 2, 2.5 or 5 times a power of ten.
pub(crate) fn round_steps(highest: f64, wanted: usize) -> Vec<f64> {
    let highest = highest.max(1e-6);
    let rough = highest / wanted.max(1) as f64;
    let mut power = 1e-7;
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .map(|factor| factor * power)
        .into_iter()
        .find(|step| *step >= rough)
        .unwrap_or(10.0 * power);
    let mut steps = Vec::new();
    for position in 0u32..100 {
        let figure = f64::from(position) * step;
        steps.push(figure);
        if figure >= highest {
            break;
        }
    }
    steps
}

/// Round figures from at most `lowest` to at least `highest`, about `wanted` apart: for dots, which unlike bars need
/// no zero. From zero where `lowest` is nearer to it than to `highest`.
pub(crate) fn round_steps_between(lowest: f64, highest: f64, wanted: usize) -> Vec<f64> {
    if lowest < highest / 2.0 {
        return round_steps(highest, wanted);
    }
    let step = round_steps(highest - lowest, wanted)[1].max(FINEST);
    let first = (lowest / step).floor();
    let mut steps = Vec::new();
    for position in 0u32..100 {
        let figure = (first + f64::from(position)) * step;
        steps.push(figure);
        if figure >= highest && position > 0 {
            break;
        }
    }
    steps
}

/// Steps of shares are never finer, so that labels of one decimal tell them apart.
const FINEST: f64 = 0.5;

/// The figures marked on an axis of ratios, those within its limits.
pub(crate) fn ratio_steps(lowest: f64, highest: f64) -> Vec<f64> {
    let fine = [
        0.1, 0.2, 0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 10.0,
    ];
    let coarse = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0];
    let steps: &[f64] = if highest / lowest > 3.0 { &coarse } else { &fine };
    steps
        .iter()
        .copied()
        .filter(|step| (lowest..=highest).contains(step))
        .collect()
}

/// Which labels of an axis of ratios stand clear of each other: 1 first, then from the ends inwards. Each label is given by
/// its figure, the middle of its text and its width, with so much room between two.
pub(crate) fn clear_labels(labels: &[(f64, f64, f64)], room: f64) -> Vec<bool> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    let far = |at: usize| (libm::log(labels[at].0)).abs();
    let is_one = |at: usize| far(at) < 1e-9;
    order.sort_by(|one, other| {
        let ends_first = far(*other).total_cmp(&far(*one));
        is_one(*other).cmp(&is_one(*one)).then(ends_first)
    });
    let mut clear = vec![false; labels.len()];
    for at in order {
        let (_, middle, wide) = labels[at];
        clear[at] = labels.iter().zip(&clear).all(|((_, other, other_wide), drawn)| {
            !drawn || (middle - other).abs() >= (wide + other_wide) / 2.0 + room
        });
    }
    clear
}

#[cfg(test)]
mod tests {
    use super::{Axis, Kind, clear_labels, ratio_steps, round_steps, round_steps_between};

    #[test]
    fn a_ratio_and_its_inverse_lie_equally_far_from_one() {
        let axis = Axis {
            kind: Kind::Logarithmic,
            lowest: 0.25,
            highest: 4.0,
            start: 100.0,
            end: 300.0,
        };
        let near = |figure: f64, pixel: f64| (axis.place(figure) - pixel).abs() < 1e-9;
        assert!(near(1.0, 200.0) && near(0.5, 150.0) && near(2.0, 250.0));
        // Beyond the axis: at its end.
        assert!(near(40.0, 300.0) && !axis.holds(40.0));
    }

    #[test]
    fn steps_are_round_and_reach_the_highest() {
        assert_eq!(round_steps(32.2, 5), [0.0, 10.0, 20.0, 30.0, 40.0]);
        assert_eq!(
            round_steps(34_461.0, 4),
            [0.0, 10_000.0, 20_000.0, 30_000.0, 40_000.0]
        );
        assert_eq!(round_steps(5.0, 5), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!(round_steps(0.0, 5).len() >= 2);
        assert_eq!(round_steps_between(12.5, 19.1, 5), [12.0, 14.0, 16.0, 18.0, 20.0]);
        assert_eq!(round_steps_between(2.5, 19.1, 5), [0.0, 5.0, 10.0, 15.0, 20.0]);
        assert!(round_steps_between(15.0, 15.0, 5).len() >= 2);
        assert_eq!(ratio_steps(0.4, 2.5), [0.5, 1.0, 2.0]);
        assert_eq!(ratio_steps(0.75, 1.4), [0.8, 1.0, 1.25]);
    }

    #[test]
    fn labels_that_would_touch_give_way_to_one_and_to_the_ends() {
        let at = |figure: f64, middle: f64| (figure, middle, 30.0);
        let labels = [
            at(0.67, 0.0),
            at(0.8, 33.0),
            at(1.0, 73.0),
            at(1.25, 111.0),
            at(1.5, 143.0),
        ];
        assert_eq!(clear_labels(&labels, 4.0), [true, false, true, false, true]);
        assert_eq!(clear_labels(&labels, 1.0), [true; 5]);
        let narrow = [at(0.8, 0.0), at(1.0, 20.0), at(1.25, 40.0)];
        assert_eq!(clear_labels(&narrow, 4.0), [false, true, false]);
    }
}
