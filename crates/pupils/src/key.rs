//! What is counted of a pupil, packed in 31 bits so that sorting the numbers sorts the cells.

use super::record::{ProvisionCode, Reading, Record};
use senlens_model::{
    AcademicYear, Cell, Dimension, Dimensions, Ethnicity, FreeSchoolMeals, Language, NcYear, Need, Phase,
    PlaceIndex, Provision, Sex,
};

/// A pupil's counted codes. The fields lie from the most to the least significant bit in the order of
/// [`Cell`]'s own, zero where a field is none, so that keys sort as cells do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct CellKey(pub(crate) u32);

/// One field of the key: how far it is shifted and how many bits it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    shift: u32,
    bits: u32,
}

pub(crate) const PROVISION: Field = Field { shift: 28, bits: 3 };
pub(crate) const PRIMARY: Field = Field { shift: 23, bits: 5 };
pub(crate) const SECONDARY: Field = Field { shift: 18, bits: 5 };
pub(crate) const NC_YEAR: Field = Field { shift: 13, bits: 5 };
pub(crate) const SEX: Field = Field { shift: 11, bits: 2 };
pub(crate) const FSM: Field = Field { shift: 9, bits: 2 };
pub(crate) const ETHNICITY: Field = Field { shift: 4, bits: 5 };
pub(crate) const LANGUAGE: Field = Field { shift: 2, bits: 2 };
pub(crate) const SPECIALIST: Field = Field { shift: 0, bits: 2 };

impl Field {
    pub(crate) fn of(self, value: u32) -> u32 {
        value << self.shift
    }

    pub(crate) fn in_key(self, key: CellKey) -> u32 {
        (key.0 >> self.shift) & self.mask()
    }

    fn mask(self) -> u32 {
        (1 << self.bits) - 1
    }
}

/// Places of provisions in their field, as [`Provision`] is ordered.
const PROVISIONS: [Provision; 5] = [
    Provision::NoSen,
    Provision::SenSupport,
    Provision::Plan,
    Provision::Total,
    Provision::NotStated,
];

pub(crate) fn need_bits(need: Option<Need>) -> u32 {
    need.map_or(0, |need| 1 + need as u32)
}

fn need_from(bits: u32) -> Option<Need> {
    Need::ALL.get((bits as usize).checked_sub(1)?).copied()
}

/// An unreadable or missing year group counts as one that is not followed.
pub(crate) fn nc_year_bits(reading: Reading<NcYear>) -> u32 {
    match reading {
        Reading::Absent => 0,
        Reading::Of(NcYear::N1) => 1,
        Reading::Of(NcYear::N2) => 2,
        Reading::Of(NcYear::Reception) => 3,
        Reading::Of(NcYear::Year(year)) => 3 + u32::from(year),
        Reading::Of(NcYear::NotFollowed) | Reading::Blank | Reading::Unreadable => 18,
    }
}

fn nc_year_from(bits: u32) -> Option<NcYear> {
    Some(match bits {
        1 => NcYear::N1,
        2 => NcYear::N2,
        3 => NcYear::Reception,
        4..=17 => NcYear::Year(u8::try_from(bits - 3).expect("at most 14")),
        18 => NcYear::NotFollowed,
        _ => return None,
    })
}

pub(crate) fn sex_bits(reading: Reading<Sex>) -> u32 {
    match reading {
        Reading::Absent => 0,
        Reading::Of(Sex::Female) => 1,
        Reading::Of(Sex::Male) => 2,
        Reading::Of(Sex::Unknown) | Reading::Blank | Reading::Unreadable => 3,
    }
}

pub(crate) fn fsm_bits(reading: Reading<FreeSchoolMeals>) -> u32 {
    match reading {
        Reading::Absent => 0,
        Reading::Of(FreeSchoolMeals::Eligible) => 1,
        Reading::Of(FreeSchoolMeals::NotEligible) => 2,
        Reading::Of(FreeSchoolMeals::Unknown) | Reading::Blank | Reading::Unreadable => 3,
    }
}

/// A missing or unreadable ethnicity counts as not yet obtained.
pub(crate) fn ethnicity_bits(reading: Reading<Ethnicity>) -> u32 {
    match reading {
        Reading::Absent => 0,
        Reading::Of(group) => 1 + group as u32,
        Reading::Blank | Reading::Unreadable => 1 + Ethnicity::Nobt as u32,
    }
}

pub(crate) fn language_bits(reading: Reading<Language>) -> u32 {
    match reading {
        Reading::Absent => 0,
        Reading::Of(Language::English) => 1,
        Reading::Of(Language::Other) => 2,
        Reading::Of(Language::Unclassified) | Reading::Blank | Reading::Unreadable => 3,
    }
}

pub(crate) fn specialist_bits(unit: Reading<bool>, resourced: Reading<bool>) -> u32 {
    if unit == Reading::Of(true) || resourced == Reading::Of(true) {
        2
    } else {
        u32::from(unit != Reading::Absent || resourced != Reading::Absent)
    }
}

pub(crate) fn provision_bits(reading: Reading<ProvisionCode>) -> u32 {
    match reading {
        Reading::Of(code) => code.provision() as u32,
        Reading::Absent | Reading::Blank | Reading::Unreadable => Provision::NotStated as u32,
    }
}

impl CellKey {
    /// The key of a record. Needs of a pupil without provision are not counted; a pupil with provision and no
    /// readable need of rank 1 counts as [`Need::Missing`].
    pub(crate) fn of(record: &Record) -> Self {
        let (mut primary, mut secondary) = (None, None);
        if let (true, Some(needs)) = (record.has_sen(), record.needs.as_ref()) {
            let first = needs.of_rank(1);
            primary = Some(first.unwrap_or(Need::Missing));
            secondary = needs.of_rank(2).filter(|second| first != Some(*second));
        }
        Self(
            PROVISION.of(provision_bits(record.provision))
                | PRIMARY.of(need_bits(primary))
                | SECONDARY.of(need_bits(secondary))
                | NC_YEAR.of(nc_year_bits(record.nc_year))
                | SEX.of(sex_bits(record.sex))
                | FSM.of(fsm_bits(record.fsm))
                | ETHNICITY.of(ethnicity_bits(record.ethnicity))
                | LANGUAGE.of(language_bits(record.language))
                | SPECIALIST.of(specialist_bits(record.unit, record.resourced)),
        )
    }

    /// With the fields of dimensions that are not carried set to none.
    pub(crate) fn mask(dimensions: Dimensions) -> u32 {
        [
            (Dimension::PrimaryNeed, PRIMARY),
            (Dimension::SecondaryNeed, SECONDARY),
            (Dimension::NcYear, NC_YEAR),
            (Dimension::Sex, SEX),
            (Dimension::FreeSchoolMeals, FSM),
            (Dimension::Ethnicity, ETHNICITY),
            (Dimension::Language, LANGUAGE),
            (Dimension::SpecialistPlace, SPECIALIST),
        ]
        .into_iter()
        .filter(|(dimension, _)| dimensions.carry(*dimension))
        .fold(PROVISION.of(PROVISION.mask()), |mask, (_, field)| {
            mask | field.of(field.mask())
        })
    }

    pub(crate) fn provision(self) -> Provision {
        PROVISIONS[PROVISION.in_key(self) as usize]
    }

    pub(crate) fn primary(self) -> Option<Need> {
        need_from(PRIMARY.in_key(self))
    }

    pub(crate) fn secondary(self) -> Option<Need> {
        need_from(SECONDARY.in_key(self))
    }

    pub(crate) fn nc_year(self) -> Option<NcYear> {
        nc_year_from(NC_YEAR.in_key(self))
    }

    /// The cell of this key at a place and time.
    pub(crate) fn cell(self, place: PlaceIndex, year: AcademicYear, phase: Phase, pupils: u32) -> Cell {
        let mut cell = Cell::new(place, year, Some(phase), self.provision(), pupils);
        cell.primary_need = self.primary();
        cell.secondary_need = self.secondary();
        cell.nc_year = self.nc_year();
        cell.sex = match SEX.in_key(self) {
            0 => None,
            1 => Some(Sex::Female),
            2 => Some(Sex::Male),
            _ => Some(Sex::Unknown),
        };
        cell.fsm = match FSM.in_key(self) {
            0 => None,
            1 => Some(FreeSchoolMeals::Eligible),
            2 => Some(FreeSchoolMeals::NotEligible),
            _ => Some(FreeSchoolMeals::Unknown),
        };
        cell.ethnicity = (ETHNICITY.in_key(self) as usize)
            .checked_sub(1)
            .and_then(|at| Ethnicity::ALL.get(at).copied());
        cell.language = match LANGUAGE.in_key(self) {
            0 => None,
            1 => Some(Language::English),
            2 => Some(Language::Other),
            _ => Some(Language::Unclassified),
        };
        cell.specialist_provision = match SPECIALIST.in_key(self) {
            0 => None,
            1 => Some(false),
            _ => Some(true),
        };
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::CellKey;
    use crate::record::ProvisionCode::{A, E, K, N};
    use crate::record::example::{sound, with_sen};
    use crate::record::{Reading, Record};
    use proptest::prelude::*;
    use senlens_model::{Cell, Dimensions, Need, Phase, PlaceIndex, Provision};

    fn cell(record: &Record) -> Cell {
        CellKey::of(record).cell(PlaceIndex(0), record.year, Phase::Primary, 1)
    }

    #[test]
    fn what_is_counted_of_odd_records() {
        for (record, provision, primary, secondary) in [
            (with_sen(N, &[(1, "MLD")]), Provision::NoSen, None, None),
            (with_sen(K, &[]), Provision::SenSupport, Some(Need::Missing), None),
            (with_sen(A, &[]), Provision::SenSupport, Some(Need::Missing), None),
            (
                with_sen(E, &[(2, "MLD")]),
                Provision::Plan,
                Some(Need::Missing),
                Some(Need::Mld),
            ),
            (
                with_sen(K, &[(1, "MLD"), (2, "MLD")]),
                Provision::SenSupport,
                Some(Need::Mld),
                None,
            ),
            (
                with_sen(K, &[(2, "ASD"), (1, "MLD")]),
                Provision::SenSupport,
                Some(Need::Mld),
                Some(Need::Asd),
            ),
            (
                Record {
                    needs: None,
                    ..with_sen(K, &[])
                },
                Provision::SenSupport,
                None,
                None,
            ),
            (
                Record {
                    provision: Reading::Unreadable,
                    ..sound()
                },
                Provision::NotStated,
                None,
                None,
            ),
        ] {
            let cell = cell(&record);
            assert_eq!(
                (cell.sen_provision, cell.primary_need, cell.secondary_need),
                (provision, primary, secondary)
            );
        }
    }

    #[test]
    fn masking_leaves_provision_alone() {
        let key = CellKey::of(&with_sen(K, &[(1, "MLD")]));
        let masked = CellKey(key.0 & CellKey::mask(Dimensions::default()));
        let cell = masked.cell(PlaceIndex(0), sound().year, Phase::Primary, 1);
        assert_eq!(
            cell,
            Cell::new(
                PlaceIndex(0),
                sound().year,
                Some(Phase::Primary),
                Provision::SenSupport,
                1
            )
        );
    }

    proptest! {
        /// Keys sort as cells do.
        #[test]
        fn keys_sort_as_cells(left in key(), right in key()) {
            let as_cell = |key: CellKey| key.cell(PlaceIndex(0), sound().year, Phase::Primary, 1);
            prop_assert_eq!(left.cmp(&right), as_cell(left).cmp(&as_cell(right)));
        }
    }

    fn key() -> impl Strategy<Value = CellKey> {
        (
            0u32..5,
            0u32..=16,
            0u32..=16,
            0u32..=18,
            0u32..4,
            0u32..4,
            0u32..=20,
            0u32..4,
            0u32..3,
        )
            .prop_map(|(a, b, c, d, e, f, g, h, i)| {
                CellKey(
                    super::PROVISION.of(a)
                        | super::PRIMARY.of(b)
                        | super::SECONDARY.of(c)
                        | super::NC_YEAR.of(d)
                        | super::SEX.of(e)
                        | super::FSM.of(f)
                        | super::ETHNICITY.of(g)
                        | super::LANGUAGE.of(h)
                        | super::SPECIALIST.of(i),
                )
            })
    }
}
