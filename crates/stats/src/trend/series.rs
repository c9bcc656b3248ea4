use crate::CountOf;
use thiserror::Error;

/// A count in a year. A school or academic year is named by the calendar year it ends in: 2014/15 is 2015.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The year.
    pub year: i32,
    /// The count.
    pub count: CountOf,
}

/// A year from which counts mean something else than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// The first year of the new meaning.
    pub first_year: i32,
    /// Why.
    pub reason: &'static str,
}

/// Counts in successive years, the years rising, none across a break, at least two of them with people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    points: Vec<Point>,
}

/// Why counts do not make a series.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// The years would run across a break.
    #[error("{from} and {to} lie on two sides of a break in what was counted, in {first_year}: {reason}")]
    AcrossBreak {
        /// The last year before the break.
        from: i32,
        /// The first year after it.
        to: i32,
        /// The first year of the new meaning.
        first_year: i32,
        /// Why counts before and after are not comparable.
        reason: &'static str,
    },
    /// A year comes twice, or after a later one.
    #[error("years must rise, found after {before}: `{year}`")]
    YearsNotRising {
        /// The year before.
        before: i32,
        /// The year found.
        year: i32,
    },
    /// Fewer than two years with people in them.
    #[error("a series needs at least two years with people in them, found: `{0}`")]
    TooFewYears(usize),
}

impl Series {
    /// A series that must not run across any of the breaks given. Years without people are dropped.
    ///
    /// # Errors
    /// As the variants of [`SeriesError`] say.
    pub fn new(points: Vec<Point>, breaks: &[Break]) -> Result<Self, SeriesError> {
        for pair in points.windows(2) {
            let (before, year) = (pair[0].year, pair[1].year);
            if year <= before {
                return Err(SeriesError::YearsNotRising { before, year });
            }
        }
        let points: Vec<Point> = points
            .into_iter()
            .filter(|point| point.count.population() > 0)
            .collect();
        for pair in points.windows(2) {
            let (from, to) = (pair[0].year, pair[1].year);
            if let Some(found) = breaks
                .iter()
                .find(|found| from < found.first_year && to >= found.first_year)
            {
                let Break { first_year, reason } = *found;
                return Err(SeriesError::AcrossBreak {
                    from,
                    to,
                    first_year,
                    reason,
                });
            }
        }
        if points.len() < 2 {
            return Err(SeriesError::TooFewYears(points.len()));
        }
        Ok(Self { points })
    }

    /// The points, years rising, each with people.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The years since the first, as numbers.
    pub(crate) fn elapsed(&self) -> Vec<f64> {
        let first = self.points[0].year;
        self.points
            .iter()
            .map(|point| f64::from(point.year - first))
            .collect()
    }

    /// The counts alone.
    pub(crate) fn counts(&self) -> Vec<CountOf> {
        self.points.iter().map(|point| point.count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(years: &[i32]) -> Vec<Point> {
        years
            .iter()
            .map(|&year| Point {
                year,
                count: CountOf::new(3, 50).unwrap(),
            })
            .collect()
    }

    #[test]
    fn refuses_to_cross_a_break_and_says_why() {
        let breaks = [Break {
            first_year: 2015,
            reason: "another list of needs",
        }];
        let of = |years: &[i32]| Series::new(points(years), &breaks);
        let text = of(&[2013, 2014, 2015, 2016]).unwrap_err().to_string();
        assert!(
            text.contains("2014 and 2015 lie on two sides") && text.contains("another list of needs"),
            "{text}"
        );
        assert!(of(&[2010, 2014]).is_ok() && of(&[2015, 2016]).is_ok());
        // A gap does not hide the break.
        assert!(of(&[2012, 2020]).is_err());
    }

    #[test]
    fn years_rise_and_two_have_people() {
        assert_eq!(
            Series::new(points(&[2016, 2016]), &[]),
            Err(SeriesError::YearsNotRising {
                before: 2016,
                year: 2016
            })
        );
        let mut some = points(&[2016, 2017]);
        some[0].count = CountOf::new(0, 0).unwrap();
        assert_eq!(Series::new(some, &[]), Err(SeriesError::TooFewYears(1)));
    }
}
