//! The tables `audit_plan` and `corrected_prevalence`.

use super::gathered::Gathered;
use super::places::OWN;
use senlens_release::{Cell, Table};

pub(super) fn audit_plan() -> Table {
    let mut rows = Gathered::default();
    let mut add = |level, code: &str, name: &str, provision, recorded, group, held, draw, wording: &str| {
        rows.key(level, code, name, "Total", provision);
        rows.text("recorded", recorded);
        rows.text("group", group);
        rows.count("held", Cell::Shown(held));
        rows.count("to_look_at", Cell::Shown(draw));
        let margin = if group == "all" {
            Cell::Shown(0.05)
        } else {
            Cell::NotApplicable
        };
        rows.number("margin", margin);
        rows.text("wording", wording);
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
    Table::new("audit_plan", rows.columns)
}

pub(super) fn corrected() -> Table {
    let mut rows = Gathered::default();
    for (need, recorded, pupils, range) in [
        ("MLD", 5_786, 5_150.2, 240.0),
        ("SLCN", 6_552, 6_961.0, 201.5),
        ("SEMH", 7_550, 7_799.4, 188.0),
    ] {
        rows.key("Local authority", OWN, "Saltmarsh", "Total", "Total");
        rows.text("primary_need", need);
        rows.count("recorded", Cell::Shown(recorded));
        rows.number("pupils", Cell::Shown(pupils));
        rows.number("lower", Cell::Shown(pupils - range));
        rows.number("upper", Cell::Shown(pupils + range));
        rows.count("population", Cell::Shown(221_845));
        rows.number("per_hundred", Cell::Shown(pupils / 2_218.45));
        rows.number("per_hundred_lower", Cell::Shown((pupils - range) / 2_218.45));
        rows.number("per_hundred_upper", Cell::Shown((pupils + range) / 2_218.45));
        rows.count("looked_at", Cell::Shown(304));
        rows.number("confidence", Cell::Shown(0.95));
        rows.text("wording", "");
    }
    Table::new("corrected_prevalence", rows.columns)
}
