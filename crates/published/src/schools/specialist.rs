//! Whether a school hosts a SEN unit or resourced provision, and for which needs.

use crate::column_selector::{ColumnSelector, Labels};
use senlens_files::Header;
use senlens_model::{Missing, Need, SpecialistProvision, fold};

/// Where specialist provision stands, by slot.
#[derive(Debug, Default)]
pub(super) struct SpecialistColumns {
    pub(super) unit: Option<usize>,
    pub(super) resourced_provision: Option<usize>,
    pub(super) needs: Vec<(usize, Need)>,
}

impl SpecialistColumns {
    /// `SEN_Unit`, `RP_Unit`, and a column a need under a prefix (`prov_`, `provision_for_`).
    pub(super) fn of_department(header: &Header, prefix: &str, selector: &mut ColumnSelector) -> Self {
        let mut slot = |aliases| header.find(aliases).map(|column| selector.slot(column));
        let unit = slot(&["sen_unit"]);
        let resourced_provision = slot(&["rp_unit", "resourced_provision"]);
        let needs = header
            .after_prefix(prefix)
            .filter_map(|(column, need)| Some((selector.slot(column), need.parse().ok()?)))
            .collect();
        Self {
            unit,
            resourced_provision,
            needs,
        }
    }

    /// What a row says; none when it says nothing.
    pub(super) fn read(&self, fields: &[&str], flags: &mut Flags) -> Option<SpecialistProvision> {
        let mut said = false;
        let mut flag = |slot: Option<usize>| {
            let flag = slot.and_then(|slot| flags.parse(fields[slot]));
            said |= flag.is_some();
            flag == Some(true)
        };
        let mut provision = SpecialistProvision::default();
        provision.unit = flag(self.unit);
        provision.resourced_provision = flag(self.resourced_provision);
        for (slot, need) in &self.needs {
            if flag(Some(*slot)) {
                provision = provision.with_need(*need);
            }
        }
        said.then_some(provision)
    }
}

/// Reads flags, and counts what it could not read.
#[derive(Debug, Default)]
pub(super) struct Flags {
    labels: Labels<Flag>,
    /// Values that are neither yes nor no.
    pub(super) unread: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    Yes,
    No,
    NotKnown,
}

impl Flags {
    fn parse(&mut self, text: &str) -> Option<bool> {
        match self.labels.get(text, flag_of) {
            Some(Flag::Yes) => Some(true),
            Some(Flag::No) => Some(false),
            Some(Flag::NotKnown) => None,
            None => {
                self.unread += 1;
                None
            }
        }
    }
}

fn flag_of(text: &str) -> Option<Flag> {
    if Missing::from_symbol(text).is_some() {
        return Some(Flag::NotKnown);
    }
    // Some years print how many places there are: any number above zero is a yes.
    if let Ok(number) = text.parse::<f64>() {
        return Some(if number > 0.0 { Flag::Yes } else { Flag::No });
    }
    match fold(text).as_str() {
        "yes" | "y" | "true" => Some(Flag::Yes),
        "no" | "n" | "false" | "none" => Some(Flag::No),
        "unknown" | "not applicable" => Some(Flag::NotKnown),
        _ => None,
    }
}

/// What a `specialist_provision_unit_type` says: unit, resourced provision.
pub(super) fn unit_type(text: &str) -> Option<(bool, bool)> {
    let folded = fold(text);
    let none = ["no", "none", "not", "neither", "without"]
        .iter()
        .any(|word| folded.split(' ').next() == Some(word));
    if none || Missing::from_symbol(text).is_some() {
        return Some((false, false));
    }
    let resourced = folded.contains("resourced provision") || folded == "rp";
    let unit = folded.contains("sen unit") || folded == "unit";
    (unit || resourced).then_some((unit, resourced))
}

/// Whether a `specialist_provision_unit_type` stands for all pupils, in or out of a unit.
pub(super) fn is_all_pupils(text: &str) -> bool {
    matches!(fold(text).as_str(), "all pupil" | "total" | "all" | "")
}

#[cfg(test)]
mod tests {
    use super::{Flags, is_all_pupils, unit_type};

    #[test]
    fn flags_of_every_kind() {
        let mut flags = Flags::default();
        for (text, flag) in [
            ("1", Some(true)),
            ("12", Some(true)),
            ("0", Some(false)),
            ("Yes", Some(true)),
            ("no", Some(false)),
            ("z", None),
            ("", None),
        ] {
            assert_eq!(flags.parse(text), flag, "{text}");
        }
        assert_eq!(flags.unread, 0);
        assert_eq!((flags.parse("perhaps"), flags.unread), (None, 1));
    }

    #[test]
    fn unit_types() {
        for (text, said) in [
            ("SEN unit", Some((true, false))),
            ("Resourced provision", Some((false, true))),
            ("Resourced provision and SEN unit", Some((true, true))),
            ("No SEN unit or resourced provision", Some((false, false))),
            ("z", Some((false, false))),
            ("Annexe", None),
        ] {
            assert_eq!(unit_type(text), said, "{text}");
        }
        assert!(is_all_pupils("All pupils") && is_all_pupils("") && !is_all_pupils("SEN unit"));
    }
}
