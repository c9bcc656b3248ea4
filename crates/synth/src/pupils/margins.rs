//! The margins that invented pupils follow. Each says whether it is sourced, and where, or assumed.
//!
//! Sourced figures are England's. Assumed ones are shapes chosen to be plausible and to add up to the sourced totals;
//! they stand together here so that they are easy to vary.

/// Schools of a group: England in January 2023 had 15.4 primaries and 3.2 secondaries for each special school
/// (sourced: the Department's school file, 16,783, 3,444 and 1,089 schools).
pub(super) const PRIMARIES: u32 = 15;
/// As [`PRIMARIES`].
pub(super) const SECONDARIES: u32 = 3;
/// One group in this many has an alternative provision school and a nursery (sourced: 335 and 383 schools).
pub(super) const GROUPS_TO_AN_AP_SCHOOL: u32 = 3;
/// Pupils of a group: 15 primaries of 277, 3 secondaries of 1,054, a special school of 140 (sourced, same file).
pub(super) const PUPILS_OF_A_GROUP: u32 = 7_750;
/// Pupils who enter a primary's reception (assumed, so that a group has the pupils of [`PUPILS_OF_A_GROUP`]).
pub(super) const ENTRY: f64 = 39.3;
/// Spread of school sizes, as the standard deviation of the logarithm (assumed).
pub(super) const SIZE_SPREAD: f64 = 0.45;
/// Spread between schools of the odds of SEN support (assumed).
pub(super) const SUPPORT_SPREAD: f64 = 0.30;
/// Spread between schools of the share of SEN support coded MLD (assumed).
pub(super) const MLD_SPREAD: f64 = 0.45;
/// Share of plans at special schools, to year 6 and from year 7 (sourced together: 147,300 of 360,300 plans in January
/// 2023; the split is what the plans in primaries and secondaries leave).
pub(super) const PLANS_AT_SPECIAL: (f64, f64) = (0.34, 0.50);
/// Share of years 7 to 11 at alternative provision, in a group that has it (assumed).
pub(super) const AT_AP: f64 = 0.02;
/// Share of children of nursery age in a nursery class, and at a nursery school (assumed).
pub(super) const IN_NURSERY: f64 = 0.36;
/// Share of year 11 who stay for years 12 and 13 (assumed).
pub(super) const STAY_ON: f64 = 0.4;
/// Share of pupils who move to another primary of the group at some time (assumed).
pub(super) const MOVERS: f64 = 0.12;
/// Eligible for free school meals in primaries from reception, in secondaries, at alternative provision and at nursery
/// schools (sourced: the school file of January 2023 has 24.0% of primaries' pupils, nursery classes included, 22.7% of
/// secondaries', 57.8% and 8.3%).
pub(super) const FREE_SCHOOL_MEALS: (f64, f64, f64, f64) = (0.266, 0.231, 0.578, 0.083);
/// Share whose eligibility differs from last year's (assumed).
pub(super) const FSM_CHANGES: f64 = 0.04;
/// Share of pupils whose provision, and of those with it whose need, is drawn afresh in a year (assumed).
pub(super) const DRAWN_AFRESH: f64 = 0.06;
/// Share of pupils with SEN who have a second type of need (assumed: nothing is published).
pub(super) const SECOND_NEED: f64 = 0.28;
/// Share of plans in a unit or resourced provision at a mainstream school (assumed).
pub(super) const IN_UNIT: f64 = 0.06;

/// SEN support, percent of pupils, by year group from N1 (0) to year 14 (16). Assumed shape; sourced level: the school
/// file of January 2023 has 13.5% in primaries and 12.4% in secondaries.
pub(super) const SUPPORT: [f64; 17] = [
    5.5, 7.3, 9.2, 12.0, 13.8, 14.7, 15.3, 15.6, 15.6, 13.2, 12.8, 12.6, 12.4, 11.9, 7.0, 6.1, 5.3,
];
/// Plans, percent of pupils. Assumed shape; sourced level: 2.5% in primaries, 2.4% in secondaries, and the special
/// schools' pupils, January 2023.
pub(super) const PLANS: [f64; 17] = [
    0.9, 1.6, 2.4, 3.1, 3.6, 4.1, 4.6, 5.0, 5.2, 4.8, 4.8, 4.7, 4.6, 4.5, 3.8, 3.8, 6.1,
];
/// SEN support and plans of pupils at alternative provision, shares of 1 (sourced: same file).
pub(super) const AT_AP_SCHOOL: (f64, f64) = (0.570, 0.255);
/// The same at nursery schools.
pub(super) const AT_NURSERY_SCHOOL: (f64, f64) = (0.170, 0.018);
/// How much likelier boys are than all pupils to have support and plans, to year 6 and from year 7; girls make up the
/// difference (sourced together: the need table has 66% boys in primaries, 62% in secondaries, 73% at special schools).
pub(super) const BOYS: [(f64, f64); 2] = [(1.29, 1.43), (1.15, 1.43)];
/// The same of both together at nursery schools (sourced: the same table, 68%).
pub(super) const BOYS_AT_NURSERY_SCHOOL: f64 = 1.36;
/// How much likelier boys are to be at alternative provision, where most pupils have SEN (sourced: the same table, 72% of
/// those with SEN).
pub(super) const BOYS_AT_AP: f64 = 1.42;
/// How much likelier pupils eligible for free school meals are (assumed, near the published ratio of about 1.7).
pub(super) const ELIGIBLE: (f64, f64) = (1.65, 1.70);

/// Needs in the order in which a pupil's fixed draw falls on them: neighbours exchange pupils as shares change.
pub(super) const NEEDS: [&str; 13] = [
    "SLCN", "MLD", "SEMH", "SPLD", "ASD", "NSA", "OTH", "PD", "HI", "VI", "SLD", "PMLD", "MSI",
];
/// Needs on SEN support to year 6 (sourced: the need table of January 2023 for primaries, less their plans).
pub(super) const SUPPORT_NEEDS_PRIMARY: [f64; 13] = [
    33.5, 17.2, 17.6, 10.1, 7.5, 5.3, 3.2, 2.2, 1.4, 0.7, 0.6, 0.2, 0.3,
];
/// The same from year 7 (sourced: secondaries, less their plans).
pub(super) const SUPPORT_NEEDS_SECONDARY: [f64; 13] = [
    11.8, 17.7, 21.3, 21.9, 11.5, 3.5, 5.7, 2.6, 2.0, 1.2, 0.4, 0.1, 0.3,
];
/// Needs at special schools (sourced: the same table).
pub(super) const NEEDS_AT_SPECIAL: [f64; 13] = [
    10.1, 9.9, 12.3, 2.1, 35.0, 0.0, 2.0, 2.8, 0.7, 0.6, 18.6, 5.7, 0.2,
];
/// Needs at alternative provision (sourced: the same table).
pub(super) const NEEDS_AT_AP: [f64; 13] = [3.9, 3.8, 76.6, 3.0, 5.9, 3.9, 2.0, 0.3, 0.2, 0.2, 0.2, 0.1, 0.1];
/// Needs at nursery schools (sourced: the same table).
pub(super) const NEEDS_AT_NURSERY: [f64; 13] =
    [64.0, 1.8, 6.0, 1.0, 12.4, 1.4, 3.8, 3.0, 1.5, 0.7, 2.4, 1.6, 0.4];
/// Shares of SLCN, MLD and SEMH among plans at ages 5, 7, 10, 12, 15 and 17 (sourced: EHC plans 2025).
pub(super) const PLAN_AGES: [(f64, [f64; 3]); 6] = [
    (5.0, [46.3, 3.7, 5.0]),
    (7.0, [35.1, 5.9, 13.7]),
    (10.0, [21.1, 11.0, 19.8]),
    (12.0, [16.4, 12.9, 22.7]),
    (15.0, [12.3, 11.9, 29.5]),
    (17.0, [11.3, 12.1, 28.8]),
];
/// How the rest of plans divides, in the order of [`NEEDS`] from SPLD (assumed, ASD the largest; NSA has no plans).
pub(super) const PLAN_REST: [f64; 10] = [5.0, 66.0, 0.0, 4.0, 7.0, 3.5, 2.0, 7.5, 4.5, 0.5];

/// Main ethnic groups and their share (assumed, near the published order).
pub(super) const ETHNICITIES: [(&str, f64); 20] = [
    ("WBRI", 61.0),
    ("WOTH", 7.3),
    ("APKN", 4.8),
    ("BAFR", 5.2),
    ("AIND", 4.1),
    ("MOTH", 2.6),
    ("AOTH", 2.4),
    ("MWAS", 1.8),
    ("MWBC", 1.7),
    ("ABAN", 1.9),
    ("OOTH", 2.5),
    ("BCRB", 0.9),
    ("MWBA", 1.0),
    ("BOTH", 0.9),
    ("CHNE", 0.7),
    ("WIRI", 0.2),
    ("WROM", 0.3),
    ("WIRT", 0.1),
    ("REFU", 0.3),
    ("NOBT", 0.3),
];
/// English as first language (sourced: about 78%).
pub(super) const ENGLISH: f64 = 0.78;
