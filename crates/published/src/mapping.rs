//! The mapping file: how to read a school table that is none of the Department's layouts.

use senlens_files::Error;
use senlens_model::{AcademicYear, LaCode, Need, Phase};
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the columns of a school table, one school a row, are called (TOML).
///
/// ```
/// # use senlens_published::Mapping;
/// let mapping = Mapping::from_toml(r#"
///     description = "our own school census table"
///     [columns]
///     urn = "School URN"
///     school_name = "School"
///     phase_type_grouping = "Phase"
///     old_la_code = "LA"
///     la_name = "Authority"
///     pupils = "Headcount"
///     sen_support = "K"
///     ehc_plan = "E"
///     [columns.sen_support_needs]
///     MLD = "K MLD"
///     SLCN = "K SLCN"
///     [columns.ehc_plan_needs]
///     MLD = "E MLD"
///     SLCN = "E SLCN"
///     [constants]
///     time_period = "202223"
///     [values.phase_type_grouping]
///     "Not applicable" = "State-funded special school"
/// "#)?;
/// assert_eq!(mapping.columns.pupils.as_deref(), Some("Headcount"));
/// # Ok::<(), senlens_files::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the table is, as printed beside its figures.
    pub description: String,
    /// Our field = the table's column, as its header writes it.
    pub columns: MappedColumns,
    /// Fields that are the same in every row and stand in no column.
    #[serde(default)]
    pub constants: Constants,
    /// What the table writes = what it stands for, by column as its header writes it. The file may name our field instead,
    /// or a group of needs (`sen_support_needs`) for all of its columns.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// The names of the columns, by our field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedColumns {
    /// Unique reference number of the school.
    pub urn: String,
    /// School name.
    pub school_name: String,
    /// Pupils with SEN support.
    pub sen_support: String,
    /// Pupils with an education, health and care plan.
    pub ehc_plan: String,
    /// All pupils on roll; without it no rate per pupil can be had.
    pub pupils: Option<String>,
    /// Academic year (or a constant).
    pub time_period: Option<String>,
    /// Phase of school (or a constant).
    pub phase_type_grouping: Option<String>,
    /// Type of establishment: the phase of a school where its phase is `Not applicable`, as Get Information about Schools
    /// has it of special schools, alternative provision and independent schools.
    pub type_of_establishment: Option<String>,
    /// Three-digit number of the authority (or a constant).
    pub old_la_code: Option<String>,
    /// Name of the authority (or a constant).
    pub la_name: Option<String>,
    /// GSS code of the authority (or a constant).
    pub new_la_code: Option<String>,
    /// GSS code of the region (or a constant).
    pub region_code: Option<String>,
    /// Name of the region (or a constant).
    pub region_name: Option<String>,
    /// Authority and establishment number.
    pub laestab: Option<String>,
    /// GSS code of the district the school lies in.
    pub district_administrative_code: Option<String>,
    /// Name of that district.
    pub district_administrative_name: Option<String>,
    /// Level of the row, where the table also holds rows that are not schools: only `School` is read.
    pub geographic_level: Option<String>,
    /// Whether the school has a SEN unit.
    pub sen_unit: Option<String>,
    /// Whether the school has resourced provision.
    pub resourced_provision: Option<String>,
    /// Pupils with SEN support by primary need: census code = column.
    #[serde(default)]
    pub sen_support_needs: BTreeMap<Need, String>,
    /// Pupils with a plan by primary need: census code = column.
    #[serde(default)]
    pub ehc_plan_needs: BTreeMap<Need, String>,
    /// Whether the specialist provision is for a need: census code = column.
    #[serde(default)]
    pub provision_for: BTreeMap<Need, String>,
}

/// Fields that are the same in every row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constants {
    /// Academic year.
    pub time_period: Option<AcademicYear>,
    /// Phase of school.
    pub phase_type_grouping: Option<Phase>,
    /// Three-digit number of the authority.
    pub old_la_code: Option<LaCode>,
    /// Name of the authority.
    pub la_name: Option<String>,
    /// GSS code of the authority.
    pub new_la_code: Option<senlens_model::AreaCode>,
    /// GSS code of the region.
    pub region_code: Option<senlens_model::AreaCode>,
    /// Name of the region.
    pub region_name: Option<String>,
}

impl Mapping {
    /// Reads and checks the text of a mapping file.
    ///
    /// # Errors
    /// When it is not the TOML we ask for; a field stands both as a column and as a constant; one that every table
    /// needs (year apart, which `--year` can give) stands as neither; or needs are mapped for SEN support and not for
    /// plans, or the other way round.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        let unread = |error: toml::de::Error| Error::Mapping {
            message: senlens_model::toml_fault(text, &error),
        };
        let mut mapping: Self = toml::from_str(text).map_err(unread)?;
        mapping.values = values_by_column(mapping.values, &toml::from_str(text).map_err(unread)?)?;
        let (columns, constants) = (&mapping.columns, &mapping.constants);
        let both = [
            (
                "time_period",
                columns.time_period.is_some(),
                constants.time_period.is_some(),
            ),
            (
                "phase_type_grouping",
                columns.phase_type_grouping.is_some(),
                constants.phase_type_grouping.is_some(),
            ),
            (
                "old_la_code",
                columns.old_la_code.is_some(),
                constants.old_la_code.is_some(),
            ),
            ("la_name", columns.la_name.is_some(), constants.la_name.is_some()),
            (
                "new_la_code",
                columns.new_la_code.is_some(),
                constants.new_la_code.is_some(),
            ),
            (
                "region_code",
                columns.region_code.is_some(),
                constants.region_code.is_some(),
            ),
            (
                "region_name",
                columns.region_name.is_some(),
                constants.region_name.is_some(),
            ),
        ];
        for (field, column, constant) in both {
            if column && constant {
                return Err(Error::Mapping {
                    message: format!(
                        "a field stands under both [columns] and [constants]; keep one: `{field}`"
                    ),
                });
            }
            let needed = matches!(field, "phase_type_grouping" | "old_la_code" | "la_name");
            if needed && !column && !constant {
                return Err(Error::Mapping {
                    message: format!("a field is missing; put it under [columns] or [constants]: `{field}`"),
                });
            }
        }
        if columns.sen_support_needs.is_empty() != columns.ehc_plan_needs.is_empty() {
            return Err(Error::Mapping {
                message: "needs must be mapped for both SEN support and plans, or for neither".to_owned(),
            });
        }
        Ok(mapping)
    }
}

/// The values by column of the table, where the file gives them by our field.
fn values_by_column(
    values: BTreeMap<String, BTreeMap<String, String>>,
    file: &toml::Table,
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Error> {
    let fields = file.get("columns").and_then(toml::Value::as_table);
    let columns_of = |value: &toml::Value| -> Vec<String> {
        let of_group = value.as_table().into_iter().flat_map(toml::Table::values);
        let all = std::iter::once(value).chain(of_group);
        all.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let mut by_column: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (field, own) in values {
        let of_field = fields.and_then(|fields| fields.get(&field)).map(columns_of);
        let is_column = || {
            let mut columns = fields
                .into_iter()
                .flat_map(toml::Table::values)
                .flat_map(columns_of);
            columns.any(|column| column == field)
        };
        let columns = match of_field {
            Some(columns) => columns,
            None if is_column() => vec![field],
            None => {
                return Err(Error::Mapping {
                    message: format!("[values.{field}] is of no field or column under [columns]"),
                });
            }
        };
        for column in columns {
            by_column.entry(column).or_default().extend(own.clone());
        }
    }
    Ok(by_column)
}

#[cfg(test)]
mod tests {
    use super::Mapping;

    const PLAIN: &str = "description='d'\n[columns]\nurn='u'\nschool_name='n'\nsen_support='k'\nehc_plan='e'\n\
                         phase_type_grouping='p'\nold_la_code='l'\nla_name='a'\n";

    #[test]
    fn faults_are_named() {
        assert!(Mapping::from_toml(PLAIN).is_ok());
        let missing = PLAIN.replace("la_name='a'\n", "");
        for (text, message) in [
            (
                format!("{PLAIN}[constants]\nla_name='Essex'\n"),
                "not a mapping file: a field stands under both [columns] and [constants]; keep one: `la_name`",
            ),
            (
                missing,
                "not a mapping file: a field is missing; put it under [columns] or [constants]: `la_name`",
            ),
            (
                format!("{PLAIN}[values.district]\nx='y'\n"),
                "not a mapping file: [values.district] is of no field or column under [columns]",
            ),
            (
                format!("{PLAIN}[columns.ehc_plan_needs]\nMLD='m'\n"),
                "not a mapping file: needs must be mapped for both SEN support and plans, or for neither",
            ),
        ] {
            assert_eq!(Mapping::from_toml(&text).expect_err(message).to_string(), message);
        }
        for (line, said) in [
            ("postcode='x'\n", "unknown field `postcode`"),
            ("[constants]\ntime_period='2022'\n", "an academic year"),
            ("[columns.ehc_plan_needs]\nMLDX='m'\n", "a type of need"),
        ] {
            let error = Mapping::from_toml(&format!("{PLAIN}{line}"))
                .expect_err(said)
                .to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn values_stand_under_a_field_a_group_or_a_column() {
        let needs = "[columns.ehc_plan_needs]\nMLD='m'\nASD='s'\n[columns.sen_support_needs]\nMLD='n'\n";
        let values = "[values.phase_type_grouping]\nX='Primary'\n[values.ehc_plan_needs]\nfew='<5'\n[values.k]\nnone='0'\n";
        let mapping = Mapping::from_toml(&format!("{PLAIN}{needs}{values}")).expect("sound");
        let columns: Vec<&str> = mapping.values.keys().map(String::as_str).collect();
        assert_eq!(columns, ["k", "m", "p", "s"]);
        assert_eq!(mapping.values["s"]["few"], "<5");
    }
}
