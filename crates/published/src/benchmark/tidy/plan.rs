//! How one tidy table is to be read: which of its columns split the counts, and which splits are carried.

use crate::{
    benchmark::characteristic::{Characteristic, Value, nc_year_column},
    column_selector::{ColumnSelector, Labels},
    labels::is_total,
    layout::column,
    number::parse_count,
    table::Table,
};
use senlens_files::{Note, Problem, Screening};
use senlens_model::{Coverage, Covers, Dimension, NcYear, NeedLabel, Phase, ProvisionLabel, fold};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many labels a column may have and still split counts; more are names or codes.
const MOST_LABELS: usize = 400;

/// How a table is read.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) year: usize,
    pub(super) phase: Option<usize>,
    pub(super) provision: Option<usize>,
    pub(super) need: Option<usize>,
    pub(super) counts: CountColumns,
    /// Columns of counts of one year group each.
    pub(super) nc_years: Vec<(usize, NcYear)>,
    pub(super) carries_phase: bool,
    pub(super) carries_need: bool,
    /// SEN support and plans stand apart.
    pub(super) apart: bool,
    /// Columns that split the counts by something cells carry, by slot, and whether that split is carried.
    characteristics: Vec<KnownSplit>,
    /// Columns that split the counts by something else: only their totals are read.
    others: Vec<OtherSplit>,
    /// Which schools the rows of all phases are of, where a column of kinds of school tells.
    of_kinds: Option<Coverage>,
    /// How many columns are of secondary needs.
    secondary_need_columns: usize,
    /// The column that tells hospital schools apart, and the phases that have no row of both kinds together.
    hospital: Option<(usize, BTreeSet<String>)>,
}

/// The column that tells hospital schools apart, by its letters.
const HOSPITAL_SCHOOL: &str = "hospital_school";

/// Whether a label says that schools are no hospital schools.
fn is_no(label: &str) -> bool {
    let folded = fold(label);
    folded == "no" || folded.starts_with("not ") || folded.starts_with("non ")
}

/// Part of the names of columns of secondary needs.
const SECONDARY_NEED: &str = "secondary_need";

/// Where the counts stand.
#[derive(Debug)]
pub(super) enum CountColumns {
    /// In one column, of the row's provision and need.
    One(usize),
    /// In a column for all pupils and one for each provision.
    ByProvision(Vec<(usize, ProvisionLabel)>),
}

/// A column that splits pupils by something cells carry, with what its labels mean.
#[derive(Debug)]
struct KnownSplit {
    slot: usize,
    what: Characteristic,
    carried: bool,
    values: HashMap<String, Option<Value>>,
}

impl KnownSplit {
    fn value(&self, label: &str) -> Option<Value> {
        self.values
            .get(label)
            .copied()
            .unwrap_or_else(|| self.what.value(label))
    }
}

/// A column that splits pupils by something else, with which of its labels are totals.
#[derive(Debug)]
struct OtherSplit {
    slot: usize,
    name: String,
    totals: HashMap<String, bool>,
}

impl OtherSplit {
    fn new(slot: usize, name: &str, labels: BTreeSet<String>) -> Self {
        Self {
            slot,
            name: name.to_owned(),
            totals: labels
                .into_iter()
                .map(|label| (label.clone(), is_total(&label)))
                .collect(),
        }
    }

    fn is_total(&self, label: &str) -> bool {
        self.totals.get(label).copied().unwrap_or_else(|| is_total(label))
    }
}

/// What the splitting columns make of a row.
#[derive(Debug)]
pub(super) enum Split {
    /// A row that would be counted twice.
    Breakdown,
    /// A row to count, with the values of the splits carried.
    Of([Option<Value>; 5]),
}

impl Plan {
    /// Looks at the table's columns, and goes through those that may split its counts.
    pub(super) fn of(
        table: &Table,
        counts: CountColumns,
        selector: &mut ColumnSelector,
    ) -> Result<Self, Screening> {
        let header = &table.header;
        let mut slot = |aliases: &[&str]| header.find(aliases).map(|column| selector.slot(column));
        let (phase, provision, need) = (slot(column::PHASE), slot(column::PROVISION), slot(column::NEED));
        let year = slot(column::YEAR).expect("checked to be there");
        let mut nc_years: Vec<(usize, NcYear)> = Vec::new();
        let mut unknown: Vec<usize> = Vec::new();
        for index in 0..header.width() {
            let key = header.key(index);
            if let Some(nc_year) = nc_year_column(key) {
                nc_years.push((selector.slot(index), nc_year));
            } else if !selector.columns().contains(&index) && !is_known_aside(key) && !key.is_empty() {
                unknown.push(index);
            }
        }
        let secondary_need_columns = (0..header.width())
            .filter(|index| header.key(*index).contains(SECONDARY_NEED))
            .count();
        let mut plan = Self {
            year,
            phase,
            provision,
            need,
            counts,
            nc_years,
            carries_phase: false,
            carries_need: false,
            apart: false,
            characteristics: Vec::new(),
            others: Vec::new(),
            of_kinds: None,
            secondary_need_columns,
            hospital: None,
        };
        plan.hospital = plan.hospital_column(table, selector)?;
        plan.look(table, selector, &unknown)?;
        Ok(plan)
    }

    /// Most phases have no hospital schools, and a table may give their rows as of schools that are none, without a total.
    fn hospital_column(
        &self,
        table: &Table,
        selector: &mut ColumnSelector,
    ) -> Result<Option<(usize, BTreeSet<String>)>, Screening> {
        let (Some(column), Some(phase)) = (table.header.find(&[HOSPITAL_SCHOOL]), self.phase) else {
            return Ok(None);
        };
        let mut with_total: BTreeMap<String, bool> = BTreeMap::new();
        table.each_row(&[selector.columns()[phase], column], |_, fields| {
            let is_total = is_total(fields[1]);
            match with_total.get_mut(fields[0]) {
                Some(found) => *found |= is_total,
                None => {
                    with_total.insert(fields[0].to_owned(), is_total);
                }
            }
        })?;
        let without = with_total.into_iter().filter(|(_, has_total)| !has_total);
        Ok(Some((
            selector.slot(column),
            without.map(|(phase, _)| phase).collect(),
        )))
    }

    /// Whether a row breaks counts down by something that is not carried. `at` gives the field of a slot.
    fn is_breakdown<'a>(&self, at: impl Fn(usize) -> &'a str) -> bool {
        let stands_for_total = |slot: usize| {
            self.hospital.as_ref().is_some_and(|(hospital, phases)| {
                *hospital == slot
                    && is_no(at(slot))
                    && self.phase.is_some_and(|phase| phases.contains(at(phase)))
            })
        };
        self.others
            .iter()
            .any(|own| !own.is_total(at(own.slot)) && !stands_for_total(own.slot))
    }

    /// The first way through the table: labels of every column that may split its counts.
    fn look(
        &mut self,
        table: &Table,
        selector: &mut ColumnSelector,
        unknown: &[usize],
    ) -> Result<(), Screening> {
        let mut labels: Vec<BTreeSet<String>> = vec![BTreeSet::new(); unknown.len()];
        table.each_row(unknown, |_, fields| {
            for (labels, field) in labels.iter_mut().zip(fields) {
                if labels.len() <= MOST_LABELS && !labels.contains(*field) && parse_count(field).is_none() {
                    labels.insert((*field).to_owned());
                }
            }
        })?;
        let mut screening = Screening::new();
        for (index, labels) in unknown.iter().zip(labels) {
            let words: BTreeSet<String> = labels
                .into_iter()
                .filter(|label| label.parse::<f64>().is_err())
                .collect();
            if words.len() > MOST_LABELS || words.is_empty() {
                continue;
            }
            if is_kind_of_school(table.header.key(*index)) {
                // One column that names state-funded schools alone is enough.
                let found = coverage_of_kinds(&words);
                self.of_kinds = Some(self.of_kinds.map_or(found, |before| before.min(found)));
            }
            let name = table.header.name(*index);
            match splits(table.header.key(*index), &words) {
                Splitting::Not => {}
                Splitting::By(what) if self.characteristics.iter().all(|own| own.what != what) => {
                    self.characteristics.push(KnownSplit {
                        slot: selector.slot(*index),
                        what,
                        carried: false,
                        values: words
                            .into_iter()
                            .map(|word| (word.clone(), what.value(&word)))
                            .collect(),
                    });
                }
                Splitting::By(_) | Splitting::ByOther => {
                    self.others
                        .push(OtherSplit::new(selector.slot(*index), name, words));
                }
                Splitting::OneGroup => {
                    let label: Vec<&str> = words.iter().map(String::as_str).collect();
                    screening.push(
                        Problem::of_file(&table.file, "the table counts the pupils of one group alone")
                            .in_column(name)
                            .seen(&label.join(", "))
                            .remedy("give the table of all pupils, or this one with its rows of totals"),
                    );
                }
                Splitting::WithoutTotals => {
                    let some: Vec<&str> = words.iter().take(3).map(String::as_str).collect();
                    let (rule, remedy) = if table.header.key(*index).contains(SECONDARY_NEED) {
                        (
                            "the table counts pupils by secondary need, and has no rows of all secondary needs",
                            "give the table by primary need, or this one with its totals",
                        )
                    } else {
                        (
                            "a column splits the counts by something we do not know",
                            "keep the rows of its totals, and take the column out",
                        )
                    };
                    screening.push(
                        Problem::of_file(&table.file, rule)
                            .in_column(name)
                            .seen(&some.join(", "))
                            .remedy(remedy),
                    );
                }
            }
        }
        if !screening.is_clean() {
            return Err(screening);
        }
        self.choose(table, selector)
    }

    /// The second way through: which labels stand beside which, so that what is carried never counts a pupil twice.
    fn choose(&mut self, table: &Table, selector: &ColumnSelector) -> Result<(), Screening> {
        let mut asked: Vec<usize> = Vec::new();
        let mut ask = |slot: usize| {
            asked.push(selector.columns()[slot]);
            asked.len() - 1
        };
        let phase = self.phase.map(&mut ask);
        let provision = self.provision.map(&mut ask);
        let need = self.need.map(&mut ask);
        let others: Vec<usize> = self.others.iter().map(|own| ask(own.slot)).collect();
        let characteristics: Vec<usize> = self.characteristics.iter().map(|own| ask(own.slot)).collect();
        let mut masks: BTreeMap<u8, u64> = BTreeMap::new();
        let (mut any_need, mut support_or_plan) = (false, false);
        let mut phases_seen: BTreeSet<Phase> = BTreeSet::new();
        let mut any_all_phases = false;
        let (mut phases, mut needs, mut provisions) =
            (Labels::default(), Labels::default(), Labels::default());
        table.each_row(&asked, |_, fields| {
            let at = |slot: usize| {
                let is_phase = self.phase == Some(slot);
                let own = self.others.iter().position(|own| own.slot == slot);
                own.map(|own| others[own])
                    .or(if is_phase { phase } else { None })
                    .map_or("", |at| fields[at])
            };
            if self.is_breakdown(at) {
                return;
            }
            let mask = self
                .characteristics
                .iter()
                .zip(&characteristics)
                .enumerate()
                .filter(|(_, (own, at))| own.value(fields[**at]).is_some())
                .fold(0, |mask, (bit, _)| mask | 1 << bit);
            *masks.entry(mask).or_default() += 1;
            if let Some(at) = phase {
                phases_seen.extend(phases.get(fields[at], |text| text.parse::<Phase>().ok()));
                any_all_phases |= is_total(fields[at]);
            }
            any_need |= need.is_some_and(|at| {
                matches!(
                    needs.get(fields[at], |text| text.parse().ok()),
                    Some(NeedLabel::Of(_))
                )
            });
            support_or_plan |= provision.is_some_and(|at| {
                matches!(
                    provisions.get(fields[at], |text| text.parse().ok()),
                    Some(ProvisionLabel::Of(code)) if code.provision().is_sen()
                )
            });
        })?;
        let is_in_columns = matches!(self.counts, CountColumns::ByProvision(_));
        let lacks_most = !phases_seen.contains(&Phase::Primary) || !phases_seen.contains(&Phase::Secondary);
        // Of a few kinds of school and all of them together, the latter is what is read.
        self.carries_phase = !phases_seen.is_empty() && (!lacks_most || !any_all_phases);
        if self.carries_phase && lacks_most {
            let some: Vec<String> = phases_seen.iter().map(ToString::to_string).collect();
            return Err(Problem::of_file(
                &table.file,
                "the table counts some kinds of school alone, and neither all of them together nor both primary and \
                 secondary schools",
            )
            .seen(&some.join(", "))
            .remedy("give the table of every kind of school")
            .into());
        }
        self.carries_need = any_need;
        self.apart = support_or_plan || is_in_columns;
        let full = masks.keys().fold(0, |all, mask| all | mask);
        let carried = if masks.contains_key(&full) {
            full
        } else if masks.is_empty() || masks.contains_key(&0) {
            0
        } else {
            return Err(Problem::of_file(
                &table.file,
                "the table splits pupils in ways that cannot be put together",
            )
            .remedy("give a table with rows of totals, or with every split crossed with every other")
            .into());
        };
        for (bit, own) in self.characteristics.iter_mut().enumerate() {
            own.carried = carried & (1 << bit) != 0;
        }
        Ok(())
    }

    /// Whether a row is to be counted, and under which values.
    pub(super) fn split(&self, fields: &[&str]) -> Split {
        if self.is_breakdown(|slot| fields[slot]) {
            return Split::Breakdown;
        }
        let mut values = [None; 5];
        for (value, own) in values.iter_mut().zip(&self.characteristics) {
            *value = own.value(fields[own.slot]);
            if value.is_some() != own.carried {
                return Split::Breakdown;
            }
        }
        Split::Of(values)
    }

    /// Whose pupils the table counts. The Department's tables by need are of state-funded schools with non-maintained
    /// special schools; those that have a column of kinds of school are of all schools, unless it names state-funded ones
    /// alone.
    pub(super) fn covers(&self) -> Covers {
        match self.of_kinds {
            _ if self.carries_phase => Covers::Phases,
            Some(coverage) => Covers::Only(coverage),
            None if self.need.is_some() => Covers::Only(Coverage::StateFunded),
            None => Covers::NotSaid,
        }
    }

    /// The dimensions carried by columns of characteristics and of year groups.
    pub(super) fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions: Vec<Dimension> = self
            .characteristics
            .iter()
            .filter(|own| own.carried)
            .map(|own| match own.what {
                Characteristic::Sex => Dimension::Sex,
                Characteristic::FreeSchoolMeals => Dimension::FreeSchoolMeals,
                Characteristic::Ethnicity => Dimension::Ethnicity,
                Characteristic::Language => Dimension::Language,
                Characteristic::NcYear => Dimension::NcYear,
            })
            .collect();
        if !self.nc_years.is_empty() {
            dimensions.push(Dimension::NcYear);
        }
        dimensions
    }

    /// What was assumed about the table.
    pub(super) fn notes(&self, file: &str, notes: &mut Vec<Note>) {
        if !self.others.is_empty() {
            let names: Vec<&str> = self.others.iter().map(|own| own.name.as_str()).collect();
            notes.push(Note::about(
                file,
                format!("only the rows of totals were read of: {}", names.join(", ")),
            ));
        }
        if self.secondary_need_columns > 0 {
            let text = "primary needs are read from it; secondary needs are not: only pupil records are compared by them";
            notes.push(Note::about(file, text));
        }
        if self.dimensions().contains(&Dimension::NcYear) {
            notes.push(Note::about(
                file,
                "early years are counted together and stand as N1; pupils in no printed year group have none",
            ));
        }
    }
}

/// Columns by kind of school: the tables that have one are of all schools.
fn is_kind_of_school(key: &str) -> bool {
    matches!(
        key,
        "establishment_type" | "type_of_establishment" | HOSPITAL_SCHOOL | "establishment_type_group"
    )
}

fn coverage_of_kinds(words: &BTreeSet<String>) -> Coverage {
    let of_state = |word: &String| {
        let folded = fold(word);
        folded.contains("state funded") && !folded.contains("independent")
    };
    if words.iter().all(of_state) {
        Coverage::StateFunded
    } else {
        Coverage::AllSchools
    }
}

enum Splitting {
    /// One label, or none but totals: it splits nothing.
    Not,
    By(Characteristic),
    ByOther,
    WithoutTotals,
    /// Every row is of one group of pupils, or of one kind of school that is not all.
    OneGroup,
}

fn splits(key: &str, words: &BTreeSet<String>) -> Splitting {
    let of_known = Characteristic::of_column(key);
    if let Some(only) = words.first().filter(|only| words.len() == 1 && !is_total(only))
        && (of_known.is_some() || names_a_group(key, only))
    {
        return Splitting::OneGroup;
    }
    let known = |what: Characteristic| {
        words
            .iter()
            .all(|word| what.value(word).is_some() || is_total(word))
            && words.iter().any(|word| what.value(word).is_some())
    };
    if let Some(what) = of_known.filter(|what| known(*what)) {
        return Splitting::By(what);
    }
    let totals = words.iter().filter(|word| is_total(word)).count();
    match (words.len(), totals) {
        (1, _) => Splitting::Not,
        (all, totals) if all == totals => Splitting::Not,
        (_, 0) if key != HOSPITAL_SCHOOL => Splitting::WithoutTotals,
        _ => Splitting::ByOther,
    }
}

/// Whether a column with this one label says whose pupils, or whose schools, a table counts.
fn names_a_group(key: &str, label: &str) -> bool {
    const PARTS: [&str; 9] = [
        "gender",
        "fsm",
        "free_school_meal",
        "ethnic",
        "first_language",
        "year_group",
        "breakdown",
        "characteristic",
        "disadvantage",
    ];
    if is_kind_of_school(key) {
        return !(key == HOSPITAL_SCHOOL && is_no(label))
            && coverage_of_kinds(&BTreeSet::from([label.to_owned()])) != Coverage::StateFunded;
    }
    matches!(key, "sex" | "age" | "age_group") || PARTS.iter().any(|part| key.contains(part))
}

/// Columns that never split counts: identifiers of time and place, percentages, rates.
fn is_known_aside(key: &str) -> bool {
    matches!(
        key,
        "time_period" | "time_identifier" | "version" | "country_code" | "country_name"
    ) || key.starts_with("pcon_")
        || key.starts_with("ward_")
        || key.starts_with("lad_")
        || key.starts_with("opportunity_area")
        || key.ends_with("_percent")
        || key.ends_with("_percentage")
        || key.ends_with("_pc")
        || key.ends_with("_rate")
        || key.starts_with("percent")
        || key.starts_with("pupil_percent")
}
