//! What the invented county promises, on several seeds.

mod files;

use super::margins::{ENGLAND, NEED_COUNT, NEEDS, STATE_PHASES, england_by_phase_provision_need, need_index};
use super::{
    County, CountySettings, InventedAuthority, OTHER_AUTHORITIES, PlantedMasking, Quadrant, SenCounts, demo,
    names,
};
use senlens_model::{Need, Phase};
use senlens_stats::overdispersion::winsorise;
use std::collections::{BTreeMap, BTreeSet};

const SEEDS: [u64; 6] = [0, 1, 2, 7, 2023, u64::MAX];

fn default_county(seed: u64) -> County {
    County::invent(seed, &CountySettings::default())
}

fn unmasked() -> CountySettings {
    CountySettings {
        masking: None,
        ..CountySettings::default()
    }
}

/// England of the invented world: the county and all others.
fn invented_england(county: &County) -> Vec<&InventedAuthority> {
    county.others().iter().chain([county.authority()]).collect()
}

#[test]
fn the_county_is_as_large_as_asked() {
    for seed in SEEDS {
        let county = default_county(seed);
        let schools = county.schools().len();
        let pupils: u32 = county.schools().iter().map(|school| school.pupils).sum();
        assert!((545..=555).contains(&schools), "{schools}");
        // Each school's roll is rounded: at most half a pupil a school.
        assert!((219_700..=220_300).contains(&pupils), "{pupils}");
        let phases: BTreeSet<Phase> = county.schools().iter().map(|school| school.phase).collect();
        assert_eq!(phases.len(), Phase::ALL.len());
        let urns: BTreeSet<_> = county.schools().iter().map(|school| school.urn).collect();
        let laestabs: BTreeSet<_> = county.schools().iter().map(|school| school.laestab).collect();
        let names: BTreeSet<_> = county.schools().iter().map(|school| &school.name).collect();
        assert_eq!(
            (urns.len(), laestabs.len(), names.len()),
            (schools, schools, schools)
        );
        assert!(county.schools().iter().any(|school| school.specialist.unit));
        assert!(
            county
                .schools()
                .iter()
                .any(|school| school.specialist.resourced_provision)
        );
    }
}

#[test]
fn other_sizes_are_met_too() {
    for (schools, pupils) in [(60, 20_000), (1_500, 600_000)] {
        let settings = CountySettings {
            schools,
            pupils,
            ..CountySettings::default()
        };
        let county = County::invent(3, &settings);
        let on_roll: u32 = county.schools().iter().map(|school| school.pupils).sum();
        assert!(county.schools().len().abs_diff(schools as usize) <= 7);
        assert!(
            (f64::from(on_roll) / f64::from(pupils) - 1.0).abs() < 0.01,
            "{on_roll}"
        );
    }
}

#[test]
fn before_masking_the_county_has_the_rates_and_needs_of_england() {
    let england = england_by_phase_provision_need();
    for seed in SEEDS {
        let county = County::invent(seed, &unmasked());
        for (phase, facts) in ENGLAND.iter().enumerate().take(STATE_PHASES) {
            let counts = &county.authority().phases[phase];
            for (provision, published) in [facts.support, facts.plans].into_iter().enumerate() {
                let rate = f64::from(published) / f64::from(facts.pupils);
                let expected = f64::from(counts.pupils) * rate;
                let seen = f64::from(counts.sen[provision].total());
                // Pupils are drawn one by one: four binomial standard errors, and room for rates a school cannot have.
                let allowed = 4.0 * (expected * (1.0 - rate)).sqrt() + 0.03 * expected + 5.0;
                assert!(
                    (seen - expected).abs() < allowed,
                    "{} {provision}: {seen}, not {expected}",
                    facts.phase
                );
                let whole: f64 = england[phase][provision].iter().sum();
                for need in 0..NEED_COUNT {
                    let expected = seen * england[phase][provision][need] / whole;
                    let counted = f64::from(counts.sen[provision].0[need]);
                    let allowed = 4.0 * expected.sqrt() + 2.0;
                    assert!(
                        (counted - expected).abs() < allowed,
                        "seed {seed} {} {provision} {}: {counted}, not {expected}",
                        facts.phase,
                        NEEDS[need]
                    );
                }
            }
        }
    }
}

#[test]
fn the_invented_england_adds_up_to_the_published_one() {
    let england = england_by_phase_provision_need();
    for seed in SEEDS {
        let county = County::invent(seed, &unmasked());
        let all = invented_england(&county);
        assert_eq!(all.len(), OTHER_AUTHORITIES + 1);
        for (phase, table) in england.iter().enumerate() {
            let pupils: u32 = all.iter().map(|authority| authority.phases[phase].pupils).sum();
            let published = f64::from(ENGLAND[phase].pupils);
            assert!(
                (f64::from(pupils) - published).abs() < 100.0 + published / 1e4,
                "{pupils} not {published}"
            );
            for (provision, needs) in table.iter().enumerate() {
                for (need, published) in needs.iter().enumerate() {
                    let counted: u32 = all.iter().map(|a| a.phases[phase].sen[provision].0[need]).sum();
                    // Each of 151 cells is rounded at random: standard deviation at most half of root 151.
                    assert!(
                        (f64::from(counted) - published).abs() < 40.0 + published / 1e3,
                        "seed {seed} {} {provision} {}: {counted}, not {published}",
                        ENGLAND[phase].phase,
                        NEEDS[need]
                    );
                }
            }
        }
    }
}

/// MLD's share of SEN over authorities: phi, and the county's z over the root of the phi whose z is winsorised at its 10th
/// and 90th percentiles (linear interpolation, R's type 7).
fn overdispersion(county: &County) -> (f64, f64) {
    let share = |authority: &InventedAuthority| {
        let (support, plans) = (authority.support(), authority.plans());
        let mld = support.of(Need::Mld).expect("carried") + plans.of(Need::Mld).expect("carried");
        (f64::from(mld), f64::from(support.total() + plans.total()))
    };
    let shares: Vec<(f64, f64)> = invented_england(county).into_iter().map(share).collect();
    let (mld, sen) = shares
        .iter()
        .fold((0.0, 0.0), |sum, share| (sum.0 + share.0, sum.1 + share.1));
    let p = mld / sen;
    let z = |(mld, sen): (f64, f64)| (mld / sen - p) / (p * (1.0 - p) / sen).sqrt();
    let all: Vec<f64> = shares.into_iter().map(z).collect();
    let mean_square = |scores: &[f64]| scores.iter().map(|z| z * z).sum::<f64>() / scores.len() as f64;
    let winsorised = mean_square(&winsorise(&all, 0.1));
    (
        mean_square(&all),
        z(share(county.authority())) / winsorised.sqrt(),
    )
}

#[test]
fn authorities_differ_as_the_real_ones_and_the_county_is_not_unlike_them() {
    let mut all = Vec::new();
    for seed in 0..20 {
        let (phi, z) = overdispersion(&default_county(seed));
        assert!((150.0..=350.0).contains(&phi), "seed {seed}: {phi}");
        assert!(
            z.abs() < 1.96,
            "seed {seed}: the county is alarming as an authority, z {z}"
        );
        all.push(phi);
    }
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    // 236.3 in 2022/23; 20 seeds, which spread by some 25, give the mean to about 6.
    assert!((210.0..=260.0).contains(&mean), "{mean}");
}

/// Observed over expected, by phase, for the part of the county a test picks.
fn ratio(county: &County, need: Need, provisions: &[usize], quadrant: &str) -> f64 {
    let england = invented_england(county);
    let (mut observed, mut expected) = (0.0, 0.0);
    for school in county
        .schools()
        .iter()
        .filter(|school| school.quadrant == quadrant)
    {
        let SenCounts::ByNeed { support, plans } = school.sen else {
            continue;
        };
        let phase = Phase::ALL
            .iter()
            .position(|phase| *phase == school.phase)
            .expect("a phase");
        for provision in provisions {
            let own = [support, plans][*provision];
            let (mut with_need, mut all) = (0, 0);
            for authority in &england {
                let counts = authority.phases[phase].sen[*provision];
                with_need += counts.0[need_index(need)];
                all += counts.total();
            }
            observed += f64::from(own.0[need_index(need)]);
            expected += f64::from(own.total()) * f64::from(with_need) / f64::from(all.max(1));
        }
    }
    observed / expected
}

#[test]
fn the_planted_quadrant_is_high_on_mld_and_low_on_slcn_and_semh() {
    for seed in SEEDS {
        for quadrant in [Quadrant::North, Quadrant::East, Quadrant::South, Quadrant::West] {
            let settings = CountySettings {
                masking: Some(PlantedMasking {
                    quadrant,
                    ..PlantedMasking::default()
                }),
                ..CountySettings::default()
            };
            let county = County::invent(seed, &settings);
            for name in names::PART_NAMES {
                let on_support = |need| ratio(&county, need, &[0], name);
                let on_both = |need| ratio(&county, need, &[0, 1], name);
                let [mld, slcn, semh] = [Need::Mld, Need::Slcn, Need::Semh].map(on_support);
                let [mld_both, slcn_both, semh_both] = [Need::Mld, Need::Slcn, Need::Semh].map(on_both);
                let seen = format!("seed {seed} {name}: {mld:.2} {slcn:.2} {semh:.2}");
                if name == quadrant.name() {
                    assert!(mld > 1.45 && slcn < 0.85 && semh < 0.95, "{seen}");
                    assert!(mld_both > 1.35 && slcn_both < 0.9 && semh_both < 1.0, "{seen}");
                } else {
                    // Nothing planted: no further off than schools that lean their own way put a quadrant.
                    assert!(
                        (0.8..1.25).contains(&mld) && (0.85..1.2).contains(&slcn),
                        "{seen}"
                    );
                    assert!((0.8..1.25).contains(&semh), "{seen}");
                }
            }
            let own = quadrant.name();
            assert!(
                (0.6..1.5).contains(&ratio(&county, Need::Mld, &[1], own)),
                "plans are left as they were"
            );
        }
    }
}

#[test]
fn the_truth_is_what_was_recorded_before() {
    let (masked, plain) = (default_county(5), County::invent(5, &unmasked()));
    let truth: BTreeMap<_, _> = masked
        .truth()
        .schools
        .iter()
        .map(|school| (school.urn, school))
        .collect();
    let mut moved = 0;
    for (after, before) in masked.schools().iter().zip(plain.schools()) {
        let Some(school) = truth.get(&after.urn) else {
            assert_eq!(after, before);
            continue;
        };
        assert_eq!(Some(after.quadrant), masked.truth().quadrant);
        let (
            SenCounts::ByNeed {
                support: after_support,
                plans: after_plans,
            },
            SenCounts::ByNeed { support, plans },
        ) = (after.sen, before.sen)
        else {
            panic!("only schools counted by need are masked");
        };
        assert_eq!((support, plans), (school.true_support, after_plans));
        for (need, pupils) in after_support.iter() {
            let change = i64::from(pupils) - i64::from(support.of(need).expect("carried"));
            let expected = match need {
                Need::Slcn => -i64::from(school.moved_slcn),
                Need::Semh => -i64::from(school.moved_semh),
                Need::Mld => i64::from(school.moved_slcn + school.moved_semh),
                _ => 0,
            };
            assert_eq!(change, expected, "{need}");
        }
        moved += school.moved_slcn + school.moved_semh;
        assert!((0.3..=0.6).contains(&school.share));
    }
    assert_eq!(moved, masked.truth().moved_pupils());
    let candidates = masked.schools().iter().filter(|school| {
        school.quadrant == "South" && matches!(school.phase, Phase::Primary | Phase::Secondary)
    });
    let share = truth.len() as f64 / candidates.count() as f64;
    assert!((share - 0.6).abs() < 0.01, "{share}");
    assert_eq!(plain.truth(), &super::CountyTruth::default());
}

#[test]
fn one_seed_is_one_county() {
    assert_eq!(demo(1).expect("memory"), demo(1).expect("memory"));
    assert_ne!(
        demo(1).expect("memory").schools_csv,
        demo(2).expect("memory").schools_csv
    );
}
