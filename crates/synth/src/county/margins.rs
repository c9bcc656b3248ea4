//! Published margins of England's schools in January 2023, as facts with their sources, and the three-way table of
//! phase, provision and need that agrees with all of them.
//!
//! Sources, all the Department for Education's (Crown copyright, Open Government Licence v3.0):
//! - *Schools, pupils and their characteristics* and *Special educational needs in England*, 2022/23, school level:
//!   schools, pupils, SEN support, plans, sizes, spread of rates ([`ENGLAND`], [`DISTRICT_SUPPORT_SPREAD`]).
//! - *Special educational needs in England* 2022/23, authority by phase by primary need, SEN support and plans
//!   together: [`PUPILS_BY_PHASE_AND_NEED`], and between authorities [`AUTHORITY_SPREAD`], [`AUTHORITY_CORRELATION`].
//! - *Outcomes for children in need* 2021/22 to 2023/24, all pupils by provision and primary need: [`BY_PROVISION`].
//!
//! What is not published is marked **assumed** where it stands.

pub(super) use crate::wide_columns::{NEED_COUNT, NEEDS};
use senlens_model::{Need, Phase};

/// The place of a need in [`NEEDS`].
pub(super) fn need_index(need: Need) -> usize {
    NEEDS
        .iter()
        .position(|other| *other == need)
        .expect("only needs of 2022/23 are asked for")
}

/// How many phases the need tables cover: all but independent schools.
pub(super) const STATE_PHASES: usize = 6;

/// One phase's published figures.
pub(super) struct PhaseFacts {
    pub(super) phase: Phase,
    pub(super) schools: u32,
    pub(super) pupils: u32,
    pub(super) support: u32,
    pub(super) plans: u32,
    /// Pupils on roll at the quantiles of [`SIZE_QUANTILES`], among schools with any pupils.
    pub(super) sizes: [u16; 15],
    /// Spread between schools of the rate of SEN support, as coefficient of variation beyond chance (by moments).
    pub(super) support_spread: f64,
    /// The same of plans.
    pub(super) plan_spread: f64,
}

/// The quantiles at which school sizes are given.
pub(super) const SIZE_QUANTILES: [f64; 15] = [
    0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0,
];

/// England by phase, January 2023, in the order of [`Phase::ALL`].
pub(super) const ENGLAND: [PhaseFacts; 7] = [
    PhaseFacts {
        phase: Phase::Nursery,
        schools: 383,
        pupils: 37_496,
        support: 6_381,
        plans: 673,
        sizes: [23, 36, 46, 54, 68, 76, 85, 92, 102, 113, 127, 146, 162, 199, 267],
        support_spread: 0.560,
        plan_spread: 1.323,
    },
    PhaseFacts {
        phase: Phase::Primary,
        schools: 16_783,
        pupils: 4_647_851,
        support: 629_184,
        plans: 117_757,
        sizes: [
            3, 33, 66, 92, 142, 189, 209, 232, 284, 356, 417, 466, 596, 725, 1650,
        ],
        support_spread: 0.384,
        plan_spread: 0.663,
    },
    PhaseFacts {
        phase: Phase::Secondary,
        schools: 3_444,
        pupils: 3_630_171,
        support: 448_967,
        plans: 87_219,
        sizes: [
            38, 186, 398, 549, 706, 834, 932, 1037, 1135, 1251, 1392, 1582, 1744, 2121, 2990,
        ],
        support_spread: 0.400,
        plan_spread: 0.555,
    },
    PhaseFacts {
        phase: Phase::Special,
        schools: 1_035,
        pupils: 149_096,
        support: 1_127,
        plans: 147_330,
        sizes: [1, 25, 48, 60, 80, 96, 111, 128, 150, 169, 201, 244, 292, 412, 793],
        support_spread: 2.691,
        plan_spread: 0.0,
    },
    PhaseFacts {
        phase: Phase::NonMaintainedSpecial,
        schools: 54,
        pupils: 4_070,
        support: 57,
        plans: 3_995,
        sizes: [18, 20, 28, 37, 44, 54, 63, 72, 77, 86, 99, 111, 132, 205, 208],
        support_spread: 2.027,
        plan_spread: 0.0,
    },
    PhaseFacts {
        phase: Phase::AlternativeProvision,
        schools: 335,
        pupils: 13_191,
        support: 7_518,
        plans: 3_368,
        sizes: [1, 1, 2, 4, 9, 16, 25, 35, 44, 55, 67, 92, 123, 199, 351],
        support_spread: 0.505,
        plan_spread: 0.882,
    },
    PhaseFacts {
        phase: Phase::Independent,
        schools: 2_408,
        pupils: 591_954,
        support: 89_840,
        plans: 28_732,
        sizes: [1, 3, 7, 13, 25, 47, 82, 124, 185, 274, 404, 668, 922, 1398, 3440],
        support_spread: 0.542,
        plan_spread: 1.624,
    },
];

/// Share of independent schools that are special schools (658 of 2,408).
pub(super) const INDEPENDENT_SPECIAL_SHARE: f64 = 658.0 / 2408.0;

/// Pupils with SEN support or a plan by phase (in the order of [`ENGLAND`]) and primary need ([`NEEDS`]).
pub(super) const PUPILS_BY_PHASE_AND_NEED: [[u32; NEED_COUNT]; STATE_PHASES] = [
    [72, 126, 169, 113, 422, 4_512, 109, 47, 30, 213, 875, 268, 98],
    [
        66_160, 115_632, 3_809, 1_698, 130_497, 256_947, 10_917, 6_062, 2_412, 17_579, 79_147, 22_222, 33_859,
    ],
    [
        100_351, 91_350, 1_824, 473, 126_315, 67_425, 10_619, 6_546, 1_628, 14_444, 72_799, 26_821, 15_591,
    ],
    [
        3_062, 14_646, 27_574, 8_452, 18_281, 15_000, 1_102, 818, 323, 4_213, 51_929, 2_937, 120,
    ],
    [93, 105, 204, 198, 466, 576, 419, 200, 36, 325, 1_376, 53, 1],
    [324, 414, 19, 10, 8_340, 423, 23, 20, 8, 29, 637, 218, 421],
];

/// One need's pupils with SEN support and with plans, rounded to 10 by the publisher.
pub(super) struct ProvisionFacts {
    /// 2021/22: SEN support, plans.
    before: (u32, u32),
    /// 2022/23: SEN support, where published; else **assumed** between the years beside it.
    support: Option<u32>,
    /// 2023/24: SEN support, plans.
    after: (u32, u32),
}

const fn provision_facts(before: (u32, u32), support: Option<u32>, after: (u32, u32)) -> ProvisionFacts {
    ProvisionFacts {
        before,
        support,
        after,
    }
}

/// England by provision and need, in the order of [`NEEDS`].
pub(super) const BY_PROVISION: [ProvisionFacts; NEED_COUNT] = [
    provision_facts((150_000, 13_030), None, (158_970, 17_360)),
    provision_facts((197_410, 32_060), Some(189_380), (179_550, 33_950)),
    provision_facts((2_430, 31_500), None, (2_190, 31_790)),
    provision_facts((770, 10_110), None, (780, 10_010)),
    provision_facts((208_920, 49_530), None, (254_200, 62_130)),
    provision_facts((262_420, 57_340), None, (291_740, 78_200)),
    provision_facts((16_700, 6_190), Some(16_950), (17_160, 6_320)),
    provision_facts((9_890, 3_710), None, (9_770, 3_840)),
    provision_facts((3_010, 1_100), Some(3_230), (3_310, 1_260)),
    provision_facts((22_860, 14_020), None, (21_870, 14_570)),
    provision_facts((79_060, 103_430), Some(90_780), (104_400, 132_250)),
    provision_facts((44_720, 8_420), Some(43_760), (42_150, 8_730)),
    provision_facts((46_100, 0), Some(50_090), (53_640, 0)),
];

/// Standard deviation between authorities of the log of a need's share of SEN (150 authorities with over 500 such
/// pupils).
pub(super) const AUTHORITY_SPREAD: [f64; NEED_COUNT] = [
    0.366, 0.418, 0.495, 0.501, 0.152, 0.226, 0.291, 0.305, 0.57, 0.243, 0.335, 0.45, 0.736,
];

/// Correlation between authorities of those logs, row by row up to the diagonal.
pub(super) const AUTHORITY_CORRELATION: [&[f64]; NEED_COUNT] = [
    &[1.0],
    &[-0.24, 1.0],
    &[-0.01, 0.17, 1.0],
    &[-0.28, 0.12, 0.08, 1.0],
    &[0.21, -0.01, -0.05, -0.14, 1.0],
    &[-0.52, -0.32, -0.12, 0.14, -0.38, 1.0],
    &[-0.12, -0.01, -0.14, 0.15, -0.11, -0.01, 1.0],
    &[-0.16, 0.28, -0.09, 0.04, 0.02, -0.03, 0.36, 1.0],
    &[0.25, 0.08, 0.11, -0.15, 0.1, -0.34, -0.02, 0.03, 1.0],
    &[0.0, 0.23, -0.01, -0.04, 0.24, -0.2, 0.19, 0.42, 0.02, 1.0],
    &[
        -0.02, -0.53, -0.31, -0.01, -0.12, -0.04, 0.09, -0.21, -0.07, -0.16, 1.0,
    ],
    &[
        0.03, -0.29, -0.08, -0.11, -0.11, -0.03, -0.01, -0.03, 0.15, -0.13, 0.14, 1.0,
    ],
    &[
        -0.07, -0.11, 0.01, -0.01, -0.13, 0.0, -0.07, -0.01, 0.17, -0.16, -0.1, 0.58, 1.0,
    ],
];

/// Pupils of an authority's state-funded schools at the quantiles of [`SIZE_QUANTILES`].
pub(super) const AUTHORITY_PUPILS: [f64; 15] = [
    263.0, 3_246.0, 18_952.0, 21_961.0, 28_065.0, 33_463.0, 40_193.0, 43_801.0, 48_518.0, 56_330.0, 72_241.0,
    101_358.0, 129_335.0, 214_363.0, 250_389.0,
];

/// Standard deviation between authorities of the log of the rate of SEN support, then of plans.
pub(super) const AUTHORITY_RATE_SPREAD: [f64; 2] = [0.161, 0.184];

/// Authorities in each of the nine regions.
pub(super) const AUTHORITIES_BY_REGION: [usize; 9] = [12, 23, 15, 10, 14, 11, 33, 19, 15];

/// Standard deviation between districts of the log of the rate of SEN support (307 districts, primary and secondary).
pub(super) const DISTRICT_SUPPORT_SPREAD: f64 = 0.155;

/// Pupils by phase, provision (SEN support, plans) and need.
pub(super) type NeedTable = [[[f64; NEED_COUNT]; 2]; STATE_PHASES];

/// England's pupils by phase, provision and need: the table without three-way interaction that agrees with what is
/// published of phase by need, phase by provision, and provision by need (Deming and Stephan 1940).
pub(super) fn england_by_phase_provision_need() -> NeedTable {
    let by_provision = by_provision_and_need();
    let mut table: NeedTable = [[[1.0; NEED_COUNT]; 2]; STATE_PHASES];
    for phase in &mut table {
        phase[1][need_index(Need::Nsa)] = 0.0;
    }
    for _ in 0..ROUNDS_OF_FITTING {
        for provision in 0..2 {
            for need in 0..NEED_COUNT {
                let sum: f64 = table.iter().map(|phase| phase[provision][need]).sum();
                let factor = ratio(by_provision[provision][need], sum);
                for phase in &mut table {
                    phase[provision][need] *= factor;
                }
            }
        }
        for (phase, facts) in table.iter_mut().zip(&ENGLAND) {
            for (row, published) in phase.iter_mut().zip([facts.support, facts.plans]) {
                scale_to(row, f64::from(published));
            }
        }
        for (phase, published) in table.iter_mut().zip(&PUPILS_BY_PHASE_AND_NEED) {
            for need in 0..NEED_COUNT {
                let factor = ratio(f64::from(published[need]), phase[0][need] + phase[1][need]);
                phase[0][need] *= factor;
                phase[1][need] *= factor;
            }
        }
    }
    table
}

/// Enough for every margin to agree within a pupil in ten thousand; the test measures it.
const ROUNDS_OF_FITTING: usize = 200;

/// England's pupils in 2022/23 by provision and need: SEN support as published, or assumed to be the share of the
/// need halfway between the years beside it, the assumed ones scaled so that all of them add up to SEN support.
pub(super) fn by_provision_and_need() -> [[f64; NEED_COUNT]; 2] {
    let both: [f64; NEED_COUNT] = std::array::from_fn(|need| {
        PUPILS_BY_PHASE_AND_NEED
            .iter()
            .map(|phase| f64::from(phase[need]))
            .sum()
    });
    let share = |(support, plans): (u32, u32)| f64::from(support) / f64::from(support + plans);
    let assumed: [f64; NEED_COUNT] = std::array::from_fn(|need| {
        let facts = &BY_PROVISION[need];
        both[need] * f64::midpoint(share(facts.before), share(facts.after))
    });
    let all_support: f64 = ENGLAND[..STATE_PHASES]
        .iter()
        .map(|facts| f64::from(facts.support))
        .sum();
    let published: f64 = BY_PROVISION
        .iter()
        .filter_map(|facts| facts.support)
        .map(f64::from)
        .sum();
    let assumed_in_all: f64 = (0..NEED_COUNT)
        .filter(|need| BY_PROVISION[*need].support.is_none())
        .map(|need| assumed[need])
        .sum();
    let factor = (all_support - published) / assumed_in_all;
    let support: [f64; NEED_COUNT] = std::array::from_fn(|need| match BY_PROVISION[need].support {
        Some(support) => f64::from(support).min(both[need]),
        None => assumed[need] * factor,
    });
    let plans = std::array::from_fn(|need| both[need] - support[need]);
    [support, plans]
}

/// The factor that turns one sum into another; none is needed for a sum of nothing.
pub(super) fn ratio(wanted: f64, sum: f64) -> f64 {
    if sum > 0.0 { wanted / sum } else { 1.0 }
}

/// Scales cells until they add up to what is wanted; cells of nothing stay so.
pub(super) fn scale_to(cells: &mut [f64], wanted: f64) {
    let factor = ratio(wanted, cells.iter().sum());
    for cell in cells {
        *cell *= factor;
    }
}

/// Scales a table until its rows and columns add up as wanted, columns exactly.
pub(super) fn fit<const WIDTH: usize>(cells: &mut [[f64; WIDTH]], rows: &[f64], columns: &[f64; WIDTH]) {
    for _ in 0..40 {
        for (cells, wanted) in cells.iter_mut().zip(rows) {
            scale_to(cells, *wanted);
        }
        for (column, wanted) in columns.iter().enumerate() {
            let factor = ratio(*wanted, cells.iter().map(|row| row[column]).sum());
            for row in cells.iter_mut() {
                row[column] *= factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        BY_PROVISION, ENGLAND, NEED_COUNT, NEEDS, PUPILS_BY_PHASE_AND_NEED, STATE_PHASES,
        by_provision_and_need, england_by_phase_provision_need, fit, need_index,
    };
    use senlens_model::{Need, Phase};

    #[test]
    fn facts_add_up_to_the_published_totals() {
        let state = &ENGLAND[..STATE_PHASES];
        assert_eq!(state.iter().map(|f| f.schools).sum::<u32>(), 22_034);
        assert_eq!(state.iter().map(|f| f.pupils).sum::<u32>(), 8_481_875);
        assert_eq!(state.iter().map(|f| f.support).sum::<u32>(), 1_093_234);
        assert_eq!(state.iter().map(|f| f.plans).sum::<u32>(), 360_342);
        for (facts, (needs, phase)) in state.iter().zip(PUPILS_BY_PHASE_AND_NEED.iter().zip(Phase::ALL)) {
            assert_eq!(facts.phase, phase);
            assert_eq!(facts.support + facts.plans, needs.iter().sum::<u32>(), "{phase}");
        }
        let of = |need: Need| {
            PUPILS_BY_PHASE_AND_NEED
                .iter()
                .map(|phase| phase[need_index(need)])
                .sum::<u32>()
        };
        for (need, pupils) in [
            (Need::Mld, 222_273),
            (Need::Slcn, 344_883),
            (Need::Semh, 284_321),
            (Need::Asd, 206_763),
            (Need::Spld, 170_062),
            (Need::Nsa, 50_090),
        ] {
            assert_eq!(of(need), pupils, "{need}");
        }
    }

    #[test]
    fn the_three_way_table_agrees_with_every_margin() {
        let table = england_by_phase_provision_need();
        let by_provision = by_provision_and_need();
        for (phase, published) in table.iter().zip(&PUPILS_BY_PHASE_AND_NEED) {
            for need in 0..NEED_COUNT {
                let fitted = phase[0][need] + phase[1][need];
                assert!(
                    (fitted - f64::from(published[need])).abs() < 0.5,
                    "{}",
                    NEEDS[need]
                );
            }
        }
        for (phase, facts) in table.iter().zip(&ENGLAND) {
            assert!((phase[0].iter().sum::<f64>() - f64::from(facts.support)).abs() < 1.0);
            assert!((phase[1].iter().sum::<f64>() - f64::from(facts.plans)).abs() < 1.0);
        }
        for provision in 0..2 {
            for need in 0..NEED_COUNT {
                let fitted: f64 = table.iter().map(|phase| phase[provision][need]).sum();
                let off = (fitted - by_provision[provision][need]).abs();
                assert!(off < 2.0, "{} {provision}: off by {off}", NEEDS[need]);
            }
        }
    }

    #[test]
    fn what_is_assumed_lies_between_its_neighbours() {
        let [support, plans] = by_provision_and_need();
        for (need, facts) in BY_PROVISION.iter().enumerate() {
            let share = support[need] / (support[need] + plans[need]);
            let around = [facts.before, facts.after].map(|(k, e)| f64::from(k) / f64::from(k + e));
            let (low, high) = (around[0].min(around[1]), around[0].max(around[1]));
            assert!(
                share > low - 0.01 && share < high + 0.01,
                "{}: {share}",
                NEEDS[need]
            );
        }
    }

    #[test]
    fn a_table_is_fitted_to_its_margins() {
        let mut cells = [[1.0, 2.0], [3.0, 1.0]];
        let (rows, columns) = ([10.0, 30.0], [25.0, 15.0]);
        fit(&mut cells, &rows, &columns);
        let [[a, b], [c, d]] = cells;
        for (sum, wanted) in [
            (a + b, rows[0]),
            (c + d, rows[1]),
            (a + c, columns[0]),
            (b + d, columns[1]),
        ] {
            assert!((sum - wanted).abs() < 1e-9, "{sum}, not {wanted}");
        }
        // Fitting keeps what margins do not decide: the odds ratio.
        assert!((a * d / (b * c) - 1.0 / 6.0).abs() < 1e-9);
    }
}
