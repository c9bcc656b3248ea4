//! The tables `benchmarks` and `funnel_limits`.

use super::Kind;
use super::gathered::{Gathered, count, empty_like, number, only_chance, whole};
use super::places::{NEEDS, Place, count_of};
use senlens_release::{Cell, Table};

pub(super) fn benchmarks(places: &[Place], kind: Kind) -> Table {
    let mut rows = Gathered::default();
    let compared: &[Place] = if kind == Kind::NoBenchmark { &[] } else { places };
    for place in compared {
        let by_place = !matches!(place.level, "National" | "Regional" | "Local authority");
        for need in ["Total", "MLD", "SLCN", "SEMH"] {
            if by_place && kind == Kind::NoNeedsBySchool && need != "Total" {
                continue;
            }
            for (base, comparator, adjustment) in [
                ("pupils", "England", "crude"),
                ("pupils", "England", "phase"),
                ("sen", "England", "crude"),
                ("sen", "region", "crude"),
                ("sen", "neighbours", "crude"),
            ] {
                let (observed, sen, pupils) = count_of(place, need, 1.0);
                let population = if base == "sen" { sen } else { pupils };
                let share = match (need, base) {
                    ("Total", "sen") => continue,
                    ("Total", _) => 0.171,
                    (_, "sen") => NEEDS
                        .iter()
                        .find(|(code, _)| *code == need)
                        .map_or(0.0, |(_, percent)| percent / 100.0),
                    _ => NEEDS
                        .iter()
                        .find(|(code, _)| *code == need)
                        .map_or(0.0, |(_, percent)| 0.171 * percent / 100.0),
                };
                let expected = population as f64 * share * if adjustment == "phase" { 0.98 } else { 1.0 };
                let ratio = observed as f64 / expected;
                let half = 1.96 / expected.sqrt();
                let position = match ratio {
                    ratio if ratio > 1.45 => "higher",
                    ratio if ratio < 0.68 => "lower",
                    _ => "similar",
                };
                rows.key(place.level, &place.code, &place.name, "Total", "Total");
                rows.text("primary_need", need);
                rows.text("base", base);
                rows.text("comparator", comparator);
                rows.text("adjustment", adjustment);
                rows.count("observed", count(kind, observed));
                rows.number("expected", number(kind, expected));
                rows.number("ratio", number(kind, ratio));
                rows.number("ratio_lower", number(kind, ratio * (1.0 - half)));
                rows.number("ratio_upper", number(kind, ratio * (1.0 + half)));
                rows.number("confidence", Cell::Shown(0.95));
                rows.number("z", number(kind, (observed as f64 - expected) / expected.sqrt()));
                let phi = if kind == Kind::OneAuthority {
                    Cell::NotApplicable
                } else {
                    number(kind, 153.6)
                };
                rows.number("phi", phi);
                rows.number("phi_winsorised", phi);
                rows.number(
                    "z_adjusted",
                    number(kind, (observed as f64 - expected) / expected.sqrt() / 12.4),
                );
                rows.number("p_value", number(kind, 0.2));
                rows.number("q_value", number(kind, 0.4));
                rows.text("position", position);
                rows.text("position_998", "similar");
            }
        }
    }
    if compared.is_empty() {
        return empty_like(&benchmarks(places, Kind::Everything));
    }
    Table::new("benchmarks", rows.columns)
}

/// Lines like those `compare` would give, by their normal approximation.
pub(super) fn funnel_limits(kind: Kind) -> Table {
    let mut rows = Gathered::default();
    for (spread, correlation) in [("chance", 0.0), ("ordinary", 0.016)] {
        for (confidence, z) in [(0.95, 1.96), (0.998, 3.09)] {
            for step in 1..=60u32 {
                let population = (f64::from(step * step) * 34_386.0 / 3_600.0).round();
                let share = 0.153_f64;
                let variance = share * (1.0 - share) / population * (1.0 + (population - 1.0) * correlation);
                let limit = |side: f64| {
                    let figure = 100.0 * (share + side * z * variance.sqrt());
                    if figure > 0.0 {
                        number(kind, figure)
                    } else {
                        Cell::NotApplicable
                    }
                };
                rows.key("National", "E92000001", "England", "Total", "Total");
                rows.text("primary_need", "MLD");
                rows.text("base", "sen");
                rows.text("spread", spread);
                rows.number("confidence", Cell::Shown(confidence));
                rows.count("population", Cell::Shown(whole(population)));
                rows.number("lower", limit(-1.0));
                rows.number("upper", limit(1.0));
            }
        }
    }
    let table = Table::new("funnel_limits", rows.columns);
    match kind {
        Kind::NoBenchmark => empty_like(&table),
        Kind::OneAuthority => only_chance(&table),
        _ => table,
    }
}
