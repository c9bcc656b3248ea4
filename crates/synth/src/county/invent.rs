//! Invents the county's schools: who they are, how large, how many pupils with what needs, before any masking.

use super::CountySettings;
use super::margins::{
    AUTHORITY_CORRELATION, DISTRICT_SUPPORT_SPREAD, ENGLAND, INDEPENDENT_SPECIAL_SHARE, NEED_COUNT,
    NeedTable, PhaseFacts, SIZE_QUANTILES, fit, need_index, ratio,
};
use super::names::{self, DISTRICTS, PART_NAMES};
use super::school::{CountySchool, Description, NeedCounts, SenCounts};
use crate::random::{Random, count};
use senlens_model::{Laestab, Need, Phase, SpecialistProvision, Urn};
use senlens_stats::{matrix::Cholesky, quantile::of_known};

/// **Assumed**: standard deviation between schools of the log of a need's share of SEN, for a spread of 1 in
/// [`CountySettings::school_spread`]. No release gives needs by school in a form we hold; MLD and the codes without an
/// assessment vary most between authorities and are taken to between schools.
const SCHOOL_SPREAD: [f64; NEED_COUNT] = [0.4, 0.5, 0.4, 0.4, 0.3, 0.35, 0.3, 0.3, 0.5, 0.3, 0.35, 0.5, 0.8];

/// **Assumed**: the same between districts, over and above their schools.
const DISTRICT_NEED_SPREAD: f64 = 0.05;

/// **Assumed**: how much of the spread between districts that is published for SEN support holds of plans.
const DISTRICT_PLAN_SPREAD: f64 = 0.10;

/// **Assumed**: shares of state-funded primary and secondary schools with a SEN unit, and with resourced provision.
const UNIT_SHARE: f64 = 0.02;
const RESOURCED_SHARE: f64 = 0.05;

/// **Assumed**: how many times likelier a plan at a school with a place for a need is to be for that need.
const PLACE_TILT: f64 = 6.0;

/// **Assumed**: how many times more plans a mainstream school with a unit or resourced provision has.
const PLACE_PLANS: f64 = 1.8;

/// What a special school, a unit or resourced provision may be for, and how often (**assumed**).
const DESIGNATIONS: [(&[Need], f64); 7] = [
    (&[Need::Sld, Need::Pmld], 4.0),
    (&[Need::Asd], 4.0),
    (&[Need::Semh], 3.5),
    (&[Need::Mld], 3.0),
    (&[Need::Slcn, Need::Asd], 3.0),
    (&[Need::Hi], 1.0),
    (&[Need::Pd], 1.0),
];

const FIRST_URN: u32 = 900_001;

/// A school on its way: all but its pupils' needs.
struct Draft {
    phase: usize,
    special: bool,
    district: usize,
    pupils: u32,
    specialist: SpecialistProvision,
    places_for: &'static [Need],
}

/// Invents the schools.
pub(super) fn schools(seed: u64, settings: &CountySettings, england: &NeedTable) -> Vec<CountySchool> {
    let mut drafts = drafts(&mut Random::of(seed, &[1]), settings);
    place_in_districts(&mut Random::of(seed, &[2]), &mut drafts);
    let provision = provision(&mut Random::of(seed, &[3]), &drafts);
    let needs = needs(
        &mut Random::of(seed, &[4]),
        settings,
        england,
        &drafts,
        &provision,
    );
    let mut random = Random::of(seed, &[5]);
    let places = names::places(&mut random, drafts.len());
    let mut establishments = [0_u16; ENGLAND.len()];
    let named = drafts.iter().zip(needs).zip(places).enumerate();
    named
        .map(|(order, ((draft, sen), place))| {
            let phase = ENGLAND[draft.phase].phase;
            let within = &mut establishments[draft.phase];
            *within += 1;
            let (district_name, part, _) = DISTRICTS[draft.district];
            CountySchool {
                urn: urn(order),
                laestab: Laestab::new(names::county_number(), first_establishment(phase) + *within)
                    .expect("fewer than a thousand schools of a phase"),
                name: names::school_name(&mut random, phase, draft.special, &place),
                phase,
                district_code: names::district_code(draft.district),
                district_name,
                quadrant: PART_NAMES[part],
                pupils: draft.pupils,
                sen,
                specialist: draft.specialist,
                description: description(&mut random, phase, draft),
            }
        })
        .collect()
}

/// How many schools of each phase, how large, and what they provide for.
fn drafts(random: &mut Random, settings: &CountySettings) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (phase, (facts, schools)) in ENGLAND.iter().zip(schools_by_phase(settings.schools)).enumerate() {
        let mut sizes = sizes(random, facts, schools);
        // The smallest independent schools are its special ones.
        sizes.sort_by(f64::total_cmp);
        for (order, size) in sizes.iter().enumerate() {
            let independent_special = facts.phase == Phase::Independent
                && (order as f64) < INDEPENDENT_SPECIAL_SHARE * f64::from(schools);
            let special = facts.phase.is_specialist() || independent_special;
            let (specialist, places_for) = specialist(random, facts.phase);
            drafts.push(Draft {
                phase,
                special,
                district: 0,
                pupils: count(libm::round(*size).max(1.0)),
                specialist,
                places_for,
            });
        }
    }
    let all: f64 = drafts.iter().map(|draft| f64::from(draft.pupils)).sum();
    let factor = ratio(f64::from(settings.pupils), all);
    for draft in &mut drafts {
        draft.pupils = count(libm::round(f64::from(draft.pupils) * factor).max(1.0));
    }
    drafts
}

/// Shares a number of schools out over the phases as in England; at least one of each phase that is state-funded.
fn schools_by_phase(schools: u32) -> [u32; ENGLAND.len()] {
    let all: u32 = ENGLAND.iter().map(|facts| facts.schools).sum();
    ENGLAND.each_ref().map(|facts| {
        let share = f64::from(schools) * f64::from(facts.schools) / f64::from(all);
        count(libm::round(share)).max(1)
    })
}

/// Sizes that follow the published quantiles and have England's mean.
fn sizes(random: &mut Random, facts: &PhaseFacts, schools: u32) -> Vec<f64> {
    let known = facts.sizes.map(f64::from);
    let draws: Vec<f64> = (0..schools)
        .map(|order| (f64::from(order) + random.uniform()) / f64::from(schools))
        .map(|share| of_known(&SIZE_QUANTILES, &known, share).expect("the quantiles run from 0 to 1"))
        .collect();
    let mean = f64::from(facts.pupils) / f64::from(facts.schools);
    let factor = ratio(mean * f64::from(schools), draws.iter().sum());
    draws.iter().map(|size| size * factor).collect()
}

fn specialist(random: &mut Random, phase: Phase) -> (SpecialistProvision, &'static [Need]) {
    let mut provision = SpecialistProvision::default();
    match phase {
        Phase::Special | Phase::NonMaintainedSpecial => {}
        Phase::Primary | Phase::Secondary => {
            provision.unit = random.happens(UNIT_SHARE);
            provision.resourced_provision = !provision.unit && random.happens(RESOURCED_SHARE);
            if !provision.any() {
                return (provision, &[]);
            }
        }
        Phase::Nursery | Phase::AlternativeProvision | Phase::Independent => return (provision, &[]),
    }
    let weights = DESIGNATIONS.map(|(_, weight)| weight);
    let (places_for, _) = DESIGNATIONS[random.weighted(&weights)];
    let provision = places_for
        .iter()
        .fold(provision, |all, need| all.with_need(*need));
    (provision, places_for)
}

/// Spreads the schools of each phase over the districts by the districts' shares.
fn place_in_districts(random: &mut Random, drafts: &mut [Draft]) {
    for phase in 0..ENGLAND.len() {
        let mut members: Vec<&mut Draft> = drafts.iter_mut().filter(|draft| draft.phase == phase).collect();
        random.shuffle(&mut members);
        let number = members.len() as f64;
        for (order, member) in members.into_iter().enumerate() {
            let mut left = (order as f64 + 0.5) / number;
            member.district = DISTRICTS
                .iter()
                .position(|(_, _, share)| {
                    left -= share;
                    left < 0.0
                })
                .unwrap_or(DISTRICTS.len() - 1);
        }
    }
}

/// Pupils with SEN support and with plans, school by school: rates spread as published, and in expectation England's
/// over the county's schools of a phase.
fn provision(random: &mut Random, drafts: &[Draft]) -> Vec<[u32; 2]> {
    let support_effects = random.balanced_normals(DISTRICTS.len());
    let plan_effects = random.balanced_normals(DISTRICTS.len());
    let mut rates: Vec<[f64; 2]> = drafts
        .iter()
        .map(|draft| {
            let facts = &ENGLAND[draft.phase];
            let per_pupil = 1.0 / f64::from(facts.pupils);
            let (support, plans) = (
                f64::from(facts.support) * per_pupil,
                f64::from(facts.plans) * per_pupil,
            );
            if draft.special && facts.phase == Phase::Independent {
                // Assumed: nearly all pupils of an independent special school have a plan.
                return [0.05, 0.9];
            }
            if draft.special && facts.phase != Phase::AlternativeProvision {
                return [support, plans];
            }
            let places = if draft.places_for.is_empty() {
                1.0
            } else {
                PLACE_PLANS
            };
            // Independent schools' spread is mostly that between special schools and the rest, which stands apart here.
            let plan_spread = facts.plan_spread.min(0.9);
            [
                support
                    * random.gamma_of_mean_one(facts.support_spread)
                    * libm::exp(DISTRICT_SUPPORT_SPREAD * support_effects[draft.district]),
                plans
                    * places
                    * random.gamma_of_mean_one(plan_spread)
                    * libm::exp(DISTRICT_PLAN_SPREAD * plan_effects[draft.district]),
            ]
        })
        .collect();
    for (phase, facts) in ENGLAND.iter().enumerate() {
        for (provision, published) in [facts.support, facts.plans].into_iter().enumerate() {
            let wanted = f64::from(published) / f64::from(facts.pupils);
            fit_rate(drafts, &mut rates, phase, provision, wanted);
        }
    }
    drafts
        .iter()
        .zip(rates)
        .map(|(draft, [support_rate, plan_rate])| {
            let plans = random.binomial(draft.pupils, plan_rate);
            let rest = draft.pupils - plans;
            let support = random.binomial(rest, (support_rate / (1.0 - plan_rate).max(1e-9)).min(1.0));
            [support, plans]
        })
        .collect()
}

/// Highest rate of SEN support, then of plans, at one school; together below 1 in every phase (**assumed**).
fn highest_rate(phase: Phase, special: bool) -> [f64; 2] {
    match phase {
        Phase::Special => [0.01, 0.99],
        Phase::NonMaintainedSpecial => [0.018, 0.982],
        Phase::AlternativeProvision => [0.65, 0.35],
        Phase::Independent if special => [0.07, 0.93],
        _ => [0.5, 0.3],
    }
}

/// Scales a phase's rates until its pupils have the wanted rate, within what one school can have.
fn fit_rate(drafts: &[Draft], rates: &mut [[f64; 2]], phase: usize, provision: usize, wanted: f64) {
    for _ in 0..20 {
        let members = || drafts.iter().zip(0..).filter(|(draft, _)| draft.phase == phase);
        let pupils: f64 = members().map(|(draft, _)| f64::from(draft.pupils)).sum();
        let expected: f64 = members()
            .map(|(draft, school): (_, usize)| f64::from(draft.pupils) * rates[school][provision])
            .sum();
        let factor = ratio(wanted * pupils, expected);
        let places: Vec<usize> = members().map(|(_, school)| school).collect();
        for school in places {
            let highest = highest_rate(ENGLAND[phase].phase, drafts[school].special)[provision];
            rates[school][provision] = (rates[school][provision] * factor).min(highest);
        }
    }
}

/// Needs, pupil by pupil: each school leans its own way, and in expectation the county has England's mix in each
/// phase and provision.
fn needs(
    random: &mut Random,
    settings: &CountySettings,
    england: &NeedTable,
    drafts: &[Draft],
    provision: &[[u32; 2]],
) -> Vec<SenCounts> {
    let factor = correlation_factor();
    let district_effects: Vec<[f64; NEED_COUNT]> = DISTRICTS
        .iter()
        .map(|_| std::array::from_fn(|_| DISTRICT_NEED_SPREAD * random.normal()))
        .collect();
    // What a school's needs are multiplied by, for SEN support and for plans.
    let leanings: Vec<[[f64; NEED_COUNT]; 2]> = drafts
        .iter()
        .map(|draft| {
            let effects = random.correlated(&factor);
            let own: [f64; NEED_COUNT] = std::array::from_fn(|need| {
                let spread = settings.school_spread * SCHOOL_SPREAD[need];
                libm::exp(spread * effects[need] + district_effects[draft.district][need])
            });
            let mut plans = own;
            for need in draft.places_for {
                plans[need_index(*need)] *= PLACE_TILT;
            }
            [own, plans]
        })
        .collect();
    let mut counts = vec![[NeedCounts::default(); 2]; drafts.len()];
    for (phase, mix) in england.iter().enumerate() {
        let members: Vec<usize> = (0..drafts.len())
            .filter(|school| drafts[*school].phase == phase)
            .collect();
        for (side, mix) in mix.iter().enumerate() {
            let pupils: Vec<f64> = members
                .iter()
                .map(|school| f64::from(provision[*school][side]))
                .collect();
            let of_england = ratio(pupils.iter().sum(), mix.iter().sum());
            let mut expected: Vec<[f64; NEED_COUNT]> = members
                .iter()
                .map(|school| std::array::from_fn(|need| mix[need] * leanings[*school][side][need]))
                .collect();
            fit(&mut expected, &pupils, &mix.map(|pupils| pupils * of_england));
            for (school, expected) in members.iter().zip(&expected) {
                for _ in 0..provision[*school][side] {
                    counts[*school][side].0[random.weighted(expected)] += 1;
                }
            }
        }
    }
    drafts
        .iter()
        .zip(provision.iter().zip(counts))
        .map(|(draft, (&[support, plans], [support_by_need, plans_by_need]))| {
            if ENGLAND[draft.phase].phase == Phase::Independent {
                SenCounts::WithoutNeed { support, plans }
            } else {
                SenCounts::ByNeed {
                    support: support_by_need,
                    plans: plans_by_need,
                }
            }
        })
        .collect()
}

/// The lower triangular factor of the published correlation between needs.
pub(super) fn correlation_factor() -> Cholesky<[[f64; NEED_COUNT]; NEED_COUNT]> {
    let published = std::array::from_fn(|row| {
        std::array::from_fn(|column| AUTHORITY_CORRELATION[row.max(column)][row.min(column)])
    });
    Cholesky::of(&published).expect("the published correlations are positive definite")
}

fn urn(order: usize) -> Urn {
    let number = FIRST_URN + u32::try_from(order).expect("fewer schools than numbers");
    number.to_string().parse().expect("six digits, by construction")
}

/// Establishment numbers as the Department hands them out, phase by phase.
fn first_establishment(phase: Phase) -> u16 {
    match phase {
        Phase::Nursery => 1000,
        Phase::AlternativeProvision => 1100,
        Phase::Primary => 2000,
        Phase::Secondary => 4000,
        Phase::Independent => 6000,
        Phase::Special => 7000,
        Phase::NonMaintainedSpecial => 7900,
    }
}

fn description(random: &mut Random, phase: Phase, draft: &Draft) -> Description {
    let types: &[&str] = match phase {
        Phase::Nursery => &["Local authority nursery school"],
        Phase::Primary => &[
            "Community school",
            "Academy converter",
            "Voluntary aided school",
            "Voluntary controlled school",
        ],
        Phase::Secondary => &[
            "Academy converter",
            "Academy converter",
            "Academy sponsor led",
            "Foundation school",
        ],
        Phase::Special => &["Community special school", "Academy special converter"],
        Phase::NonMaintainedSpecial => &["Non-maintained special school"],
        Phase::AlternativeProvision => &["Pupil referral unit", "Academy alternative provision converter"],
        Phase::Independent if draft.special => &["Other independent special school"],
        Phase::Independent => &["Other independent school"],
    };
    let urban_rural = [
        "(England/Wales) Urban city and town",
        "(England/Wales) Urban city and town",
        "(England/Wales) Rural town and fringe",
        "(England/Wales) Rural village",
    ];
    let selective = phase == Phase::Secondary && random.happens(0.05);
    Description {
        establishment_type: random.one_of(types),
        denomination: random.one_of(&[
            "No religious character",
            "No religious character",
            "Church of England",
        ]),
        admissions_policy: match phase {
            Phase::Secondary if selective => "Selective",
            Phase::Secondary => "Non-selective",
            _ => "Not applicable",
        },
        urban_rural: random.one_of(&urban_rural),
        open_date: random
            .happens(0.4)
            .then(|| format!("01/09/{}", 1996 + random.below(25))),
        ward: u32::try_from(draft.district).expect("one of twelve") * 10 + random.below(10),
        postcode: names::postcode(random),
    }
}

#[cfg(test)]
mod tests {
    use super::schools_by_phase;

    #[test]
    fn schools_are_shared_out_as_in_england() {
        assert_eq!(
            schools_by_phase(24_442),
            [383, 16_783, 3_444, 1_035, 54, 335, 2_408]
        );
        let few = schools_by_phase(550);
        assert!(few.iter().all(|schools| *schools >= 1));
        assert!((548..=552).contains(&few.iter().sum::<u32>()), "{few:?}");
    }
}
