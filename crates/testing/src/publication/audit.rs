//! The tables `audit_plan` and `corrected_prevalence`.

use super::gathered::{Gathered, word};
use super::places::OWN;
use senlens_release::tables::{AuditPlan, CorrectedPrevalence};
use senlens_release::{Cell, Table};

pub(super) fn audit_plan() -> Table {
    let mut rows = Gathered::<AuditPlan>::default();
    let mut add = |level, code: &str, name: &str, provision, recorded, group, held, draw, wording: &str| {
        rows.key(level, code, name, "Total", provision);
        rows.put(AuditPlan::recorded(), word(recorded));
        rows.put(AuditPlan::group(), Cell::Shown(group));
        rows.put(AuditPlan::held(), Cell::Shown(held));
        rows.put(AuditPlan::to_look_at(), Cell::Shown(draw));
        let margin = if group == "all" {
            Cell::Shown(0.05)
        } else {
            Cell::NotApplicable
        };
        rows.put(AuditPlan::margin(), margin);
        rows.put(AuditPlan::wording(), Cell::Shown(wording));
    };
    add(
        "Local authority",
        OWN,
        "Saltmarsh",
        "Total",
        "MLD",
        "all",
        5_786,
        231,
        "Saltmarsh: 231 of 5786 records of MLD (160 lines of the sheet) tell the share that should have another code to \
         within 5 in 100 either way.",
    );
    for school in 0..14 {
        add(
            "School",
            &format!("{}", 990_001 + school),
            &format!("St Brannoc's Primary School {}", school + 1),
            "SEN support",
            "MLD",
            "red",
            41,
            14 - school,
            "look at some records, drawn at random.",
        );
    }
    rows.finish()
}

pub(super) fn corrected() -> Table {
    let mut rows = Gathered::<CorrectedPrevalence>::default();
    for (need, recorded, pupils, range) in [
        ("MLD", 5_786, 5_150.2, 240.0),
        ("SLCN", 6_552, 6_961.0, 201.5),
        ("SEMH", 7_550, 7_799.4, 188.0),
    ] {
        rows.key("Local authority", OWN, "Saltmarsh", "Total", "Total");
        rows.put(CorrectedPrevalence::primary_need(), word(need));
        rows.put(CorrectedPrevalence::recorded(), Cell::Shown(recorded));
        rows.put(CorrectedPrevalence::pupils(), Cell::Shown(pupils));
        rows.put(CorrectedPrevalence::lower(), Cell::Shown(pupils - range));
        rows.put(CorrectedPrevalence::upper(), Cell::Shown(pupils + range));
        rows.put(CorrectedPrevalence::population(), Cell::Shown(221_845));
        rows.put(CorrectedPrevalence::per_hundred(), Cell::Shown(pupils / 2_218.45));
        rows.put(
            CorrectedPrevalence::per_hundred_lower(),
            Cell::Shown((pupils - range) / 2_218.45),
        );
        rows.put(
            CorrectedPrevalence::per_hundred_upper(),
            Cell::Shown((pupils + range) / 2_218.45),
        );
        rows.put(CorrectedPrevalence::looked_at(), Cell::Shown(304));
        rows.put(CorrectedPrevalence::confidence(), Cell::Shown(0.95));
        rows.put(CorrectedPrevalence::wording(), Cell::Shown(""));
    }
    rows.finish()
}
