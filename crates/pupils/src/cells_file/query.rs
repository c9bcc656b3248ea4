//! The same count as SQL, for pupil records that already live in a database: only counts need leave it.

use super::column::{FLAGS, MEALS, NC_YEARS, PROVISIONS, SEXES, Words, ethnicities, needs};
use crate::codes;
use senlens_model::{Ethnicity, Need, ProvisionCode};
use std::{
    fmt::{self, Write as _},
    str::FromStr,
};

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// `DuckDB`.
    DuckDb,
    /// `PostgreSQL`.
    Postgres,
    /// Microsoft SQL Server.
    TSql,
    /// Google `BigQuery`.
    BigQuery,
}

/// A word that names no dialect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a dialect we write (duckdb, postgres, tsql, bigquery): `{0}`")]
pub struct NoSuchDialect(pub String);

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 4] = [Self::DuckDb, Self::Postgres, Self::TSql, Self::BigQuery];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DuckDb => "duckdb",
            Self::Postgres => "postgres",
            Self::TSql => "tsql",
            Self::BigQuery => "bigquery",
        }
    }

    /// The type of text, as a cast names it.
    fn text(self) -> &'static str {
        match self {
            Self::DuckDb => "varchar",
            Self::Postgres => "text",
            Self::TSql => "varchar(40)",
            Self::BigQuery => "string",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = NoSuchDialect;
    fn from_str(text: &str) -> Result<Self, NoSuchDialect> {
        let mut all = Self::ALL.into_iter();
        all.find(|dialect| dialect.as_str() == text)
            .ok_or_else(|| NoSuchDialect(text.to_owned()))
    }
}

/// The query that counts cells from a table `pupils` (columns by their National Pupil Database names) and a table
/// `schools` (columns by the Department's). Its result, saved as CSV or Parquet, is a cells file.
///
/// The lists of codes in it are worked out from the readers' own, so that both count the same.
pub fn cells_query(dialect: Dialect) -> String {
    let text = |column: &str| format!("upper(trim(cast({column} as {})))", dialect.text());
    let case = |column: &str, groups: &[(String, Vec<String>)], otherwise: &str| {
        let mut sql = format!("case {}", text(column));
        for (word, codes) in groups {
            for code in codes {
                let _ = write!(sql, " when '{code}' then '{word}'");
            }
        }
        format!("{sql} else {otherwise} end")
    };
    let provision = groups(&PROVISIONS, &letters(), |code| {
        codes::provision(code.as_bytes()).map(ProvisionCode::provision)
    });
    let is_sen = {
        let mut codes: Vec<String> = Vec::new();
        for (word, of) in &provision {
            let has_sen = PROVISIONS
                .iter()
                .any(|(provision, name)| name == word && provision.is_sen());
            if has_sen {
                codes.extend(of.iter().cloned());
            }
        }
        format!("{} in ('{}')", text("p.SENprovision"), codes.join("', '"))
    };
    let need_codes: Vec<String> = Need::ALL.iter().map(|need| need.as_str().to_owned()).collect();
    let need_groups = groups(&needs(), &need_codes, |code| codes::need(code.as_bytes()));
    let primary = format!(
        "case when {is_sen} then {} end",
        case("p.PrimarySENtype", &need_groups, "'MISSING'")
    );
    let secondary = format!(
        "case when {is_sen} then {} end",
        case("p.SecondarySENtype", &need_groups, "null")
    );
    let year_codes: Vec<String> = two_characters();
    let year_groups = groups(&NC_YEARS, &year_codes, |code| codes::nc_year(code.as_bytes()));
    // Whatever is no year group is one that is not followed.
    let year_groups: Vec<_> = year_groups.into_iter().filter(|(word, _)| word != "X").collect();
    let nc_year = case("p.NCyearActual", &year_groups, "'X'");
    let words = [
        "1", "2", "0", "M", "F", "U", "Y", "N", "T", "MALE", "FEMALE", "TRUE", "FALSE", "YES", "NO",
    ]
    .map(str::to_owned);
    let sexes = groups(&SEXES, &words, |code| codes::sex(code.as_bytes()));
    let sexes: Vec<_> = sexes.into_iter().filter(|(word, _)| word != "Unknown").collect();
    let sex = case("p.Sex", &sexes, "'Unknown'");
    let meals = groups(&MEALS, &words, |code| codes::free_school_meals(code.as_bytes()));
    let fsm = case("p.FSMeligible", &meals, "'Unknown'");
    let extended = groups(&ethnicities(), &four_letters(), |code| {
        codes::ethnicity(code.as_bytes())
    });
    let extended: Vec<_> = extended.into_iter().filter(|(word, _)| word != "NOBT").collect();
    let ethnicity = case("p.Ethnicity", &extended, "'NOBT'");
    let flags = groups(&FLAGS, &words, |code| codes::flag(code.as_bytes()));
    let yes: Vec<String> = flags
        .iter()
        .filter(|(word, _)| word == "true")
        .flat_map(|(_, codes)| codes.clone())
        .collect();
    let yes = yes.join("', '");
    let specialist = format!(
        "case when {} in ('{yes}') or {} in ('{yes}') then 'true' else 'false' end",
        text("p.SENunitIndicator"),
        text("p.ResourcedProvisionIndicator"),
    );
    let provision = case("p.SENprovision", &provision, "'Not stated'");
    let as_text = |column: &str| format!("cast({column} as {})", dialect.text());
    let school = |one: &str, other: &str| format!("coalesce({}, {})", as_text(one), as_text(other));
    let fields = [
        (as_text("p.AcademicYear"), "time_period"),
        ("'School'".to_owned(), "geographic_level"),
        (school("e.school_urn", "u.school_urn"), "area_code"),
        (school("e.school_urn", "u.school_urn"), "urn"),
        (school("e.school_laestab", "u.school_laestab"), "laestab"),
        (school("e.phase_type_grouping", "u.phase_type_grouping"), "phase"),
        (
            school("e.district_administrative_code", "u.district_administrative_code"),
            "district_code",
        ),
        (school("e.old_la_code", "u.old_la_code"), "la_code"),
        (nc_year, "nc_year"),
        (sex, "sex"),
        (fsm, "fsm"),
        (ethnicity, "ethnicity"),
        (specialist, "specialist_provision"),
        (provision, "sen_provision"),
        (primary, "primary_need"),
        (secondary, "secondary_need"),
    ];
    let names: Vec<&str> = fields.iter().map(|(_, name)| *name).collect();
    let listed: Vec<String> = fields
        .iter()
        .map(|(sql, name)| format!("        {sql} as {name}"))
        .collect();
    let grouped = |names: &[&str]| names.join(", ");
    let selected: Vec<String> = names
        .iter()
        .map(|name| match *name {
            // The same need twice is one need.
            "secondary_need" => {
                "case when secondary_need = primary_need then null else secondary_need end as secondary_need"
                    .to_owned()
            }
            name => name.to_owned(),
        })
        .collect();
    format!(
        "-- senlens cells, for {dialect}: how many pupils of a spring census are alike, school by school.
-- Save the result as CSV or Parquet: it is a cells file, for `senlens run --pupils FILE`. It holds small counts: internal.
-- pupils:  one row a pupil, columns by their National Pupil Database names; of one term (types of need are a spring
--          item), each pupil once in a school (senlens itself counts the first of several such rows).
-- schools: one row a school, columns by the Department's names, as in its school-level file; a school that has
--          converted belongs in it under its LAESTAB of the census. Pupils of a school that is not in it are left out.
with pupil as (
    select
{}
    from pupils p
    left join schools e on {} = {}
    left join schools u on {} = {}
    where (e.school_urn is not null or u.school_urn is not null)
      and ({} is null or {} not in ('S', 'G'))
),
once as (
    select
        {}
    from pupil
)
select {}, count(*) as pupils
from once
group by {}
order by {}
",
        listed.join(",\n"),
        as_text("e.school_laestab"),
        as_text("p.LAEstab"),
        as_text("u.school_urn"),
        as_text("p.URN"),
        text("p.EnrolStatus"),
        text("p.EnrolStatus"),
        selected.join(",\n        "),
        grouped(&names),
        grouped(&names),
        grouped(&names),
    )
}

/// For each value, the codes that are read as it.
fn groups<T: Copy + PartialEq>(
    words: &Words<T>,
    codes: &[String],
    read: impl Fn(&str) -> Option<T>,
) -> Vec<(String, Vec<String>)> {
    words
        .iter()
        .map(|(value, word)| {
            let of = codes.iter().filter(|code| read(code) == Some(*value)).cloned();
            ((*word).to_owned(), of.collect::<Vec<_>>())
        })
        .filter(|(_, codes)| !codes.is_empty())
        .collect()
}

fn letters() -> Vec<String> {
    ('A'..='Z').map(String::from).collect()
}

fn two_characters() -> Vec<String> {
    let one: Vec<char> = ('0'..='9').chain('A'..='Z').collect();
    let singles = one.iter().map(char::to_string);
    let pairs = one
        .iter()
        .flat_map(|a| one.iter().map(move |b| format!("{a}{b}")));
    singles.chain(pairs).collect()
}

/// Every four letters that may begin a code of ethnicity.
fn four_letters() -> Vec<String> {
    let firsts: Vec<char> = Ethnicity::ALL
        .iter()
        .filter_map(|group| group.as_str().chars().next())
        .collect();
    ('A'..='Z')
        .filter(|letter| firsts.contains(letter))
        .flat_map(|a| {
            ('A'..='Z').flat_map(move |b| {
                ('A'..='Z').flat_map(move |c| ('A'..='Z').map(move |d| String::from_iter([a, b, c, d])))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Dialect, cells_query};

    #[test]
    fn every_dialect_is_named_and_counts() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.as_str().parse(), Ok(dialect));
            let sql = cells_query(dialect);
            assert!(
                sql.contains("count(*) as pupils") && sql.contains(dialect.text()),
                "{sql}"
            );
            // Codes folded as the readers fold them.
            for part in [
                "when 'OPOL' then 'OOTH'",
                "when 'A' then 'SEN support'",
                "when '00' then 'R'",
            ] {
                assert!(sql.contains(part), "{part}");
            }
        }
        assert!("oracle".parse::<Dialect>().is_err());
    }
}
