//! The tables `benchmarks` and `funnel_limits`.

use super::Kind;
use super::gathered::{Gathered, count, number, whole, word};
use super::places::{NEEDS, Place, count_of};
use senlens_release::tables::{Benchmarks, FunnelLimits};
use senlens_release::{Adjustment, Cell, Stratum, Table};

pub(super) fn benchmarks(places: &[Place], kind: Kind) -> Table {
    let mut rows = Gathered::<Benchmarks>::default();
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
                rows.put(Benchmarks::primary_need(), word(need));
                rows.put(Benchmarks::base(), word(base));
                rows.put(Benchmarks::comparator(), word(comparator));
                let adjusted = match adjustment {
                    "phase" => Adjustment::within(&[Stratum::Phase]),
                    _ => Adjustment::crude(),
                };
                rows.put(Benchmarks::adjustment(), &adjusted);
                rows.put(Benchmarks::observed(), count(kind, observed));
                rows.put(Benchmarks::expected(), number(kind, expected));
                rows.put(Benchmarks::ratio(), number(kind, ratio));
                rows.put(Benchmarks::ratio_lower(), number(kind, ratio * (1.0 - half)));
                rows.put(Benchmarks::ratio_upper(), number(kind, ratio * (1.0 + half)));
                rows.put(Benchmarks::confidence(), Cell::Shown(0.95));
                rows.put(
                    Benchmarks::z(),
                    number(kind, (observed as f64 - expected) / expected.sqrt()),
                );
                let phi = if kind == Kind::OneAuthority {
                    Cell::NotApplicable
                } else {
                    number(kind, 153.6)
                };
                rows.put(Benchmarks::phi(), phi);
                rows.put(Benchmarks::phi_winsorised(), phi);
                rows.put(
                    Benchmarks::z_adjusted(),
                    number(kind, (observed as f64 - expected) / expected.sqrt() / 12.4),
                );
                rows.put(Benchmarks::p_value(), number(kind, 0.2));
                rows.put(Benchmarks::q_value(), number(kind, 0.4));
                rows.put(Benchmarks::position(), Cell::Shown(word(position)));
                rows.put(Benchmarks::position_998(), Cell::Shown(word("similar")));
            }
        }
    }
    if compared.is_empty() {
        return Benchmarks::table(&[]);
    }
    rows.finish()
}

/// Lines like those `compare` would give, by their normal approximation.
pub(super) fn funnel_limits(kind: Kind) -> Table {
    let mut rows = Gathered::<FunnelLimits>::default();
    let spreads: &[(&str, f64)] = match kind {
        Kind::NoBenchmark => &[],
        Kind::OneAuthority => &[("chance", 0.0)],
        _ => &[("chance", 0.0), ("ordinary", 0.016)],
    };
    for (spread, correlation) in spreads {
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
                rows.put(FunnelLimits::primary_need(), word("MLD"));
                rows.put(FunnelLimits::base(), word("sen"));
                rows.put(FunnelLimits::spread(), word(spread));
                rows.put(FunnelLimits::confidence(), Cell::Shown(confidence));
                rows.put(FunnelLimits::population(), Cell::Shown(whole(population)));
                rows.put(FunnelLimits::lower(), limit(-1.0));
                rows.put(FunnelLimits::upper(), limit(1.0));
            }
        }
    }
    rows.finish()
}
