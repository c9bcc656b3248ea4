//! The key by which a reader identifies a count.

use senlens_model::{Coverage, GeographicLevel, Need, NeedCut, Phase, PhaseCut, ProvisionCut};
use std::fmt;

/// Which pupils of a place, phase and provision are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// All on roll, whatever the provision.
    Roll,
    /// All at the provision, or those with one need.
    Need(NeedCut),
    /// Those with a type of need: without "not assessed" and "missing".
    WithNeed,
    /// Those with a need that the place's rows do not carry: never in a table.
    Rest,
}

/// One count of pupils: the same one, in whichever table it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountKey {
    /// The year.
    pub time_period: String,
    /// The level of the place.
    pub level: GeographicLevel,
    /// Its code.
    pub code: String,
    /// The phase; a school's is its own.
    pub phase: PhaseCut,
    /// The universe, where it makes a difference: an area's total over phases.
    pub coverage: Option<Coverage>,
    /// The provision; `Total` for the roll.
    pub provision: ProvisionCut,
    /// Which pupils.
    pub count: Count,
}

impl CountKey {
    /// Another count of the same pupils' place, phase and provision.
    pub(crate) fn of(&self, count: Count) -> Self {
        Self {
            count,
            ..self.clone()
        }
    }

    /// The same count of another place.
    pub(crate) fn in_place(&self, level: GeographicLevel, code: &str) -> Self {
        Self {
            level,
            code: code.to_owned(),
            ..self.clone()
        }
    }
}

impl fmt::Display for CountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}, {}",
            self.time_period, self.level, self.code, self.phase
        )?;
        if self.coverage == Some(Coverage::AllSchools) {
            write!(f, " of all schools")?;
        }
        match self.count {
            Count::Roll => write!(f, ": pupils on roll"),
            Count::Need(need) => write!(f, ": {}, {need}", self.provision),
            Count::WithNeed => write!(f, ": {}, with a type of need", self.provision),
            Count::Rest => write!(f, ": {}, other needs", self.provision),
        }
    }
}

/// Reads a level.
pub(crate) fn level(word: &str) -> Option<GeographicLevel> {
    Some(match word {
        "National" => GeographicLevel::National,
        "Regional" => GeographicLevel::Regional,
        "Local authority" => GeographicLevel::LocalAuthority,
        "Quadrant" => GeographicLevel::Quadrant,
        "Local authority district" => GeographicLevel::District,
        "School" => GeographicLevel::School,
        _ => return None,
    })
}

/// Reads a phase.
pub(crate) fn phase(word: &str) -> Option<PhaseCut> {
    if word == "Total" {
        return Some(PhaseCut::Total);
    }
    word.parse::<Phase>().ok().map(PhaseCut::Of)
}

/// Reads a provision.
pub(crate) fn provision(word: &str) -> Option<ProvisionCut> {
    ProvisionCut::ALL
        .into_iter()
        .find(|provision| provision.as_str() == word)
}

/// Reads a need.
pub(crate) fn need(word: &str) -> Option<NeedCut> {
    if word == "Total" {
        return Some(NeedCut::Total);
    }
    Need::ALL
        .into_iter()
        .find(|need| need.as_str() == word)
        .map(NeedCut::Of)
}
