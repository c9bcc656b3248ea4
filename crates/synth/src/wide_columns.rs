//! The columns of the Department's wide school-level layout of 2022/23, which every family of invented schools writes.

use senlens_model::Need;

/// How many needs the layouts of 2022/23 carry.
pub(crate) const NEED_COUNT: usize = 13;

/// The needs in the order of the wide layout's columns.
pub(crate) const NEEDS: [Need; NEED_COUNT] = [
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

/// The columns that say which school it is, shared by name and order with the long layout in all but a few.
const IDENTITY: [&str; 32] = [
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_name",
    "region_code",
    "old_la_code",
    "new_la_code",
    "la_name",
    "URN",
    "estab",
    "school_name",
    "laestab",
    "open_date",
    "sex_of_school_description",
    "phase_type_grouping",
    "type_of_establishment",
    "middle_school",
    "all_through",
    "hospital_school",
    "denomination",
    "admissions_policy",
    "district_administrative_code",
    "district_administrative_name",
    "parlc_code",
    "parlc_name",
    "ward_code",
    "ward_name",
    "urban_rural",
    "school_postcode",
    "LSOA11",
];

/// The `Prov_` columns, spelt as the Department spells them: four beginning with a capital, then eight without.
const PROVIDED: [&str; 12] = [
    "Prov_SPLD",
    "Prov_MLD",
    "Prov_SLD",
    "Prov_PMLD",
    "Prov_SEMH",
    "prov_slcn",
    "prov_hi",
    "prov_vi",
    "prov_msi",
    "prov_pd",
    "prov_asd",
    "prov_oth",
];

/// The needs that provision can be for: all but "no specialist assessment".
pub(crate) fn provided_needs() -> impl Iterator<Item = Need> {
    NEEDS.into_iter().filter(|need| need.is_type())
}

/// Every column of the layout, in order.
pub(crate) fn header() -> Vec<String> {
    let mut columns: Vec<String> = IDENTITY.map(str::to_owned).to_vec();
    columns.extend(["Total pupils", "SEN support", "EHC plan"].map(str::to_owned));
    for provision in ["EHC", "SUP"] {
        columns
            .extend(NEEDS.map(|need| format!("{provision}_Primary_need_{}", need.as_str().to_lowercase())));
    }
    columns.extend(PROVIDED.map(str::to_owned));
    columns.extend(["SEN_Unit", "RP_Unit"].map(str::to_owned));
    columns
}
