//! Tables of the Explore Education Statistics standard: areas by year, provision and need, in rows.
//!
//! Every era names its columns and labels differently and adds columns of its own. What is not known
//! by name is looked at: a column of words that splits the counts is used only through its rows of totals.

mod plan;

use super::{
    areas::{AreaColumns, Areas},
    characteristic::Value,
    group::{Group, cells},
};
use crate::{
    ReadOptions,
    column_selector::{ColumnSelector, Labels, Row, Text},
    counts::{Carried, PlaceCounts, Printed},
    labels::is_total,
    layout::{Layout, LayoutPage, Reads, column, lacking, missing_columns},
    long_table::{PlaceFromRows, is_counted},
    number::Symbols,
    schools::{count_at, note_symbols},
    table::Table,
};
use plan::{CountColumns, Plan, Split};
use senlens_files::{Header, Note, Problem, Reading, RowAccount, Screening, counted};
use senlens_model::{AcademicYear, Dimension, NcYear, NeedLabel, Phase, ProvisionCode, ProvisionLabel};
use std::collections::BTreeMap;

/// Why a row of a hospital school is not used: it is none of the phases compared.
const HOSPITAL: &str = "hospital schools, which are no phase of ours";

/// What a phase column says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PhaseLabel {
    Total,
    Of(Phase),
    Hospital,
}

pub(crate) static PAGE: LayoutPage = LayoutPage {
    layout: Layout::Tidy,
    in_words: "tidy table of areas",
    is: |header| {
        let has = |keys: &[&str]| header.find(keys).is_some();
        has(column::LEVEL) && (has(column::NEED) || has(column::PROVISION)) && !has(column::URN)
    },
    needs: &[
        ("time_period", column::YEAR),
        ("geographic_level", column::LEVEL),
        ("sen_provision", column::PROVISION),
        ("pupil_count", column::COUNT),
    ],
    read: Reads::Areas(read),
};

/// `sen_phase_type`, the first table of every release to 2023/24: SEN support and plans in columns beside the number on
/// roll, by phase, type of establishment and hospital schools.
pub(crate) static PROVISION_IN_COLUMNS: LayoutPage = LayoutPage {
    layout: Layout::ProvisionInColumns,
    in_words: "table of areas by kind of school, provision in columns",
    is: |header| {
        header.find(column::LEVEL).is_some()
            && header.find(column::URN).is_none()
            && provision_columns(header).len() >= 3
    },
    needs: &[
        ("time_period", column::YEAR),
        ("geographic_level", column::LEVEL),
        ("total_pupils", column::PUPILS),
        ("sen_support", column::SEN_SUPPORT),
        ("ehc_plan", column::EHC_PLAN),
    ],
    read: Reads::Areas(read_provision_in_columns),
};

/// The columns of counts that are named for a provision, or for all pupils.
fn provision_columns(header: &Header) -> Vec<(usize, ProvisionLabel)> {
    let of_column = |index: usize| {
        let key = header.key(index);
        if column::PUPILS.contains(&key) {
            return Some((index, ProvisionLabel::AllPupils));
        }
        match key.replace('_', " ").parse() {
            Ok(label @ ProvisionLabel::Of(_)) if key.len() > 1 => Some((index, label)),
            _ => None,
        }
    };
    (0..header.width()).filter_map(of_column).collect()
}

fn read(table: &Table, options: &ReadOptions) -> Result<Reading, Screening> {
    let mut missing = missing_columns(&table.header, Layout::Tidy);
    // A table of needs alone counts SEN support and plans together.
    missing.retain(|name| *name != "sen_provision" || table.header.find(column::NEED).is_none());
    if !missing.is_empty() {
        return Err(lacking(&table.file, Layout::Tidy, &missing));
    }
    read_areas(table, options, Layout::Tidy)
}

fn read_provision_in_columns(table: &Table, options: &ReadOptions) -> Result<Reading, Screening> {
    let missing = missing_columns(&table.header, Layout::ProvisionInColumns);
    if !missing.is_empty() {
        return Err(lacking(&table.file, Layout::ProvisionInColumns, &missing));
    }
    read_areas(table, options, Layout::ProvisionInColumns)
}

fn read_areas(table: &Table, options: &ReadOptions, layout: Layout) -> Result<Reading, Screening> {
    let mut selector = ColumnSelector::default();
    let area_columns = AreaColumns::new(&table.header, &mut selector);
    let counts = if layout == Layout::ProvisionInColumns {
        let columns = provision_columns(&table.header).into_iter();
        CountColumns::ByProvision(
            columns
                .map(|(index, label)| (selector.slot(index), label))
                .collect(),
        )
    } else {
        let column = table.header.find(column::COUNT).expect("checked to be there");
        CountColumns::One(selector.slot(column))
    };
    let plan = Plan::of(table, counts, &mut selector)?;
    let mut reader = Reader::new(table, options, &selector, &plan, layout);
    table.each_row(selector.columns(), |number, fields| {
        reader.take(number, fields, &area_columns);
    })?;
    reader.finish()
}

struct Reader<'a> {
    table: &'a Table,
    options: &'a ReadOptions,
    selector: &'a ColumnSelector,
    plan: &'a Plan,
    account: RowAccount,
    screening: Screening,
    symbols: Symbols,
    areas: Areas,
    years: Labels<AcademicYear>,
    phases: Labels<PhaseLabel>,
    provisions: Labels<ProvisionLabel>,
    needs: Labels<NeedLabel>,
    groups: BTreeMap<Group, PlaceFromRows>,
    /// Accepted rows that gave the roll, in case it turns out to be the number with SEN.
    roll_rows: u64,
    no_sen_rows: u64,
    /// Rows whose year groups come to more than their total.
    years_over: u64,
}

impl<'a> Reader<'a> {
    fn new(
        table: &'a Table,
        options: &'a ReadOptions,
        selector: &'a ColumnSelector,
        plan: &'a Plan,
        layout: Layout,
    ) -> Self {
        Self {
            table,
            options,
            selector,
            plan,
            account: table.account(layout.in_words()),
            screening: Screening::new(),
            symbols: Symbols::default(),
            areas: Areas::default(),
            years: Labels::default(),
            phases: Labels::default(),
            provisions: Labels::default(),
            needs: Labels::default(),
            groups: BTreeMap::new(),
            roll_rows: 0,
            no_sen_rows: 0,
            years_over: 0,
        }
    }

    fn take(&mut self, number: u64, fields: &[&str], area_columns: &AreaColumns) {
        let row = Row {
            number,
            fields,
            table: self.table,
            selector: self.selector,
        };
        let plan = self.plan;
        if fields.iter().all(|field| field.is_empty()) {
            return self.account.reject(RowAccount::BLANK, 1);
        }
        let Some(place) = self.areas.of_row(area_columns, &row, &mut self.screening) else {
            return self.account.reject(super::OTHER_LEVEL, 1);
        };
        let Some(year) = self.label(&row, &Text::Slot(plan.year), LabelOf::Year) else {
            return;
        };
        if self.options.year.is_some_and(|wanted| wanted != year) {
            return self.account.reject(RowAccount::OTHER_YEAR, 1);
        }
        let mut group = Group::of(place, year);
        match plan.split(fields) {
            Split::Breakdown => return self.account.reject(RowAccount::TOTAL, 1),
            Split::Of(values) => values.into_iter().flatten().for_each(|value| group.set(value)),
        }
        let phase = self.phase(&row);
        let (provision, need) = (self.provision(&row), self.need(&row));
        let (Some(phase), Some(provision), Some(need)) = (phase, provision, need) else {
            return;
        };
        match (phase, plan.carries_phase) {
            (PhaseLabel::Hospital, _) => return self.account.reject(HOSPITAL, 1),
            (PhaseLabel::Of(phase), true) => group.phase = Some(phase),
            (PhaseLabel::Total, false) => {}
            (PhaseLabel::Of(_), false) | (PhaseLabel::Total, true) => {
                return self.account.reject(RowAccount::TOTAL, 1);
            }
        }
        let count = match &plan.counts {
            CountColumns::One(count) => *count,
            CountColumns::ByProvision(columns) => return self.take_provisions(group, columns, &row),
        };
        let total = count_at(count, &row, &mut self.symbols, &mut self.screening);
        if !self.gather(group, provision, need, total, &row) {
            return;
        }
        if is_counted(provision, need, plan.carries_need, plan.apart) {
            self.account.accept(1);
            self.roll_rows += u64::from(provision == ProvisionLabel::AllPupils && need == NeedLabel::Total);
            self.no_sen_rows += u64::from(provision == ProvisionLabel::Of(ProvisionCode::N));
        } else {
            self.account.reject(RowAccount::TOTAL, 1);
        }
    }

    /// Puts the counts of a row with provision in columns into their group.
    fn take_provisions(&mut self, group: Group, columns: &[(usize, ProvisionLabel)], row: &Row<'_>) {
        for (slot, provision) in columns {
            let count = count_at(*slot, row, &mut self.symbols, &mut self.screening);
            if !self.gather(group, *provision, NeedLabel::Total, count, row) {
                return;
            }
        }
        self.account.accept(1);
        self.roll_rows += 1;
    }

    /// Puts a row's count, or its counts by year group, into their groups; false when the row stood before.
    fn gather(
        &mut self,
        group: Group,
        provision: ProvisionLabel,
        need: NeedLabel,
        total: Printed,
        row: &Row<'_>,
    ) -> bool {
        let mut parts: Vec<(Option<NcYear>, Printed)> = Vec::new();
        if self.plan.nc_years.is_empty() {
            parts.push((group.nc_year, total));
        } else {
            let mut rest = total;
            for (slot, nc_year) in &self.plan.nc_years {
                let here = count_at(*slot, row, &mut self.symbols, &mut self.screening);
                rest = match (rest, here) {
                    (Printed::Known(rest), Printed::Known(here)) => {
                        self.years_over += u64::from(here > rest);
                        Printed::Known(rest.saturating_sub(here))
                    }
                    // What is left of a number when an unknown is taken from it is not known.
                    (Printed::Known(_), unknown @ Printed::Unknown(_)) => unknown,
                    (rest, _) => rest,
                };
                parts.push((Some(*nc_year), here));
            }
            parts.push((None, rest));
        }
        for (nc_year, count) in parts {
            let place = self.groups.entry(Group { nc_year, ..group }).or_default();
            if let Err(earlier) = place.add(provision, need, count, row.number) {
                let place = self.areas.name(group.place).to_owned();
                self.screening.push(
                    Problem::of_file(
                        &self.table.file,
                        "an area has two rows for one provision and need",
                    )
                    .at_row(row.number)
                    .seen(&format!("{place}, first in row {earlier}"))
                    .remedy("a column splits the counts that we do not know of: keep its totals alone"),
                );
                return false;
            }
        }
        true
    }

    fn label(&mut self, row: &Row<'_>, text: &Text, what: LabelOf) -> Option<AcademicYear> {
        let seen = text.of(row.fields);
        let year = self.years.get(seen, |seen| seen.parse().ok());
        if year.is_none() {
            row.wrong(text, seen, what.rule(), "", &mut self.screening);
        }
        year
    }

    fn phase(&mut self, row: &Row<'_>) -> Option<PhaseLabel> {
        let Some(slot) = self.plan.phase else {
            return Some(PhaseLabel::Total);
        };
        let seen = row.fields[slot];
        let label = self.phases.get(seen, phase_label);
        if label.is_none() {
            row.wrong(
                &Text::Slot(slot),
                seen,
                LabelOf::Phase.rule(),
                "",
                &mut self.screening,
            );
        }
        label
    }

    fn provision(&mut self, row: &Row<'_>) -> Option<ProvisionLabel> {
        let Some(slot) = self.plan.provision else {
            return Some(ProvisionLabel::AllSen);
        };
        let seen = row.fields[slot];
        let label = self.provisions.get(seen, |text| text.parse().ok());
        if label.is_none() {
            row.wrong(
                &Text::Slot(slot),
                seen,
                LabelOf::Provision.rule(),
                "",
                &mut self.screening,
            );
        }
        label
    }

    fn need(&mut self, row: &Row<'_>) -> Option<NeedLabel> {
        let Some(slot) = self.plan.need else {
            return Some(NeedLabel::Total);
        };
        let seen = row.fields[slot];
        let label = self.needs.get(seen, |text| text.parse().ok());
        if label.is_none() {
            row.wrong(
                &Text::Slot(slot),
                seen,
                LabelOf::Need.rule(),
                "",
                &mut self.screening,
            );
        }
        label
    }

    fn finish(mut self) -> Result<Reading, Screening> {
        if !self.screening.is_clean() {
            return Err(self.screening);
        }
        let mut notes = self.table.notes.clone();
        let total_is_sen = self.total_is_sen();
        if total_is_sen {
            self.account.reject_after_all(RowAccount::TOTAL, self.roll_rows);
            let text =
                "its rows of all provisions count pupils with special educational needs, not all on roll";
            notes.push(Note::about(&self.table.file, text));
        }
        let carried = Carried {
            need: self.plan.carries_need,
            roll: !total_is_sen && self.roll_rows + self.no_sen_rows > 0,
            apart: self.plan.apart,
            rounded_to: None,
        };
        let mut more = self.plan.dimensions();
        if self.plan.carries_phase {
            more.push(Dimension::Phase);
        }
        self.plan.notes(&self.table.file, &mut notes);
        if self.years_over > 0 {
            let rows = counted(self.years_over, "time", "times");
            let text = format!("year groups come to more than the row's total {rows}: they stand");
            notes.push(Note::about(&self.table.file, text));
        }
        note_symbols(self.table, self.selector, &self.symbols, &mut notes);
        let groups: BTreeMap<Group, PlaceCounts> = self
            .groups
            .into_iter()
            .map(|(group, place)| (group, place.finished()))
            .filter(|(_, counts)| says_anything(counts))
            .collect();
        let cells = cells(
            groups,
            self.areas,
            carried,
            &more,
            self.plan.covers(),
            self.options.kind,
            &self.account,
            &mut notes,
        )?;
        Ok(Reading {
            cells,
            accounts: vec![self.account],
            notes,
        })
    }

    /// Whether rows of all provisions together count pupils with special educational needs alone: so it is where there
    /// is no row of pupils without, and the number is SEN support and plans wherever all three stand.
    fn total_is_sen(&self) -> bool {
        let is_one_column = matches!(self.plan.counts, CountColumns::One(_));
        if self.no_sen_rows > 0 || !self.plan.apart || !is_one_column {
            return false;
        }
        let mut compared = 0_u64;
        for place in self.groups.values() {
            let counts = place.counts();
            if let (Printed::Known(roll), Printed::Known(support), Printed::Known(plan)) =
                (counts.roll, counts.support.total, counts.plan.total)
            {
                if u64::from(roll) != u64::from(support) + u64::from(plan) {
                    return false;
                }
                compared += u64::from(roll > 0);
            }
        }
        compared > 0
    }
}

/// Groups that only the remainder of year groups made, and of which nothing is left, are no groups.
fn says_anything(counts: &PlaceCounts) -> bool {
    let printed = [
        counts.roll,
        counts.no_sen,
        counts.support.total,
        counts.plan.total,
        counts.together.total,
    ];
    let nothing = |count: &Printed| matches!(count, Printed::Absent | Printed::Known(0));
    let needs = [&counts.support, &counts.plan, &counts.together];
    !printed.iter().all(nothing) || !needs.iter().all(|provided| provided.needs.values().all(nothing))
}

fn phase_label(text: &str) -> Option<PhaseLabel> {
    match text.parse() {
        Ok(phase) => Some(PhaseLabel::Of(phase)),
        Err(_) if is_total(text) => Some(PhaseLabel::Total),
        Err(_) if senlens_model::fold(text).contains("hospital") => Some(PhaseLabel::Hospital),
        Err(_) => None,
    }
}

#[derive(Debug, Clone, Copy)]
enum LabelOf {
    Year,
    Phase,
    Provision,
    Need,
}

impl LabelOf {
    fn rule(self) -> &'static str {
        match self {
            Self::Year => "not an academic year (such as 202223)",
            Self::Phase => "not a phase the Department uses",
            Self::Provision => "not a provision the Department uses",
            Self::Need => "not a type of need the Department uses",
        }
    }
}

impl Group {
    fn set(&mut self, value: Value) {
        match value {
            Value::Sex(sex) => self.sex = Some(sex),
            Value::FreeSchoolMeals(fsm) => self.fsm = Some(fsm),
            Value::Ethnicity(ethnicity) => self.ethnicity = Some(ethnicity),
            Value::Language(language) => self.language = Some(language),
            Value::NcYear(nc_year) => self.nc_year = Some(nc_year),
        }
    }
}
