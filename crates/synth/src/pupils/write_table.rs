//! Writes pupil extracts as CSV, Parquet and Arrow.

use super::invent::InventedPupil;
use super::marks::MARKS;
use arrow::{
    array::{ArrayRef, Date32Builder, RecordBatch, StringBuilder, StringDictionaryBuilder},
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef},
    error::ArrowError,
};
use senlens_model::{AcademicYear, Date};
use std::{
    fmt::Write as _,
    io::{self, Write},
    sync::Arc,
};

/// Columns of a census extract, and with what may be joined to it.
const OF_CENSUS: usize = 22;
const ALL: usize = OF_CENSUS + MARKS.len();

fn width(with_marks: bool) -> usize {
    if with_marks { ALL } else { OF_CENSUS }
}

/// Columns with the names of the National Pupil Database and of the pupil information service.
const NAMES: [&str; ALL] = [
    "AcademicYear",
    "LA",
    "LAEstab",
    "URN",
    "UPN",
    "FormerUPN",
    "Surname",
    "Forename",
    "DOB",
    "Sex",
    "Ethnicity",
    "FSMeligible",
    "Language",
    "EnrolStatus",
    "NCyearActual",
    "SENprovision",
    "PrimarySENtype",
    "SecondarySENtype",
    "SENunitIndicator",
    "ResourcedProvisionIndicator",
    "Postcode",
    "Boarder",
    MARKS[0],
    MARKS[1],
    MARKS[2],
    MARKS[3],
];

/// The same columns as a management information system might call them, in its order.
const THEIR_NAMES: [&str; ALL] = [
    "Census Year",
    "Authority",
    "DfE No",
    "School Reference",
    "Unique Pupil Number",
    "Previous UPN",
    "Legal Surname",
    "Legal Forename",
    "Date of Birth",
    "Gender",
    "Ethnicity Code",
    "Free School Meals",
    "First Language",
    "Enrolment Status",
    "Year Group",
    "SEN Status",
    "SEN Need 1",
    "SEN Need 2",
    "In Unit",
    "In Resourced Provision",
    "Home Postcode",
    "Boarding",
    "Absent a Tenth",
    "Times Suspended",
    "Phonics Met",
    "Met Age Expectation",
];

/// The mapping file for [`THEIR_NAMES`].
pub(super) fn mapping(with_marks: bool) -> String {
    let mut text = String::from("[columns]\n");
    for (ours, theirs) in NAMES[..width(with_marks)].iter().zip(THEIR_NAMES) {
        if !matches!(*ours, "Surname" | "Forename" | "Postcode" | "Boarder") {
            let _ = writeln!(text, "{ours} = \"{theirs}\"");
        }
    }
    text.push_str(
        "[values.SENprovision]\n\"No SEN\" = \"N\"\n\"SEN Support\" = \"K\"\n\"EHC Plan\" = \"E\"\n\
         [values.FSMeligible]\n\"Yes\" = \"1\"\n\"No\" = \"0\"\n",
    );
    text
}

fn need(pupil: &InventedPupil, rank: &str) -> &'static str {
    pupil
        .needs
        .iter()
        .find(|(at, _)| *at == rank)
        .map_or("", |(_, need)| need)
}

fn cells(pupil: &InventedPupil, year: &str) -> [String; ALL] {
    [
        year.to_owned(),
        pupil.la.clone(),
        pupil.laestab.clone(),
        pupil.urn.clone(),
        pupil.upn.clone(),
        pupil.former_upn.clone(),
        pupil.surname.clone(),
        pupil.forename.clone(),
        pupil.born.clone(),
        pupil.sex.to_owned(),
        pupil.ethnicity.to_owned(),
        pupil.fsm.to_owned(),
        pupil.language.to_owned(),
        pupil.enrolment.to_owned(),
        pupil.nc_year.to_owned(),
        pupil.provision.to_owned(),
        need(pupil, "1").to_owned(),
        need(pupil, "2").to_owned(),
        pupil.unit.to_owned(),
        pupil.resourced.to_owned(),
        pupil.postcode.clone(),
        "N".to_owned(),
        pupil.marks[0].to_owned(),
        pupil.marks[1].to_owned(),
        pupil.marks[2].to_owned(),
        pupil.marks[3].to_owned(),
    ]
}

/// The header of an extract.
pub(super) fn csv_header(out: &mut impl Write, is_mapped: bool, with_marks: bool) -> io::Result<()> {
    let names = if is_mapped { THEIR_NAMES } else { NAMES };
    writeln!(out, "{}", names[..width(with_marks)].join(","))
}

/// Rows of an extract; mapped ones write words where the census has codes.
pub(super) fn csv_rows(
    out: &mut impl Write,
    year: AcademicYear,
    pupils: &[InventedPupil],
    is_mapped: bool,
    with_marks: bool,
) -> io::Result<()> {
    let year = year.to_string();
    for pupil in pupils {
        let mut cells = cells(pupil, &year);
        if is_mapped {
            cells[15] = String::from(match pupil.provision {
                "N" => "No SEN",
                "K" => "SEN Support",
                "E" => "EHC Plan",
                other => other,
            });
            cells[11] = String::from(match pupil.fsm {
                "1" => "Yes",
                "0" => "No",
                other => other,
            });
            cells[7] = format!("\"{}\"", cells[7]);
        }
        writeln!(out, "{}", cells[..width(with_marks)].join(","))?;
    }
    Ok(())
}

/// Which columns Parquet and Arrow carry: names and postcodes are left out, codes are dictionaries.
const COLUMNS: [usize; 22] = [
    0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 23, 24, 25,
];

fn columns(with_marks: bool) -> &'static [usize] {
    let marks = if with_marks { 0 } else { MARKS.len() };
    &COLUMNS[..COLUMNS.len() - marks]
}

/// The schema of Parquet and Arrow extracts.
pub(super) fn schema(with_marks: bool) -> SchemaRef {
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields: Vec<Field> = columns(with_marks)
        .iter()
        .map(|&at| {
            let kind = match NAMES[at] {
                "UPN" | "FormerUPN" => DataType::Utf8,
                "DOB" => DataType::Date32,
                _ => dictionary.clone(),
            };
            Field::new(NAMES[at], kind, true)
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// A batch of pupils; blanks are nulls.
pub(super) fn batch(
    year: AcademicYear,
    pupils: &[InventedPupil],
    with_marks: bool,
) -> Result<RecordBatch, ArrowError> {
    let year = year.to_string();
    let mut texts: Vec<StringBuilder> = (0..2).map(|_| StringBuilder::new()).collect();
    let mut born = Date32Builder::new();
    let mut codes: Vec<StringDictionaryBuilder<Int32Type>> = columns(with_marks)
        .iter()
        .map(|_| StringDictionaryBuilder::new())
        .collect();
    for pupil in pupils {
        let coded: [&str; ALL] = [
            &year,
            &pupil.la,
            &pupil.laestab,
            &pupil.urn,
            "",
            "",
            "",
            "",
            "",
            pupil.sex,
            pupil.ethnicity,
            pupil.fsm,
            pupil.language,
            pupil.enrolment,
            pupil.nc_year,
            pupil.provision,
            need(pupil, "1"),
            need(pupil, "2"),
            pupil.unit,
            pupil.resourced,
            "",
            "",
            pupil.marks[0],
            pupil.marks[1],
            pupil.marks[2],
            pupil.marks[3],
        ];
        let optional = |text: &'_ str| (!text.is_empty()).then(|| text.to_owned());
        texts[0].append_option(optional(&pupil.upn));
        texts[1].append_option(optional(&pupil.former_upn));
        born.append_option(days(&pupil.born));
        for (builder, at) in codes.iter_mut().zip(columns(with_marks).iter().copied()) {
            if !matches!(at, 4 | 5 | 8) {
                let text = coded[at];
                builder.append_option((!text.is_empty()).then_some(text));
            }
        }
    }
    let mut texts = texts.into_iter();
    let arrays: Vec<ArrayRef> = codes
        .into_iter()
        .zip(columns(with_marks).iter().copied())
        .map(|(mut builder, at)| -> ArrayRef {
            match at {
                4 | 5 => Arc::new(texts.next().expect("two columns of text").finish()),
                8 => Arc::new(born.finish()),
                _ => Arc::new(builder.finish()),
            }
        })
        .collect();
    RecordBatch::try_new(schema(with_marks), arrays)
}

/// Days since 1970 of a date that is one.
fn days(date: &str) -> Option<i32> {
    date.parse().ok().map(Date::days_since_1970)
}

#[cfg(test)]
mod tests {
    #[test]
    fn days_of_known_dates() {
        assert_eq!(super::days("1970-01-01"), Some(0));
        assert_eq!(super::days("2000-02-29"), Some(11_016));
        assert_eq!(super::days("2022-09-28"), Some(19_263));
        assert_eq!(super::days("2015-02-31"), None);
    }
}
