//! What the labels of provision and need columns mean, totals included.

use senlens_model::{Need, Provision, fold};

/// What a provision column may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ProvisionLabel {
    /// All pupils, with special educational needs or without.
    AllPupils,
    /// SEN support and plans together.
    AllSen,
    /// No special educational needs.
    NoSen,
    /// SEN support.
    SenSupport,
    /// Plans.
    Plan,
}

/// What a need column may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum NeedLabel {
    /// Every pupil of the row's provision.
    Total,
    /// One need.
    Of(Need),
}

/// Reads a provision label of any era.
pub(crate) fn provision_label(text: &str) -> Option<ProvisionLabel> {
    match fold(text).as_str() {
        "all pupil" | "total" | "all" => return Some(ProvisionLabel::AllPupils),
        "all sen"
        | "total sen"
        | "sen"
        | "sen total"
        | "any sen"
        | "any special educational need"
        | "all sen provision" => {
            return Some(ProvisionLabel::AllSen);
        }
        _ => {}
    }
    Some(match text.parse().ok()? {
        Provision::NoSen => ProvisionLabel::NoSen,
        Provision::SenSupport => ProvisionLabel::SenSupport,
        Provision::Plan => ProvisionLabel::Plan,
        Provision::Total => ProvisionLabel::AllSen,
        Provision::NotStated => return None,
    })
}

/// Reads a need label of any era. Rows of pupils without special educational needs carry `Total` or a symbol.
pub(crate) fn need_label(text: &str) -> Option<NeedLabel> {
    match fold(text).as_str() {
        "total" | "all pupil" | "all" | "all need" | "" | "z" | "not applicable" => Some(NeedLabel::Total),
        _ => text.parse().ok().map(NeedLabel::Of),
    }
}

/// Whether a label of any other column stands for the total over it.
pub(crate) fn is_total(text: &str) -> bool {
    let folded = fold(text);
    let first = folded.split(' ').next().unwrap_or_default();
    // "All other pupils" are some of them.
    (matches!(first, "total" | "all") && !folded.starts_with("all other"))
        || matches!(folded.as_str(), "" | "z")
}

#[cfg(test)]
mod tests {
    use super::{NeedLabel, ProvisionLabel, is_total, need_label, provision_label};
    use senlens_model::Need;

    #[test]
    fn totals_are_no_provision_and_no_need() {
        for (text, label) in [
            ("All pupils", Some(ProvisionLabel::AllPupils)),
            ("Total", Some(ProvisionLabel::AllPupils)),
            ("No SEN provision", Some(ProvisionLabel::NoSen)),
            (
                "SEN support / SEN without an EHC plan",
                Some(ProvisionLabel::SenSupport),
            ),
            ("Education, health and care plans", Some(ProvisionLabel::Plan)),
            ("SEN total", Some(ProvisionLabel::AllSen)),
            ("School Action", None),
        ] {
            assert_eq!(provision_label(text), label, "{text}");
        }
        for (text, label) in [
            ("Total", Some(NeedLabel::Total)),
            ("All pupils", Some(NeedLabel::Total)),
            ("z", Some(NeedLabel::Total)),
            ("Missing", Some(NeedLabel::Of(Need::Missing))),
            ("moderate learning difficulty", Some(NeedLabel::Of(Need::Mld))),
            ("mathematics", None),
        ] {
            assert_eq!(need_label(text), label, "{text}");
        }
        assert!(!is_total("All other pupils"));
        assert!(is_total("All EHC plans") && is_total("Total state-funded") && !is_total("Male"));
    }
}
