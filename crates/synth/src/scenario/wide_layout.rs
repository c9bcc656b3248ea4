//! Writes an invented England in the column layout of the Department's wide school-level SEN file.

use std::io::{self, Write};

use crate::wide_columns::header;

use super::geography::{ESSEX_DISTRICTS, ESSEX_QUADRANTS};
use super::{
    ASD, MLD, NEED_GROUPS, NSA, REST, SEMH, SLCN, SPLD, ScenarioPhase, SimulatedEngland, SimulatedSchool,
};

const REGIONS: [(&str, &str); 9] = [
    ("North East", "E12000001"),
    ("North West", "E12000002"),
    ("Yorkshire and The Humber", "E12000003"),
    ("East Midlands", "E12000004"),
    ("West Midlands", "E12000005"),
    ("East of England", "E12000006"),
    ("London", "E12000007"),
    ("South East", "E12000008"),
    ("South West", "E12000009"),
];

/// URN of the first school; the schools follow in order, so that the truth can be joined to a run's output.
pub const FIRST_URN: u32 = 200_001;

/// Writes the schools as comma-separated rows under the Department's header, for the given `time_period`
/// (`202223`). A school's URN is [`FIRST_URN`] plus its place in [`SimulatedEngland::schools`]. Of the rest, pupils
/// with a plan are written as severe learning difficulty and physical disability by turns, others as physical
/// disability and `other`.
///
/// # Errors
/// What the writer reports.
pub fn write_wide_layout(
    england: &SimulatedEngland,
    time_period: &str,
    output: &mut impl Write,
) -> io::Result<()> {
    writeln!(output, "\u{feff}{}", header().join(","))?;
    let mut establishments = vec![2000_u32; england.authorities.len()];
    for (place, school) in england.schools.iter().enumerate() {
        let establishment = establishments[school.authority];
        establishments[school.authority] += 1;
        let urn = FIRST_URN + place as u32;
        write_school(england, school, time_period, urn, establishment, output)?;
    }
    Ok(())
}

fn write_school(
    england: &SimulatedEngland,
    school: &SimulatedSchool,
    time_period: &str,
    urn: u32,
    establishment: u32,
    output: &mut impl Write,
) -> io::Result<()> {
    let number = england.authorities[school.authority];
    let (region, region_code) = REGIONS[school.region];
    let (authority_code, authority, district_code, district) = if school.quadrant.is_some() {
        let (code, name) = ESSEX_DISTRICTS[school.district];
        (
            "E10000012".to_owned(),
            "Essex".to_owned(),
            code.to_owned(),
            name.to_owned(),
        )
    } else {
        let name = format!("Invented authority {number}");
        let district = format!("Invented district {number}-{}", school.district + 1);
        // E0600 and E0700 codes far above those in use.
        let district_code = format!(
            "E07{:06}",
            100 * u32::from(number) + school.district as u32 + 10_000
        );
        (
            format!("E06{:06}", u32::from(number) + 9000),
            name,
            district_code,
            district,
        )
    };
    let (phase, kind) = match school.phase {
        ScenarioPhase::Primary => ("State-funded primary", "Community school"),
        ScenarioPhase::Secondary => ("State-funded secondary", "Academy converter"),
    };
    let support: u32 = school.support.iter().sum();
    let plans: u32 = school.plans.iter().sum();
    write!(
        output,
        "{time_period},Academic year,School,E92000001,England,{region},{region_code},{number},{authority_code},\
         {authority},{urn},{establishment},Invented school {urn},{number}{establishment},01/09/2000,Mixed,{phase},\
         {kind},,,,No religious character,Not applicable,{district_code},{district},E14000001,Invented constituency,\
         E05000001,Invented ward,Urban minor conurbation,XX1 1XX,E01000001,{},{support},{plans}",
        school.pupils
    )?;
    write_needs(&school.plans, true, output)?;
    write_needs(&school.support, false, output)?;
    let flag = |set: bool| u8::from(set);
    let (unit, mld) = (flag(school.has_unit), flag(school.has_mld_provision));
    writeln!(output, ",0,{mld},0,0,0,0,0,0,0,0,0,0,{unit},0")
}

/// The Department's thirteen columns: spld mld sld pmld semh slcn hi vi msi pd asd oth nsa.
fn write_needs(counts: &[u32; NEED_GROUPS], with_plan: bool, output: &mut impl Write) -> io::Result<()> {
    let half = counts[REST] / 2;
    let other_half = counts[REST] - half;
    let (severe, physical, other) = if with_plan {
        (half, other_half, 0)
    } else {
        (0, half, other_half)
    };
    write!(
        output,
        ",{},{},{severe},0,{},{},0,0,0,{physical},{},{other},{}",
        counts[SPLD], counts[MLD], counts[SEMH], counts[SLCN], counts[ASD], counts[NSA]
    )
}

/// Place in [`ESSEX_QUADRANTS`] as the area file names it, for joining a run's output to the truth.
pub fn quadrant_name(place: usize) -> &'static str {
    ESSEX_QUADRANTS[place].0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn every_row_has_the_columns_of_the_department_and_its_sums() {
        let england = Scenario {
            size: 0.05,
            ..Scenario::default()
        }
        .simulate();
        let mut bytes = Vec::new();
        write_wide_layout(&england, "202223", &mut bytes).expect("writing to memory");
        let text = String::from_utf8(bytes).expect("UTF-8");
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
        assert_eq!(header.len(), 75);
        let column = |name: &str| {
            header
                .iter()
                .position(|seen| *seen == name)
                .expect("a known column")
        };
        let mut rows = 0;
        for line in lines {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), header.len(), "{line}");
            let sum = |from: &str| -> u32 {
                fields[column(from)..column(from) + 13]
                    .iter()
                    .map(|field| field.parse::<u32>().expect("a count"))
                    .sum()
            };
            assert_eq!(
                fields[column("EHC plan")],
                sum("EHC_Primary_need_spld").to_string()
            );
            assert_eq!(
                fields[column("SEN support")],
                sum("SUP_Primary_need_spld").to_string()
            );
            rows += 1;
        }
        assert_eq!(rows, england.schools.len());
    }
}
