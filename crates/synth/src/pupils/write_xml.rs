//! Writes census returns as XML.

use super::invent::{InventedPupil, InventedSchool};
use senlens_model::{AcademicYear, Term, census_day};
use std::io::{self, Write};

/// Starts a return: the header, with the school where it is one school's.
pub(super) fn start(
    out: &mut impl Write,
    year: AcademicYear,
    la: u16,
    school: Option<&InventedSchool>,
) -> io::Result<()> {
    let january = year.january();
    let (level, estab) = match school {
        Some(school) => ("S", format!("<Estab>{:04}</Estab>", school.estab)),
        None => ("L", String::new()),
    };
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Message>\n<Header><CollectionDetails><Collection>SC</Collection><Term>SPR</Term>\
         <Year>{january}</Year><ReferenceDate>{}</ReferenceDate></CollectionDetails>\
         <Source><SourceLevel>{level}</SourceLevel><LEA>{la}</LEA>{estab}<SoftwareCode>senlens synth</SoftwareCode>\
         <Release>1</Release><SerialNo>1</SerialNo></Source></Header>\n",
        census_day(year, Term::Spring)
    )
}

/// A school and its pupils.
pub(super) fn school(
    out: &mut impl Write,
    school: &InventedSchool,
    pupils: &[InventedPupil],
) -> io::Result<()> {
    write!(
        out,
        "<School><SchoolLocation><LEA>{}</LEA><Estab>{:04}</Estab><SchoolName>{}</SchoolName></SchoolLocation></School>\n\
         <Pupils><PupilsOnRoll>\n",
        school.la, school.estab, school.name
    )?;
    for one in pupils {
        pupil(out, one)?;
    }
    out.write_all(b"</PupilsOnRoll></Pupils>\n")
}

/// Ends a return.
pub(super) fn end(out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"</Message>\n")
}

fn pupil(out: &mut impl Write, pupil: &InventedPupil) -> io::Result<()> {
    out.write_all(b"<PupilOnRoll>\n  <PupilIdentifiers>\n")?;
    for (name, value) in [("UPN", &pupil.upn), ("FormerUPN", &pupil.former_upn)] {
        if !value.is_empty() {
            writeln!(out, "    <{name}>{value}</{name}>")?;
        }
    }
    write!(
        out,
        "    <Surname>{}</Surname>\n    <Forename>{}</Forename>\n    <DOB>{}</DOB>\n    <Sex>{}</Sex>\n  </PupilIdentifiers>\n\
         \x20 <PupilCharacteristics>\n    <Ethnicity>{}</Ethnicity>\n",
        pupil.surname, pupil.forename, pupil.born, pupil.sex, pupil.ethnicity
    )?;
    match pupil.fsm {
        "0" => {}
        "1" => out.write_all(
            b"    <FSMperiods>\n      <FSMperiod>\n        <FSMstartDate>2018-09-01</FSMstartDate>\n        <UKcountry>ENG</UKcountry>\n      </FSMperiod>\n    </FSMperiods>\n",
        )?,
        _ => out.write_all(b"    <FSMperiods><FSMperiod><FSMstartDate>2018-09-31</FSMstartDate></FSMperiod></FSMperiods>\n")?,
    }
    write!(
        out,
        "    <Language>{}</Language>\n    <ServiceChild>N</ServiceChild>\n  </PupilCharacteristics>\n  <PupilStatus>\n\
         \x20   <EnrolStatus>{}</EnrolStatus>\n    <EntryDate>2019-09-04</EntryDate>\n    <PartTime>false</PartTime>\n\
         \x20   <Boarder>N</Boarder>\n    <NCyearActual>{}</NCyearActual>\n    <TypeOfClass>O</TypeOfClass>\n  </PupilStatus>\n\
         \x20 <SpecialEducationalNeeds>\n    <SENprovision>{}</SENprovision>\n",
        pupil.language, pupil.enrolment, pupil.nc_year, pupil.provision
    )?;
    if !pupil.needs.is_empty() {
        out.write_all(b"    <SENneeds>\n")?;
        for (rank, need) in &pupil.needs {
            writeln!(
                out,
                "      <SENneed>\n        <SENtypeRank>{rank}</SENtypeRank>\n        <SENtype>{need}</SENtype>\n      </SENneed>"
            )?;
        }
        out.write_all(b"    </SENneeds>\n")?;
    }
    write!(
        out,
        "    <SENunitIndicator>{}</SENunitIndicator>\n    <ResourcedProvisionIndicator>{}</ResourcedProvisionIndicator>\n\
         \x20 </SpecialEducationalNeeds>\n  <HomeInformation>\n    <PostCode>{}</PostCode>\n    <UPRN>100000000001</UPRN>\n\
         \x20 </HomeInformation>\n</PupilOnRoll>\n",
        pupil.unit, pupil.resourced, pupil.postcode
    )
}
