//! Rates of primary need in English authorities, January 2023: where the model of masking starts, and what the invented
//! Englands of its study are drawn from. Both use this one set.
//!
//! Source: Department for Education, Special educational needs in England, academic year 2022/23 (pupils by authority,
//! phase and primary need, SEN support and plans together, over the pupils on roll of its school-level file). Logarithms
//! of pupils per roll in the state-funded primary and secondary schools of 149 authorities.

/// The groups of needs of every array here: MLD, SLCN, SEMH, ASD, SPLD, all other named needs, and no assessed code
/// (NSA).
pub const NEED_GROUPS: usize = 7;

/// One number for each need group.
pub type ByNeedGroup = [f64; NEED_GROUPS];

/// Mean log rate per pupil over authorities, in primary and in secondary schools.
pub const LOG_RATE: [ByNeedGroup; 2] = [
    [-3.865, -2.883, -3.595, -4.147, -4.329, -4.288, -5.100],
    [-3.795, -4.014, -3.365, -3.978, -3.645, -4.102, -5.639],
];

/// Covariance of authorities' log rates in primary schools.
pub const PRIMARY_COVARIANCE: [ByNeedGroup; NEED_GROUPS] = [
    [0.2508, -0.0275, 0.0196, -0.1096, -0.0198, 0.0096, -0.0495],
    [-0.0275, 0.0638, -0.0007, 0.0129, -0.0327, 0.0047, 0.0000],
    [0.0196, -0.0007, 0.0474, -0.0061, 0.0374, 0.0123, -0.0095],
    [-0.1096, 0.0129, -0.0061, 0.2195, -0.0100, -0.0076, -0.0339],
    [-0.0198, -0.0327, 0.0374, -0.0100, 0.1959, 0.0044, -0.0395],
    [0.0096, 0.0047, 0.0123, -0.0076, 0.0044, 0.0383, 0.0392],
    [-0.0495, 0.0000, -0.0095, -0.0339, -0.0395, 0.0392, 0.5556],
];

/// Covariance of authorities' log rates in secondary schools.
pub const SECONDARY_COVARIANCE: [ByNeedGroup; NEED_GROUPS] = [
    [0.2651, -0.0136, 0.0253, -0.0468, -0.0376, 0.0054, -0.0420],
    [-0.0136, 0.1579, 0.0204, -0.0221, -0.0198, 0.0142, 0.0244],
    [0.0253, 0.0204, 0.0576, 0.0121, 0.0274, 0.0201, -0.0130],
    [-0.0468, -0.0221, 0.0121, 0.1540, 0.0357, 0.0113, -0.0345],
    [-0.0376, -0.0198, 0.0274, 0.0357, 0.1523, 0.0169, -0.0064],
    [0.0054, 0.0142, 0.0201, 0.0113, 0.0169, 0.0693, 0.0446],
    [-0.0420, 0.0244, -0.0130, -0.0345, -0.0064, 0.0446, 0.6329],
];

/// Covariance of authorities' log rates in primary schools (rows) with those in secondary schools (columns).
pub const BETWEEN_PHASES: [ByNeedGroup; NEED_GROUPS] = [
    [0.1984, -0.0554, 0.0123, -0.0364, -0.0219, 0.0039, -0.0545],
    [-0.0069, 0.0741, 0.0090, -0.0045, -0.0164, 0.0043, 0.0080],
    [0.0066, -0.0060, 0.0337, 0.0217, 0.0303, 0.0095, -0.0201],
    [-0.0953, 0.0203, -0.0035, 0.1136, -0.0004, 0.0007, -0.0291],
    [-0.0477, -0.0419, 0.0185, 0.0291, 0.1301, 0.0112, -0.0120],
    [-0.0003, -0.0003, 0.0084, 0.0076, 0.0061, 0.0230, 0.0316],
    [-0.0484, 0.0256, -0.0120, -0.0371, -0.0051, 0.0567, 0.4028],
];

/// Share of pupils with each need who have a plan, not SEN support, in primary and secondary schools together.
pub const PLAN_SHARE: ByNeedGroup = [0.15, 0.20, 0.19, 0.56, 0.07, 0.45, 0.02];
