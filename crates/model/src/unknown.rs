//! Counts that a source does not give: not known is not zero.

use crate::Cell;

/// A count that a symbol, or a blank, stands for.
///
/// The pupils of `cell` (its place, year, phase, provision and whatever else it carries) are not known. With a primary
/// need, those with that need are meant; without one, all pupils of the provision; with
/// [`Provision::NoSen`](crate::Provision::NoSen), the number on roll. The source's cells hold what is certain of them, so
/// `cell.pupils` is how many there are at least beyond those: zero, unless the symbol says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownCount {
    /// Whose count is not known.
    pub cell: Cell,
    /// How many pupils there are at most beyond those in the source's cells; none where nothing bounds them.
    pub most: Option<u32>,
}

/// A number of pupils between two bounds, both possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PupilRange {
    /// At least so many.
    pub least: u64,
    /// At most so many; none where nothing bounds them.
    pub most: Option<u64>,
}

impl PupilRange {
    /// A number that is known.
    pub fn exactly(pupils: u64) -> Self {
        Self {
            least: pupils,
            most: Some(pupils),
        }
    }

    /// The number, where only one is possible.
    pub fn known(self) -> Option<u64> {
        self.most.filter(|most| *most == self.least)
    }

    /// Both ranges added together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            least: self.least + other.least,
            most: self.most.zip(other.most).map(|(mine, theirs)| mine + theirs),
        }
    }

    /// In a sentence: `12`, `8 to 12`, `8 or more`.
    pub fn in_words(self) -> String {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => least.to_string(),
            (least, Some(most)) => format!("{least} to {most}"),
            (least, None) => format!("{least} or more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::PupilRange;

    #[test]
    fn ranges_add_up_and_say_what_they_know() {
        let (known, bounded) = (
            PupilRange::exactly(7),
            PupilRange {
                least: 1,
                most: Some(4),
            },
        );
        let open = PupilRange { least: 2, most: None };
        for (sum, least, most, words) in [
            (known.plus(known), 14, Some(14), "14"),
            (known.plus(bounded), 8, Some(11), "8 to 11"),
            (bounded.plus(open), 3, None, "3 or more"),
        ] {
            assert_eq!((sum.least, sum.most), (least, most), "{words}");
            assert_eq!(sum.in_words(), words);
            assert_eq!(sum.known(), most.filter(|most| *most == least));
        }
    }
}
