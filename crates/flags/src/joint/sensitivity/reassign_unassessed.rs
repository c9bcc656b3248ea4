//! Pupils without an assessed or usable code, counted with a need: every pupil is counted once.

use crate::joint::school::NEEDS;

/// Places of needs in the counts of a school.
pub(super) const MLD: usize = 1;
pub(super) const SEMH: usize = 4;
pub(super) const SLCN: usize = 5;
const NSA: usize = 12;
const MISSING: usize = 14;

/// Counts the pupils without an assessed or usable code with other needs (positions in the counts), in the parts given.
pub(super) fn reassign_unassessed(counts: &mut [u32; NEEDS], to: &[(usize, u32)]) {
    let unassessed = counts[NSA] + counts[MISSING];
    counts[NSA] = 0;
    counts[MISSING] = 0;
    let parts: u32 = to.iter().map(|(_, part)| part).sum();
    let mut left = unassessed;
    for (place, (need, part)) in to.iter().enumerate() {
        let share = if place + 1 == to.len() {
            left
        } else {
            unassessed * part / parts
        };
        counts[*need] += share;
        left -= share;
    }
}

/// Divides them among the other needs in proportion; where there is none they stay without an assessment.
pub(super) fn reassign_in_proportion(counts: &mut [u32; NEEDS]) {
    let unassessed = counts[NSA] + counts[MISSING];
    counts[NSA] = 0;
    counts[MISSING] = 0;
    let before = *counts;
    let assessed: u32 = before.iter().sum();
    if assessed == 0 {
        counts[NSA] = unassessed;
        return;
    }
    // Whole pupils by running total, so that none is lost.
    let (mut reached, mut given) = (0, 0);
    for (count, own) in counts.iter_mut().zip(before) {
        reached += own;
        let due = unassessed * reached / assessed;
        *count += due - given;
        given = due;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reassigning_loses_no_pupil() {
        let mut counts = [3, 5, 0, 0, 7, 11, 1, 0, 0, 2, 4, 1, 9, 0, 4];
        let all: u32 = counts.iter().sum();
        let mut other = counts;
        reassign_unassessed(&mut counts, &[(SLCN, 1), (SEMH, 1)]);
        assert_eq!(
            (
                counts.iter().sum::<u32>(),
                counts[SLCN],
                counts[SEMH],
                counts[NSA]
            ),
            (all, 17, 14, 0)
        );
        reassign_in_proportion(&mut other);
        assert_eq!(
            (other.iter().sum::<u32>(), other[NSA], other[MISSING]),
            (all, 0, 0)
        );
        assert!(other[SLCN] > 11);
    }

    #[test]
    fn a_school_with_nothing_assessed_keeps_its_pupils() {
        let mut counts = [0; NEEDS];
        counts[MISSING] = 6;
        reassign_in_proportion(&mut counts);
        assert_eq!(counts.iter().sum::<u32>(), 6);
    }
}
