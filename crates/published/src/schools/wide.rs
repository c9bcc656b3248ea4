//! One school a row: the Department's wide layout, and any table a mapping file describes.

use super::{
    SchoolFile, SchoolRow,
    identity::{IdentityColumns, IdentityReader},
    specialist::{Flags, SpecialistColumns},
};
use crate::{
    MappedColumns, ReadOptions,
    column_selector::{ColumnSelector, Row, Text},
    counts::{ALWAYS_COUNTED, PlaceCounts, Printed, ProvisionCounts},
    layout::{Layout, LayoutPage, Reads, column, lacking, missing_columns, wrong_layout},
    number::{Count, NOT_A_COUNT, Symbols, looks_like_a_share, parse_count},
    table::Table,
};
use senlens_files::{Note, Problem, RowAccount, Screening, counted};
use senlens_model::{Need, fold};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::SchoolWide,
    in_words: "wide school file",
    is: |header| {
        let has = |prefix| header.after_prefix(prefix).next().is_some();
        has("ehc_primary_need_") || has("sup_primary_need_")
    },
    needs: &[
        ("URN", column::URN),
        ("school_name", column::SCHOOL_NAME),
        ("phase_type_grouping", column::PHASE),
        ("old_la_code", column::LA_CODE),
        ("la_name", column::LA_NAME),
        ("Total pupils", column::PUPILS),
        ("SEN support", column::SEN_SUPPORT),
        ("EHC plan", column::EHC_PLAN),
    ],
    read: Reads::Schools(read_wide),
};

/// Any table of schools that a mapping file describes: no header tells it.
pub(crate) static MAPPED: LayoutPage = LayoutPage {
    layout: Layout::SchoolMapped,
    in_words: "table of schools, by mapping file",
    is: |_| false,
    needs: &[],
    read: Reads::Schools(read_mapped),
};

struct WideColumns {
    layout: String,
    identity: IdentityColumns,
    specialist: SpecialistColumns,
    pupils: Option<usize>,
    support: usize,
    plan: usize,
    support_needs: Vec<(usize, Need)>,
    plan_needs: Vec<(usize, Need)>,
    /// What values of a column stand for, by slot.
    values: Vec<(usize, BTreeMap<String, String>)>,
}

impl WideColumns {
    /// A row's fields with each value that the mapping file explains as it says; none where it explains none.
    fn meant<'a>(&'a self, fields: &[&'a str]) -> Option<Vec<&'a str>> {
        if self.values.is_empty() {
            return None;
        }
        let mut meant = fields.to_vec();
        for (slot, values) in &self.values {
            let folded = fold(fields[*slot]);
            let alike = || {
                values
                    .iter()
                    .find(|(theirs, _)| fold(theirs) == folded)
                    .map(|(_, ours)| ours)
            };
            if let Some(ours) = values.get(fields[*slot]).or_else(alike) {
                meant[*slot] = ours;
            }
        }
        Some(meant)
    }
}

/// Reads a table in the Department's wide layout.
fn read_wide(table: &Table, options: &ReadOptions) -> Result<SchoolFile, Screening> {
    let header = &table.header;
    let missing = missing_columns(header, Layout::SchoolWide);
    if !missing.is_empty() {
        let mut screening = lacking(&table.file, Layout::SchoolWide, &missing);
        let columns = (0..header.width()).map(|column| header.name(column));
        let shares = columns.filter(|name| missing.iter().any(|count| is_share_of(name, count)));
        screening.extend(shares.map(|name| share_for_count(table, name)));
        return Err(screening);
    }
    let mut selector = ColumnSelector::default();
    let mut slot = |aliases: &[&str]| selector.slot(header.find(aliases).expect("checked to be there"));
    let (pupils, support, plan) = (
        Some(slot(column::PUPILS)),
        slot(column::SEN_SUPPORT),
        slot(column::EHC_PLAN),
    );
    let mut screening = Screening::new();
    let mut needs = |prefix: &str| {
        let mut needs = Vec::new();
        let mut taken: BTreeMap<Need, usize> = BTreeMap::new();
        for (column, label) in header.after_prefix(prefix) {
            match label.parse() {
                Ok(need) => {
                    if let Some(first) = taken.insert(need, column) {
                        screening.push(
                            Problem::of_file(&table.file, "two columns are of one type of need")
                                .at_row(1)
                                .in_column(header.name(column))
                                .seen(&format!("{need}, as in {}", header.name(first)))
                                .remedy("delete one of them"),
                        );
                    }
                    needs.push((selector.slot(column), need));
                }
                Err(_) => screening.push(
                    Problem::of_file(
                        &table.file,
                        "a column of counts is for no type of need the Department uses",
                    )
                    .at_row(1)
                    .seen(header.name(column)),
                ),
            }
        }
        // A need without its column would be read as a need that no pupil has.
        let lacks = |need: &&Need| !needs.iter().any(|(_, known)| known == *need);
        let semh = needs
            .iter()
            .any(|(_, need)| matches!(need, Need::Semh | Need::Besd));
        for need in ALWAYS_COUNTED
            .iter()
            .filter(lacks)
            .chain((!semh).then_some(&Need::Semh))
        {
            let plans = prefix.starts_with('e');
            let column = format!(
                "{}_Primary_need_{}",
                if plans { "EHC" } else { "SUP" },
                need.as_str().to_lowercase()
            );
            screening.extend(lacking(&table.file, Layout::SchoolWide, &[column.as_str()]).problems());
        }
        needs
    };
    let (plan_needs, support_needs) = (needs("ehc_primary_need_"), needs("sup_primary_need_"));
    let columns = WideColumns {
        layout: Layout::SchoolWide.in_words().to_owned(),
        identity: IdentityColumns::of_department(header, &mut selector),
        specialist: SpecialistColumns::of_department(header, "prov_", &mut selector),
        pupils,
        support,
        plan,
        support_needs,
        plan_needs,
        values: Vec::new(),
    };
    if !columns.identity.year.is_carried() && options.year.is_none() {
        screening.append(lacking(&table.file, Layout::SchoolWide, &["time_period"]));
    }
    if screening.is_clean() {
        read(table, &columns, &selector, options)
    } else {
        Err(screening)
    }
}

/// Reads a table as a mapping file says.
fn read_mapped(table: &Table, options: &ReadOptions) -> Result<SchoolFile, Screening> {
    let Some(mapping) = &options.mapping else {
        return Err(wrong_layout(table, &[Layout::SchoolWide, Layout::SchoolLong]));
    };
    let mut finder = Finder {
        table,
        selector: ColumnSelector::default(),
        screening: Screening::new(),
    };
    let (mapped, constants) = (&mapping.columns, &mapping.constants);
    let constant = |value: Option<String>| value.map_or(Text::Absent, Text::Constant);
    let identity = IdentityColumns {
        level: finder.text(mapped.geographic_level.as_ref(), Text::Absent),
        year: finder.text(
            mapped.time_period.as_ref(),
            constant(constants.time_period.map(|year| year.to_string())),
        ),
        urn: finder.text(Some(&mapped.urn), Text::Absent),
        laestab: finder.text(mapped.laestab.as_ref(), Text::Absent),
        name: finder.text(Some(&mapped.school_name), Text::Absent),
        kind: finder.text(mapped.type_of_establishment.as_ref(), Text::Absent),
        phase: finder.text(
            mapped.phase_type_grouping.as_ref(),
            constant(constants.phase_type_grouping.map(|phase| phase.to_string())),
        ),
        la_code: finder.text(
            mapped.old_la_code.as_ref(),
            constant(constants.old_la_code.map(|code| code.to_string())),
        ),
        la_name: finder.text(mapped.la_name.as_ref(), constant(constants.la_name.clone())),
        la_area_code: finder.text(
            mapped.new_la_code.as_ref(),
            constant(constants.new_la_code.map(|code| code.to_string())),
        ),
        region_code: finder.text(
            mapped.region_code.as_ref(),
            constant(constants.region_code.map(|code| code.to_string())),
        ),
        region_name: finder.text(
            mapped.region_name.as_ref(),
            constant(constants.region_name.clone()),
        ),
        district_code: finder.text(mapped.district_administrative_code.as_ref(), Text::Absent),
        district_name: finder.text(mapped.district_administrative_name.as_ref(), Text::Absent),
    };
    let pupils = mapped.pupils.as_ref().map(|name| finder.slot(name));
    let (support, plan) = (finder.slot(&mapped.sen_support), finder.slot(&mapped.ehc_plan));
    finder.check_counts(mapped);
    let mut needs = |columns: &BTreeMap<Need, String>| -> Vec<(usize, Need)> {
        columns
            .iter()
            .map(|(need, name)| (finder.slot(name), *need))
            .collect()
    };
    let (support_needs, plan_needs) = (needs(&mapped.sen_support_needs), needs(&mapped.ehc_plan_needs));
    let specialist_needs = needs(&mapped.provision_for);
    let specialist = SpecialistColumns {
        unit: mapped.sen_unit.as_ref().map(|name| finder.slot(name)),
        resourced_provision: mapped.resourced_provision.as_ref().map(|name| finder.slot(name)),
        needs: specialist_needs,
    };
    let values = mapping
        .values
        .iter()
        .map(|(column, values)| (finder.slot(column), values.clone()))
        .collect();
    let Finder {
        selector,
        mut screening,
        ..
    } = finder;
    if !identity.year.is_carried() && options.year.is_none() {
        screening.push(
            Problem::of_file(
                &table.file,
                "neither the mapping nor the options say of which year this table is",
            )
            .remedy("map time_period to a column or a constant, or say --year, such as --year 202223"),
        );
    }
    if !screening.is_clean() {
        return Err(screening);
    }
    let columns = WideColumns {
        layout: format!("{}: {}", Layout::SchoolMapped.in_words(), mapping.description),
        identity,
        specialist,
        pupils,
        support,
        plan,
        support_needs,
        plan_needs,
        values,
    };
    read(table, &columns, &selector, options)
}

/// Whether a column's name says that it holds shares, not numbers of pupils.
fn is_share(name: &str) -> bool {
    let words = |c: char| !c.is_alphanumeric() && c != '%';
    name.to_lowercase().split(words).any(|word| {
        word.contains('%')
            || matches!(
                word,
                "percent" | "percentage" | "pct" | "pc" | "share" | "proportion" | "rate"
            )
    })
}

/// Whether a column holds shares of what another counts: `% SEN support` of `SEN support`.
fn is_share_of(name: &str, count: &str) -> bool {
    is_share(name) && fold(name).contains(&fold(count))
}

fn share_for_count(table: &Table, name: &str) -> Problem {
    Problem::of_file(
        &table.file,
        "a column of shares stands where numbers of pupils are needed",
    )
    .at_row(1)
    .in_column(name)
    .remedy("give numbers of pupils: percentages and shares cannot be added up")
}

/// Finds mapped columns by their names as they stand.
struct Finder<'a> {
    table: &'a Table,
    selector: ColumnSelector,
    screening: Screening,
}

impl Finder<'_> {
    fn text(&mut self, name: Option<&String>, otherwise: Text) -> Text {
        name.map_or(otherwise, |name| Text::Slot(self.slot(name)))
    }

    /// Counts come from columns of numbers, each from one of its own.
    fn check_counts(&mut self, mapped: &MappedColumns) {
        let needs = mapped
            .sen_support_needs
            .values()
            .chain(mapped.ehc_plan_needs.values());
        let counts = [&mapped.sen_support, &mapped.ehc_plan];
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for name in counts.into_iter().chain(&mapped.pupils).chain(needs) {
            if is_share(name) {
                self.screening.push(share_for_count(self.table, name));
            }
            if !taken.insert(name.trim()) {
                self.screening.push(
                    Problem::of_file(&self.table.file, "the mapping file takes two counts from one column")
                        .in_column(name)
                        .remedy("name a column of its own for each count, or leave the one out that the table has not"),
                );
            }
        }
    }

    fn slot(&mut self, name: &str) -> usize {
        if let Some(column) = self.table.header.find_loosely(name) {
            return self.selector.slot(column);
        }
        self.screening.push(
            Problem::of_file(
                &self.table.file,
                "a column that the mapping file names is missing",
            )
            .seen(name)
            .remedy("mend the mapping file, or give the table it was written for"),
        );
        0
    }
}

fn read(
    table: &Table,
    columns: &WideColumns,
    selector: &ColumnSelector,
    options: &ReadOptions,
) -> Result<SchoolFile, Screening> {
    let mut account = table.account(&columns.layout);
    let mut identities = IdentityReader::default();
    let (mut symbols, mut flags) = (Symbols::default(), Flags::default());
    let mut screening = Screening::new();
    let mut schools = Vec::new();
    table.each_row(selector.columns(), |number, fields| {
        let meant = columns.meant(fields);
        let fields = meant.as_deref().unwrap_or(fields);
        let row = Row {
            number,
            fields,
            table,
            selector,
        };
        if fields.iter().all(|field| field.is_empty()) {
            account.reject(RowAccount::BLANK, 1);
            return;
        }
        if !IdentityReader::is_school_row(&columns.identity, &row) {
            account.reject(RowAccount::TOTAL, 1);
            return;
        }
        let identity = &columns.identity;
        let year = identities.year(identity, options.year, &row, &mut screening);
        if options.year.is_some() && year.is_some() && year != options.year {
            account.reject(RowAccount::OTHER_YEAR, 1);
            return;
        }
        let urn = identities.urn(identity, &row, &mut screening);
        let school = urn.and_then(|urn| identities.school(urn, identity, &row, &mut screening));
        let mut count = |slot: usize| count_of_school(slot, &row, &mut symbols, &mut screening);
        let roll = columns.pupils.map_or(Printed::Absent, &mut count);
        let mut provided = |total: usize, needs: &[(usize, Need)]| {
            let mut provided = ProvisionCounts {
                total: count(total),
                ..Default::default()
            };
            for (slot, need) in needs {
                provided.needs[*need] = count(*slot);
            }
            provided
        };
        let support = provided(columns.support, &columns.support_needs);
        let plan = provided(columns.plan, &columns.plan_needs);
        if let (Some(year), Some(mut school)) = (year, school) {
            school.specialist = columns.specialist.read(fields, &mut flags);
            account.accept(1);
            schools.push(SchoolRow {
                row: number,
                rows: 1,
                year,
                school,
                counts: PlaceCounts {
                    roll,
                    support,
                    plan,
                    ..Default::default()
                },
            });
        }
    })?;
    if !screening.is_clean() {
        return Err(screening);
    }
    let mut notes = table.notes.clone();
    identities.notes(&table.file, &columns.identity, &mut notes);
    note_symbols(table, selector, &symbols, &mut notes);
    note_flags(table, &flags, &mut notes);
    Ok(SchoolFile {
        account,
        schools,
        carries_need: !columns.support_needs.is_empty(),
        carries_roll: columns.pupils.is_some(),
        carries_district: columns.identity.district_code.is_carried(),
        notes,
    })
}

/// The largest school of January 2023 had 3,440 pupils; what is far above is a slip of the pen.
const MOST_IN_A_SCHOOL: u32 = 20_000;

/// The count of a school in a slot: as [`count_at`], and no more than a school has.
pub(crate) fn count_of_school(
    slot: usize,
    row: &Row<'_>,
    symbols: &mut Symbols,
    screening: &mut Screening,
) -> Printed {
    match count_at(slot, row, symbols, screening) {
        Printed::Known(count) if count > MOST_IN_A_SCHOOL => {
            row.wrong(
                &Text::Slot(slot),
                row.fields[slot],
                "more pupils than any school has",
                "correct the number, or leave the school out",
                screening,
            );
            Printed::Absent
        }
        count => count,
    }
}

/// The count in a slot; symbols are tallied, what is no count is a problem.
pub(crate) fn count_at(
    slot: usize,
    row: &Row<'_>,
    symbols: &mut Symbols,
    screening: &mut Screening,
) -> Printed {
    let text = row.fields[slot];
    match parse_count(text) {
        Some(Count::Known(count)) => Printed::Known(count),
        Some(Count::Unknown(missing)) => {
            symbols.count(slot, missing);
            Printed::Unknown(missing)
        }
        None => {
            let remedy = if looks_like_a_share(text) {
                "give numbers of pupils: percentages and shares cannot be added up"
            } else {
                ""
            };
            row.wrong(&Text::Slot(slot), text, NOT_A_COUNT, remedy, screening);
            Printed::Absent
        }
    }
}

/// Notes the symbols that stood for counts.
pub(crate) fn note_symbols(
    table: &Table,
    selector: &ColumnSelector,
    symbols: &Symbols,
    notes: &mut Vec<Note>,
) {
    let name_of = |slot: usize| table.header.name(selector.columns()[slot]).to_owned();
    if let Some(said) = symbols.in_words(name_of) {
        notes.push(Note::about(
            &table.file,
            format!("symbols in place of counts were read as not known, never as zero: {said}"),
        ));
    }
}

/// Notes flags of specialist provision that could not be read.
pub(super) fn note_flags(table: &Table, flags: &Flags, notes: &mut Vec<Note>) {
    if flags.unread > 0 {
        notes.push(Note::about(
            &table.file,
            format!(
                "{} of specialist provision neither yes nor no, and were left unread",
                counted(flags.unread, "value is", "values are")
            ),
        ));
    }
}
