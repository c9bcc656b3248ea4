//! The table `change`: what became of the authority and its parts since two earlier censuses.

use super::Kind;
use super::findings::found;
use super::gathered::{Gathered, word, year};
use senlens_release::tables::Change;
use senlens_release::{Cell, Table};

pub(super) fn change(kind: Kind) -> Table {
    let mut rows = Gathered::<Change>::default();
    let places = found(kind)
        .into_iter()
        .filter(|found| found.provision == "Total" && ["Local authority", "Quadrant"].contains(&found.level));
    for found in places {
        for (since, action) in [("202021", ""), ("202122", "2022-05-17")] {
            rows.key(
                found.level,
                &found.code,
                &found.name,
                found.phase,
                found.provision,
            );
            rows.put(Change::since(), year(since));
            rows.put(Change::action_date(), action.parse().ok());
            rows.put(Change::level_before(), Cell::Shown(word("red")));
            rows.put(Change::level(), Cell::Shown(word(found.flag)));
            for (column, figure) in [
                (Change::probability_before(), 0.97),
                (Change::probability(), found.probability),
                (Change::recorded(), -1.4),
                (Change::national_drift(), -0.8),
                (Change::mix(), 0.1),
                (Change::regression_to_the_mean(), -0.2),
                (Change::own(), -0.5),
                (Change::own_lower(), -1.2),
                (Change::own_upper(), 0.2),
                (Change::displaced_per_thousand(), -0.3),
                (Change::displaced_lower(), -0.9),
                (Change::displaced_upper(), 0.3),
                (Change::masked_share(), -0.01),
                (Change::masked_share_lower(), -0.04),
                (Change::masked_share_upper(), 0.02),
            ] {
                rows.put(column, Cell::Shown(figure));
            }
            rows.put(Change::reference(), "England");
            rows.put(Change::mix_of(), "phase");
            rows.put(Change::wording(), Cell::Shown(format!(
                    "{}: pupils recorded with MLD changed by -1.4 in every thousand on roll. No change of its own can be \
                     told from chance.",
                    found.name
                ).as_str()));
        }
    }
    rows.finish()
}
