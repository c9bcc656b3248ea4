//! Invented schools, and how each layout writes them.

use proptest::prelude::*;
use senlens_model::Need;
use std::fmt::Write as _;

/// Needs of the wide layout, in its order.
pub(crate) const NEEDS: [Need; 13] = [
    Need::Spld,
    Need::Mld,
    Need::Sld,
    Need::Pmld,
    Need::Semh,
    Need::Slcn,
    Need::Hi,
    Need::Vi,
    Need::Msi,
    Need::Pd,
    Need::Asd,
    Need::Oth,
    Need::Nsa,
];

/// One provision as printed: none is a symbol.
#[derive(Debug, Clone)]
pub(crate) struct Provided {
    pub(crate) total: Option<u32>,
    pub(crate) needs: [Option<u32>; 13],
}

/// One school as printed.
#[derive(Debug, Clone)]
pub(crate) struct Invented {
    pub(crate) urn: u32,
    pub(crate) phase: &'static str,
    pub(crate) district: Option<&'static str>,
    pub(crate) roll: u32,
    pub(crate) support: Provided,
    pub(crate) plan: Provided,
    pub(crate) unit: bool,
    pub(crate) resourced: bool,
    pub(crate) provision_for: Vec<Need>,
}

const IDENTITY: &str = "time_period,time_identifier,geographic_level,country_code,country_name,region_code,\
                        region_name,old_la_code,new_la_code,la_name";

fn identity(out: &mut String) {
    out.push_str(
        "202223,Academic year,School,E92000001,England,E12000006,East of England,881,E10000012,Essex",
    );
}

fn symbol(count: Option<u32>) -> String {
    count.map_or_else(|| "z".to_owned(), |count| count.to_string())
}

impl Invented {
    fn laestab(&self) -> String {
        format!("881{:04}", self.urn % 10_000)
    }

    fn name(&self) -> String {
        format!("\"School {}, Essex\"", self.urn)
    }

    fn district(&self) -> (&str, &str) {
        self.district
            .map_or(("Unknown", "Unknown"), |code| (code, "A district"))
    }
}

/// As the wide layout writes them.
pub(crate) fn wide(schools: &[Invented]) -> String {
    let mut out = format!(
        "{IDENTITY},URN,estab,school_name,laestab,phase_type_grouping,district_administrative_code,\
         district_administrative_name,Total pupils,SEN support,EHC plan"
    );
    for prefix in ["EHC_Primary_need_", "SUP_Primary_need_", "Prov_"] {
        for need in NEEDS {
            write!(out, ",{prefix}{}", need.as_str().to_lowercase()).expect("to memory");
        }
    }
    out.push_str(",SEN_Unit,RP_Unit\n");
    for school in schools {
        identity(&mut out);
        let (district, district_name) = school.district();
        write!(
            out,
            ",{},{:04},{},{},{},{district},{district_name},{},{},{}",
            school.urn,
            school.urn % 10_000,
            school.name(),
            school.laestab(),
            school.phase,
            school.roll,
            symbol(school.support.total),
            symbol(school.plan.total),
        )
        .expect("to memory");
        for count in school.plan.needs.iter().chain(&school.support.needs) {
            write!(out, ",{}", symbol(*count)).expect("to memory");
        }
        for need in NEEDS {
            write!(out, ",{}", u8::from(school.provision_for.contains(&need))).expect("to memory");
        }
        writeln!(out, ",{},{}", u8::from(school.unit), u8::from(school.resourced)).expect("to memory");
    }
    out
}

/// As the long layout writes them: header first, then the rows.
pub(crate) fn long_rows(schools: &[Invented]) -> (String, Vec<String>) {
    let mut header = format!(
        "{IDENTITY},school_urn,school_laestab,school_name,phase_type_grouping,district_administrative_code,\
         district_administrative_name"
    );
    for need in NEEDS {
        write!(header, ",provision_for_{}", need.as_str().to_lowercase()).expect("to memory");
    }
    header
        .push_str(",specialist_provision_unit_type,sen_provision,sen_primary_need,pupil_count,pupil_percent");
    let mut rows = Vec::new();
    for school in schools {
        let mut start = String::new();
        identity(&mut start);
        let (district, district_name) = school.district();
        let urn = if school.urn == 100_000 {
            "1e+05".to_owned()
        } else {
            school.urn.to_string()
        };
        write!(
            start,
            ",{urn},{},{},{},{district},{district_name}",
            school.laestab(),
            school.name(),
            school.phase
        )
        .expect("to memory");
        for need in NEEDS {
            write!(start, ",{}", u8::from(school.provision_for.contains(&need))).expect("to memory");
        }
        let mut row = |unit: &str, provision: &str, need: &str, count: Option<u32>| {
            rows.push(format!(
                "{start},{unit},\"{provision}\",\"{need}\",{},1.5",
                symbol(count)
            ));
        };
        row("All pupils", "All pupils", "All pupils", Some(school.roll));
        for (unit, has) in [
            ("SEN unit", school.unit),
            ("Resourced provision", school.resourced),
        ] {
            row(unit, "All pupils", "All pupils", Some(u32::from(has) * 3));
        }
        for (label, provided) in [
            ("Education, health and care plan", &school.plan),
            ("SEN support / SEN without an EHC plan", &school.support),
        ] {
            row("All pupils", label, "Total", provided.total);
            for (need, count) in NEEDS.iter().zip(provided.needs) {
                row("All pupils", label, need.in_words(), count);
            }
        }
    }
    (header, rows)
}

/// Header and rows put together.
pub(crate) fn joined(header: &str, rows: &[String]) -> String {
    let mut out = format!("{header}\n");
    for row in rows {
        out.push_str(row);
        out.push('\n');
    }
    out
}

fn provided() -> impl Strategy<Value = Provided> {
    let count = proptest::option::weighted(0.95, 0..12_u32);
    (
        proptest::array::uniform13(count),
        proptest::option::weighted(0.9, -3..4_i64),
    )
        .prop_map(|(needs, off)| {
            let sum: u32 = needs.iter().flatten().sum();
            let total = off.map(|off| u32::try_from((i64::from(sum) + off).max(0)).expect("not negative"));
            Provided { total, needs }
        })
}

/// Any schools, with numbers that fit each other or not.
pub(crate) fn any_schools() -> impl Strategy<Value = Vec<Invented>> {
    let school = (
        proptest::sample::select(vec![
            "State-funded primary",
            "State-funded secondary",
            "Independent school",
        ]),
        proptest::option::weighted(0.9, proptest::sample::select(vec!["E07000071", "E07000076"])),
        100..900_u32,
        provided(),
        provided(),
        any::<(bool, bool)>(),
        proptest::sample::subsequence(NEEDS.to_vec(), 0..3),
    )
        .prop_map(
            |(phase, district, roll, support, plan, (unit, resourced), provision_for)| Invented {
                urn: 100_000,
                phase,
                district,
                roll,
                support,
                plan,
                unit,
                resourced,
                provision_for,
            },
        );
    proptest::collection::vec(school, 1..6).prop_map(|mut schools| {
        for (urn, school) in (100_000..).zip(&mut schools) {
            school.urn = urn;
        }
        schools
    })
}

/// One plain school.
pub(crate) fn plain(urn: u32) -> Invented {
    let none = [Some(0); 13];
    let mut support = Provided {
        total: Some(20),
        needs: none,
    };
    (support.needs[1], support.needs[5]) = (Some(12), Some(8));
    let mut plan = Provided {
        total: Some(5),
        needs: none,
    };
    plan.needs[10] = Some(5);
    Invented {
        urn,
        phase: "State-funded primary",
        district: Some("E07000071"),
        roll: 200,
        support,
        plan,
        unit: false,
        resourced: false,
        provision_for: Vec::new(),
    }
}
