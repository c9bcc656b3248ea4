//! The table `change`: what became of the authority and its parts since two earlier censuses.

use super::Kind;
use super::findings::found;
use super::gathered::Gathered;
use senlens_release::{Cell, Table};

pub(super) fn change(kind: Kind) -> Table {
    let mut rows = Gathered::default();
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
            rows.text("since", since);
            rows.text("action_date", action);
            rows.text("level_before", "red");
            rows.text("level", found.flag);
            for (name, figure) in [
                ("recorded", -1.4),
                ("national_drift", -0.8),
                ("mix", 0.1),
                ("regression_to_the_mean", -0.2),
                ("own", -0.5),
                ("own_lower", -1.2),
                ("own_upper", 0.2),
            ] {
                rows.number(name, Cell::Shown(figure));
            }
            rows.text(
                "wording",
                &format!(
                    "{}: pupils recorded with MLD changed by -1.4 in every thousand on roll. No change of its own can be \
                     told from chance.",
                    found.name
                ),
            );
        }
    }
    Table::new("change", rows.columns)
}
