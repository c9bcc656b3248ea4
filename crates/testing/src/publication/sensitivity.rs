//! The table `sensitivity`: the verdicts on the authority and its parts, varied.

use super::Kind;
use super::findings::found;
use super::gathered::{Gathered, word};
use senlens_release::tables::Sensitivity;
use senlens_release::{Cell, Table};

/// The verdicts on the authority and its parts, varied.
pub(super) fn sensitivity(kind: Kind) -> Table {
    let mut rows = Gathered::<Sensitivity>::default();
    let variations = [
        ("as_judged", 0.0),
        ("sen_support_alone", 0.01),
        ("plans_alone", -0.6),
        ("unassessed_as_mld", -0.02),
        ("unassessed_as_slcn_and_semh", 0.01),
        ("without_units", -0.01),
        ("without_strongest_school", -0.05),
        ("masking_less_likely_beforehand", -0.04),
        ("masking_likelier_beforehand", 0.01),
        ("schools_differ_more", -0.35),
    ];
    let judged = !matches!(kind, Kind::NoNeedsBySchool | Kind::NoBenchmark | Kind::Withheld);
    let places = found(kind).into_iter().filter(|found| {
        judged && found.provision == "Total" && ["Local authority", "Quadrant"].contains(&found.level)
    });
    for found in places {
        for (variation, more) in variations {
            let probability = (found.probability * (1.0 + more)).clamp(0.001, 0.999);
            let level = match probability {
                _ if probability >= 0.95 => "red",
                _ if probability >= 0.5 => "amber",
                _ => "none",
            };
            rows.key(
                found.level,
                &found.code,
                &found.name,
                found.phase,
                found.provision,
            );
            rows.put(Sensitivity::variation(), word(variation));
            rows.put(Sensitivity::level(), Cell::Shown(word(level)));
            rows.put(Sensitivity::probability(), Cell::Shown(probability));
            rows.put(Sensitivity::schools(), Cell::Shown(120));
            rows.put(Sensitivity::displaced_pupils(), Cell::Shown(200.0 * probability));
            rows.put(Sensitivity::displaced_lower(), Cell::Shown(120.0 * probability));
            rows.put(Sensitivity::displaced_upper(), Cell::Shown(300.0 * probability));
            rows.put(
                Sensitivity::left_out(),
                Cell::Shown(if variation == "without_strongest_school" {
                    "990001"
                } else {
                    ""
                }),
            );
            rows.put(Sensitivity::wording(), Cell::Shown(format!(
                    "{}: The verdict ({level}) is the same under 5 of 9 variations. It would fall below the red line \
                     if a culture of masking were thought less likely than 1 in 120 before any count was seen \
                     (assumed: 3 in 100).",
                    found.name
                ).as_str()));
        }
    }
    rows.finish()
}
