//! Pupils without an assessed or usable code, counted with a need: every pupil is counted once.

use senlens_model::{Need, NeedMap};

/// Counts the pupils without an assessed or usable code with other needs, in the parts given.
pub(super) fn reassign_unassessed(counts: &mut NeedMap<u32>, to: &[(Need, u32)]) {
    let unassessed = counts[Need::Nsa] + counts[Need::Missing];
    counts[Need::Nsa] = 0;
    counts[Need::Missing] = 0;
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
pub(super) fn reassign_in_proportion(counts: &mut NeedMap<u32>) {
    let unassessed = counts[Need::Nsa] + counts[Need::Missing];
    counts[Need::Nsa] = 0;
    counts[Need::Missing] = 0;
    let before = *counts;
    let assessed: u32 = before.values().sum();
    if assessed == 0 {
        counts[Need::Nsa] = unassessed;
        return;
    }
    // Whole pupils by running total, so that none is lost.
    let (mut reached, mut given) = (0, 0);
    for (count, own) in counts.values_mut().zip(before.into_values()) {
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
        let mut counts = NeedMap::default();
        for (need, pupils) in [
            (Need::Spld, 3),
            (Need::Mld, 5),
            (Need::Semh, 7),
            (Need::Slcn, 11),
            (Need::Hi, 1),
            (Need::Pd, 2),
            (Need::Asd, 4),
            (Need::Oth, 1),
            (Need::Nsa, 9),
            (Need::Missing, 4),
        ] {
            counts[need] = pupils;
        }
        let all: u32 = counts.values().sum();
        let mut other = counts;
        reassign_unassessed(&mut counts, &[(Need::Slcn, 1), (Need::Semh, 1)]);
        assert_eq!(
            (
                counts.values().sum::<u32>(),
                counts[Need::Slcn],
                counts[Need::Semh],
                counts[Need::Nsa]
            ),
            (all, 17, 14, 0)
        );
        reassign_in_proportion(&mut other);
        assert_eq!(
            (
                other.values().sum::<u32>(),
                other[Need::Nsa],
                other[Need::Missing]
            ),
            (all, 0, 0)
        );
        assert!(other[Need::Slcn] > 11);
    }

    #[test]
    fn a_school_with_nothing_assessed_keeps_its_pupils() {
        let mut counts = NeedMap::default();
        counts[Need::Missing] = 6;
        reassign_in_proportion(&mut counts);
        assert_eq!(counts.values().sum::<u32>(), 6);
    }
}
