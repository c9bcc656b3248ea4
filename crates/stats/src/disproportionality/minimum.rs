use crate::CountOf;

/// The smallest numbers a risk may rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinimumRule {
    /// The fewest events in a group.
    pub cell: u64,
    /// The fewest people in a group.
    pub population: u64,
}

/// What a group's risk is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// The other groups of the area: the risk ratio.
    OtherGroups,
    /// The other groups of the wider area, those of the area being too few: the alternate risk ratio.
    WiderArea,
    /// Nothing: the group itself is too small.
    None,
}

impl Comparator {
    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OtherGroups => "other_groups",
            Self::WiderArea => "wider_area",
            Self::None => "none",
        }
    }
}

impl Default for MinimumRule {
    /// Ten events and thirty people, the largest minima presumed reasonable in 34 CFR 300.647(b)(1)(iv).
    fn default() -> Self {
        Self {
            cell: 10,
            population: 30,
        }
    }
}

impl MinimumRule {
    /// What may be compared.
    pub fn comparator(self, group: CountOf, others: CountOf) -> Comparator {
        let enough = |count: CountOf| count.events() >= self.cell && count.population() >= self.population;
        match (enough(group), enough(others)) {
            (false, _) => Comparator::None,
            (true, true) => Comparator::OtherGroups,
            (true, false) => Comparator::WiderArea,
        }
    }
}
