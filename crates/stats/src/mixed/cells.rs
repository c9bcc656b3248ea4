use crate::CountOf;
use crate::glm::{Design, Fit, GlmError};
use std::collections::BTreeMap;
use thiserror::Error;

/// Cells of units: each a count, the columns known of it, and the unit it belongs to.
///
/// It guarantees that every cell has people and belongs to a unit, that cells lie unit by unit, and that cells with the same
/// columns share one row of a small table of patterns, which is what makes fitting fast.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitCells {
    /// The distinct rows, in order of first appearance.
    pub(super) patterns: Vec<Vec<f64>>,
    pub(super) columns: usize,
    /// For each unit the first of its cells; one more at the end.
    pub(super) starts: Vec<usize>,
    pub(super) pattern_of: Vec<u32>,
    pub(super) events: Vec<f64>,
    pub(super) people: Vec<f64>,
    /// The sum over cells of the logarithm of the number of ways.
    pub(super) log_ways: f64,
    /// The counts of each pattern over all units.
    pub(super) totals: Vec<CountOf>,
}

/// Why a mixed model could not be fitted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MixedError {
    /// Units, rows and counts are not equally many.
    #[error("{units} units for {rows} rows of columns and {counts} counts")]
    Lengths {
        /// Unit numbers given.
        units: usize,
        /// Rows of columns given.
        rows: usize,
        /// Counts given.
        counts: usize,
    },
    /// Fewer than two units with people.
    #[error("a variance between units needs at least two with people in them, found: `{0}`")]
    TooFewUnits(usize),
    /// A unit's group is not named, or there are too few groups.
    #[error("each unit needs a group, and there must be two groups with people: `{0}`")]
    Groups(usize),
    /// The regression without a variance between units could not be fitted.
    #[error("the regression without units could not be fitted")]
    Regression(#[from] GlmError),
    /// The columns separate the events: there is no maximum.
    #[error("a column separates those with the event from those without, so its coefficient has no end")]
    Separated,
}

impl UnitCells {
    /// Cells from the unit number (from 0) of each, its columns and its count, in any order. Cells without people are left
    /// out; unit numbers without cells are units nothing is known of.
    ///
    /// # Errors
    /// [`MixedError::Lengths`], [`MixedError::TooFewUnits`].
    pub fn new(units: &[usize], design: &Design, counts: &[CountOf]) -> Result<Self, MixedError> {
        if units.len() != design.rows() || units.len() != counts.len() {
            return Err(MixedError::Lengths {
                units: units.len(),
                rows: design.rows(),
                counts: counts.len(),
            });
        }
        let many = units.iter().max().map_or(0, |most| most + 1);
        let mut starts = vec![0_usize; many + 1];
        for (unit, count) in units.iter().zip(counts) {
            starts[unit + 1] += usize::from(count.population() > 0);
        }
        let with_people = starts.iter().filter(|cells| **cells > 0).count();
        if with_people < 2 {
            return Err(MixedError::TooFewUnits(with_people));
        }
        for unit in 0..many {
            starts[unit + 1] += starts[unit];
        }
        let total = starts[many];
        let mut next = starts.clone();
        let mut cells = Self {
            patterns: Vec::new(),
            columns: design.columns(),
            starts,
            pattern_of: vec![0; total],
            events: vec![0.0; total],
            people: vec![0.0; total],
            log_ways: 0.0,
            totals: Vec::new(),
        };
        let mut seen: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
        let mut sums: Vec<(u64, u64)> = Vec::new();
        let mut key = Vec::new();
        let mut last: Option<(usize, u32)> = None;
        for (row, (unit, count)) in units.iter().zip(counts).enumerate() {
            if count.population() == 0 {
                continue;
            }
            let values = design.row(row);
            // Cells mostly come in the same order within each unit, so the pattern after the last one is tried first.
            let guess = last.map_or(0, |(_, pattern)| pattern as usize + 1);
            let guess = if guess < cells.patterns.len() { guess } else { 0 };
            let same = cells
                .patterns
                .get(guess)
                .is_some_and(|pattern| bits_equal(pattern, values));
            let pattern = if same {
                u32::try_from(guess).unwrap_or(u32::MAX)
            } else {
                key.clear();
                key.extend(values.iter().map(|value| value.to_bits()));
                if let Some(pattern) = seen.get(&key) {
                    *pattern
                } else {
                    let pattern = u32::try_from(cells.patterns.len()).unwrap_or(u32::MAX);
                    seen.insert(key.clone(), pattern);
                    cells.patterns.push(values.to_vec());
                    sums.push((0, 0));
                    pattern
                }
            };
            last = Some((row, pattern));
            let place = next[*unit];
            next[*unit] += 1;
            cells.pattern_of[place] = pattern;
            cells.events[place] = count.events() as f64;
            cells.people[place] = count.population() as f64;
            let sum = &mut sums[pattern as usize];
            sum.0 += count.events();
            sum.1 += count.population();
            cells.log_ways += log_ways(*count);
        }
        cells.totals = sums
            .into_iter()
            .map(|(events, people)| CountOf::new(events, people).expect("sums of counts are counts"))
            .collect();
        Ok(cells)
    }

    /// How many units there are, those nothing is known of included.
    pub fn units(&self) -> usize {
        self.starts.len() - 1
    }

    /// The regression that ignores units: it needs the patterns' totals alone.
    pub(super) fn without_units(&self) -> Result<(Fit, f64), MixedError> {
        let design = Design::from_rows(&self.patterns)?;
        let fit = crate::glm::fit(&design, crate::glm::Family::Logistic(&self.totals))?;
        if fit.convergence != crate::Convergence::Converged {
            return Err(MixedError::Separated);
        }
        // The totals' likelihood less its own constants, with the cells' constants.
        let totals_ways: f64 = self.totals.iter().map(|count| log_ways(*count)).sum();
        let log_likelihood = fit.log_likelihood - totals_ways + self.log_ways;
        Ok((fit, log_likelihood))
    }
}

fn bits_equal(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

fn log_ways(count: CountOf) -> f64 {
    // Most cells are small; none or all of them is one way.
    if count.events() == 0 || count.others() == 0 {
        return 0.0;
    }
    -libm::log1p(count.population() as f64)
        - crate::special::beta::log_beta(count.events() as f64 + 1.0, count.others() as f64 + 1.0)
}
