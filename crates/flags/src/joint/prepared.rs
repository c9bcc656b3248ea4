//! Schools as the model sees them: the judged ones, with need groups counted and places numbered.

use std::collections::BTreeMap;

use super::prior::PHASES;
use super::school::{ByGroup, GROUPS, Provision, School, SchoolPhase};
use super::settings::Settings;

/// Fewer pupils on roll than this and a school is not judged.
pub(super) const FEWEST_PUPILS: u32 = 20;

/// One judged school.
#[derive(Debug, Clone)]
pub(super) struct PreparedSchool {
    /// Number of its authority.
    pub(super) authority: usize,
    /// Number of its district.
    pub(super) district: usize,
    /// Number of the area whose masked share it shares: its part where parts are known, else its authority.
    pub(super) area: usize,
    /// Whether its authority is cut into parts and it lies in one.
    pub(super) in_part: bool,
    /// 0 primary, 1 secondary.
    pub(super) phase: usize,
    pub(super) provision: Provision,
    pub(super) observed: ByGroup,
    pub(super) offset: ByGroup,
}

/// The number each authority, district and area has in the parameters, by the caller's own numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    pub(super) authorities: BTreeMap<u32, usize>,
    pub(super) districts: BTreeMap<(u32, Option<u32>, Option<u32>), usize>,
    pub(super) areas: BTreeMap<(u32, Option<u32>), usize>,
}

/// The judged schools among those given.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Positions of the judged schools among those given.
    pub(super) judged: Vec<usize>,
    /// The judged schools, in the same order.
    pub(super) schools: Vec<PreparedSchool>,
    pub(super) places: Places,
}

impl Prepared {
    /// Picks the schools that are judged: mainstream, of a phase the model knows, large enough.
    pub(super) fn new(schools: &[School], settings: &Settings) -> Self {
        let judged: Vec<usize> = (0..schools.len())
            .filter(|position| {
                let school = &schools[*position];
                phase(school).is_some() && school.pupils >= FEWEST_PUPILS
            })
            .collect();
        let mut places = Places::default();
        let Places {
            authorities,
            districts,
            areas,
        } = &mut places;
        for position in &judged {
            let school = &schools[*position];
            let next = authorities.len();
            authorities.entry(school.authority).or_insert(next);
            let next = districts.len();
            districts.entry(school.district_key()).or_insert(next);
            let next = areas.len();
            areas.entry((school.authority, school.part)).or_insert(next);
        }
        let usual = usual_mix(judged.iter().map(|position| &schools[*position]));
        let prepared = judged
            .iter()
            .map(|position| {
                let school = &schools[*position];
                let phase = phase(school).expect("judged schools have a phase of the model");
                PreparedSchool {
                    authority: authorities[&school.authority],
                    district: districts[&school.district_key()],
                    area: areas[&(school.authority, school.part)],
                    in_part: school.part.is_some(),
                    phase,
                    provision: school.provision(),
                    observed: school.observed(settings.counted),
                    offset: school.offset(usual.get(&(school.authority, phase)).unwrap_or(&[0.0; GROUPS])),
                }
            })
            .collect();
        Self {
            judged,
            schools: prepared,
            places,
        }
    }
}

/// A school's phase as an index below [`PHASES`]; `None` where the model does not judge it.
fn phase(school: &School) -> Option<usize> {
    let phase = match school.phase {
        SchoolPhase::Primary => 0,
        SchoolPhase::Secondary => 1,
        SchoolPhase::Specialist | SchoolPhase::Other => return None,
    };
    debug_assert!(phase < PHASES, "every phase has parameters");
    Some(phase)
}

/// By authority and phase: pupils with each need expected from case mix, per pupil on roll, at the schools whose mix is
/// known.
fn usual_mix<'a>(schools: impl Iterator<Item = &'a School>) -> BTreeMap<(u32, usize), ByGroup> {
    let mut sums: BTreeMap<(u32, usize), (ByGroup, f64)> = BTreeMap::new();
    for school in schools {
        if let (Some(expected), Some(phase)) = (school.expected_in_groups(), phase(school)) {
            let (sum, roll) = sums.entry((school.authority, phase)).or_default();
            *roll += f64::from(school.pupils.max(1));
            for (total, one) in sum.iter_mut().zip(expected) {
                *total += one;
            }
        }
    }
    sums.into_iter()
        .map(|(key, (sum, roll))| (key, sum.map(|expected| expected / roll)))
        .collect()
}
