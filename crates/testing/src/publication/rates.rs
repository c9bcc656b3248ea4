//! The table `rates`.

use super::Kind;
use super::gathered::{Gathered, count, number, word};
use super::places::{NEEDS, Place, count_of};
use senlens_release::tables::Rates;
use senlens_release::{Cell, Table};

pub(super) fn rates(places: &[Place], kind: Kind) -> Table {
    let mut rows = Gathered::<Rates>::default();
    let cuts = [
        ("Total", "Total", 1.0),
        ("Total", "SEN support", 0.75),
        ("Total", "Education, health and care plan", 0.25),
        ("State-funded primary", "Total", 0.51),
        ("State-funded secondary", "Total", 0.38),
        ("State-funded special school", "Total", 0.11),
    ];
    for place in places {
        let by_place = !matches!(place.level, "National" | "Regional" | "Local authority");
        let needs = std::iter::once("Total").chain(NEEDS.iter().map(|(code, _)| *code));
        for need in needs.filter(|need| !(by_place && kind == Kind::NoNeedsBySchool && *need != "Total")) {
            for (phase, provision, part) in cuts {
                for base in ["pupils", "sen"] {
                    let (of_need, sen, pupils) = count_of(place, need, part);
                    let population = if base == "sen" { sen } else { pupils };
                    let (lower, upper) = wilson(of_need as f64, population as f64);
                    rows.key(place.level, &place.code, &place.name, phase, provision);
                    rows.put(Rates::primary_need(), word(need));
                    rows.put(Rates::base(), word(base));
                    rows.put(Rates::events(), count(kind, of_need));
                    rows.put(Rates::population(), count(kind, population));
                    rows.put(
                        Rates::per_hundred(),
                        number(kind, 100.0 * of_need as f64 / population as f64),
                    );
                    rows.put(Rates::lower(), number(kind, lower));
                    rows.put(Rates::upper(), number(kind, upper));
                    rows.put(Rates::confidence(), Cell::Shown(0.95));
                    rows.put(Rates::method(), "wilson");
                }
            }
        }
    }
    rows.finish()
}

/// Wilson's interval, per hundred.
pub(super) fn wilson(events: f64, population: f64) -> (f64, f64) {
    let (z, share) = (1.959_963_984_540_054_f64, events / population);
    let centre = share + z * z / (2.0 * population);
    let half = z * (share * (1.0 - share) / population + z * z / (4.0 * population * population)).sqrt();
    let over = 1.0 + z * z / population;
    (100.0 * (centre - half) / over, 100.0 * (centre + half) / over)
}
