use thiserror::Error;

/// A number of events out of a population: the only road to a share.
///
/// It guarantees that there are no more events than members of the population.
///
/// ```
/// use senlens_stats::CountOf;
/// assert_eq!(CountOf::new(3, 12)?.share(), Some(0.25));
/// // An empty sixth form has no share, which is not a share of zero.
/// assert_eq!(CountOf::new(0, 0)?.share(), None);
/// # Ok::<(), senlens_stats::CountError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountOf {
    events: u64,
    population: u64,
}

/// Why two numbers are not a count out of a population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CountError {
    /// More events than members.
    #[error("more events than the population of {population}: `{events}`")]
    MoreThanAll {
        /// The number of events given.
        events: u64,
        /// The size of the population given.
        population: u64,
    },
}

impl CountOf {
    /// `events` members out of `population`.
    ///
    /// # Errors
    /// [`CountError::MoreThanAll`] when there are more events than members.
    pub fn new(events: u64, population: u64) -> Result<Self, CountError> {
        if events > population {
            return Err(CountError::MoreThanAll { events, population });
        }
        Ok(Self { events, population })
    }

    /// The number of events.
    pub fn events(self) -> u64 {
        self.events
    }

    /// The size of the population.
    pub fn population(self) -> u64 {
        self.population
    }

    /// The members without the event.
    pub fn others(self) -> u64 {
        self.population - self.events
    }

    /// Events over population, 0 to 1; `None` when the population is 0.
    pub fn share(self) -> Option<f64> {
        (self.population > 0).then(|| self.events as f64 / self.population as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_more_events_than_members() {
        assert!(CountOf::new(5, 5).is_ok());
        assert_eq!(
            CountOf::new(6, 5),
            Err(CountError::MoreThanAll {
                events: 6,
                population: 5
            })
        );
        assert_eq!(
            CountOf::new(6, 5).unwrap_err().to_string(),
            "more events than the population of 5: `6`"
        );
    }
}
