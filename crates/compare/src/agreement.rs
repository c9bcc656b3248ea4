//! Where the schools and a published table speak of one authority: whether they count the same pupils, and what is said of
//! it where they do not. The notes say which of them is taken.

use crate::atlas::AreaCounts;
use crate::counts::{Counts, Difference, Relation};
use crate::figures::Figure;
use crate::published::{Published, rounded_to};
use crate::school_counts::SchoolCounts;
use crate::{Base, Inputs};
use senlens_model::{
    AcademicYear, Authority, Cells, Coverage, Extent, LaCode, Need, NeedCut, Phase, PhaseCut, ProvisionCut,
    PupilRange, SourceKind,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Counts of pupil records differ a little from what the Department publishes (records put right since, pupils at two
/// schools): up to one in so many they are the same schools.
const RECORDS_MAY_DIFFER_BY_ONE_IN: u64 = 50;

/// The schools of each authority, held against the published tables.
pub(crate) struct Judged<'c> {
    pub(crate) of_schools: &'c BTreeMap<LaCode, Vec<Counts>>,
    findings: BTreeMap<(LaCode, Coverage), Finding>,
}

struct Finding {
    extent: Extent,
    /// The table that differs, and by how much.
    differs: Option<(Arc<str>, Difference)>,
    /// The phase of which no school is there, though every authority has some.
    lacks: Option<Phase>,
}

impl<'c> Judged<'c> {
    pub(crate) fn new(
        inputs: &Inputs<'_>,
        of_schools: &'c BTreeMap<LaCode, Vec<Counts>>,
        tables: &[Published],
        schools: &[SchoolCounts<'_>],
    ) -> Self {
        let kind = inputs.schools.map(Cells::kind);
        let of_records = kind == Some(SourceKind::Pupils);
        // Which schools returned no pupil records is told by the list of schools.
        let lacking = match kind {
            Some(SourceKind::Published) => phases_lacking(schools),
            Some(SourceKind::Pupils | SourceKind::Invented) | None => BTreeMap::new(),
        };
        let mut findings = BTreeMap::new();
        for (la_code, counts) in of_schools {
            for counts in counts {
                let coverage = counts.universe().coverage;
                let of_tables = tables
                    .iter()
                    .filter_map(|table| table.authorities.get(la_code))
                    .flatten()
                    .filter(|theirs| theirs.universe().coverage == coverage);
                let met = of_tables
                    .map(|theirs| (theirs, counts.relation(theirs)))
                    .find(|(_, relation)| *relation != Relation::NothingInCommon);
                let finding = match met {
                    None => Finding {
                        extent: match lacking.get(la_code) {
                            Some(_) => Extent::Part,
                            None => Extent::Unchecked,
                        },
                        differs: None,
                        lacks: lacking.get(la_code).copied(),
                    },
                    Some((_, Relation::Agree | Relation::NothingInCommon)) => Finding {
                        extent: Extent::Whole,
                        differs: None,
                        lacks: None,
                    },
                    Some((theirs, Relation::Fewer(by) | Relation::More(by))) => Finding {
                        extent: if of_records && by.is_slight() {
                            Extent::Unchecked
                        } else if by.first < by.second {
                            Extent::Part
                        } else {
                            Extent::AtOdds
                        },
                        differs: Some((Arc::clone(&theirs.universe().source), by)),
                        lacks: None,
                    },
                };
                findings.insert((*la_code, coverage), finding);
            }
        }
        Self { of_schools, findings }
    }

    /// How many of an authority's state-funded schools there are.
    pub(crate) fn extent_of(&self, la_code: LaCode) -> Extent {
        self.findings
            .get(&(la_code, Coverage::StateFunded))
            .map_or(Extent::Unchecked, |finding| finding.extent)
    }

    /// An authority's schools where they stand for the authority as a whole.
    pub(crate) fn whole_schools(&self, la_code: LaCode) -> impl Iterator<Item = Counts> + '_ {
        let of_state = self.extent_of(la_code);
        self.of_schools
            .get(&la_code)
            .into_iter()
            .flatten()
            .filter_map(move |counts| {
                let extent = self.findings[&(la_code, counts.universe().coverage)].extent;
                let whole = [extent, of_state]
                    .iter()
                    .all(|extent| matches!(extent, Extent::Whole | Extent::Unchecked));
                whole.then(|| counts.clone().of_extent(extent))
            })
    }

    /// What the reader should know of the differences.
    pub(crate) fn notes(&self, inputs: &Inputs<'_>, schools: &[SchoolCounts<'_>]) -> Vec<String> {
        let mut notes = Vec::new();
        let area = inputs.area;
        notes.extend(self.note_of_confirmation(inputs, schools));
        for coverage in [Coverage::StateFunded, Coverage::AllSchools] {
            let own = self.findings.get(&(area.la_code, coverage));
            if let Some((finding, (table, by))) =
                own.and_then(|finding| Some((finding, finding.differs.as_ref()?)))
            {
                let inside: Vec<_> = schools
                    .iter()
                    .filter(|each| each.school.la_code == area.la_code && coverage.counts(each.school.phase))
                    .collect();
                let pupils: u64 = inside.iter().filter_map(|each| each.tally.roll()).sum();
                let both = format!(
                    "The schools given hold {} {} in {} ({}), at {} with {} on roll; the published table ({table}) has {}.",
                    grouped(by.first),
                    by.of.in_words(),
                    area.name,
                    coverage.in_words(),
                    counted(inside.len() as u64, "school", "schools"),
                    counted(pupils, "pupil", "pupils"),
                    grouped(by.second),
                );
                let then = match finding.extent {
                    Extent::Whole | Extent::Unchecked => {
                        "The records differ a little from what was published: figures of schools, districts and the \
                         authority are the records', and are not divided by published counts."
                            .to_owned()
                    }
                    Extent::Part => format!(
                        "They are a part of the schools of {name}, so nothing of {name} as a whole is made of them: its \
                         figures are the published table's alone. Districts and {}s are shown as the schools in the file, \
                         and are not compared with anyone. To have them, give a file of every school.",
                        area.part_word,
                        name = area.name,
                    ),
                    Extent::AtOdds => format!(
                        "They are not the schools that the table counts, so figures of {name} are the published table's \
                         alone, and districts and {}s are not compared with anyone. Check that both are of one year and of \
                         the same kinds of school.",
                        area.part_word,
                        name = area.name,
                    ),
                };
                notes.push(format!("{both} {then}"));
            }
            let others = self
                .findings
                .iter()
                .filter(|((la_code, of), finding)| {
                    *la_code != area.la_code && *of == coverage && finding.differs.is_some()
                })
                .count() as u64;
            if others > 0 {
                notes.push(format!(
                    "In {} the schools given and a published table differ in the number of pupils ({}): the figures of \
                     {} are the published table's.",
                    counted(others, "other authority", "other authorities"),
                    coverage.in_words(),
                    if others == 1 { "that authority" } else { "those authorities" },
                ));
            }
        }
        notes
    }
}

impl Judged<'_> {
    /// What shows that the schools given are all of the area's, where no published table does.
    fn note_of_confirmation(&self, inputs: &Inputs<'_>, schools: &[SchoolCounts<'_>]) -> Option<String> {
        let area = inputs.area;
        let cells = inputs
            .schools
            .filter(|cells| cells.kind() == SourceKind::Published)?;
        let own = self.findings.get(&(area.la_code, Coverage::StateFunded))?;
        let is_own = |each: &&SchoolCounts<'_>| {
            each.school.la_code == area.la_code && Coverage::StateFunded.counts(each.school.phase)
        };
        let held = counted(
            schools.iter().filter(is_own).count() as u64,
            "state-funded or non-maintained special school",
            "state-funded and non-maintained special schools",
        );
        let (name, source) = (&area.name, cells.source());
        match (own.extent, own.lacks) {
            (_, Some(phase)) => Some(format!(
                "{source} holds {held} of {name}, and none of the phase {phase}: they are a part of its schools, so nothing \
                 of {name} as a whole is made of them. Districts and {}s are shown as the schools in the file, and are not \
                 compared with anyone. To have them, give a file of every school.",
                area.part_word
            )),
            (Extent::Unchecked, None) => Some(format!(
                "Nothing given confirms that {source} holds every school of {name}: it has {held}. If some are missing, the \
                 figures of {name} and its districts are of a part. A published table with the authority's totals \
                 (--benchmark) would show it.",
            )),
            _ => None,
        }
    }
}

/// For each real authority of the schools, a phase of which there is none though every authority has some. The City of
/// London and the Isles of Scilly have a school or two.
fn phases_lacking(schools: &[SchoolCounts<'_>]) -> BTreeMap<LaCode, Phase> {
    const FEW_SCHOOLS: [u16; 2] = [201, 420];
    let mut phases: BTreeMap<LaCode, BTreeSet<Phase>> = BTreeMap::new();
    for each in schools {
        phases
            .entry(each.school.la_code)
            .or_default()
            .insert(each.school.phase);
    }
    let real =
        |la_code: LaCode| Authority::numbered(la_code).is_some() && !FEW_SCHOOLS.contains(&la_code.get());
    phases
        .into_iter()
        .filter(|(la_code, _)| real(*la_code))
        .filter_map(|(la_code, there)| {
            let lacking = [Phase::Primary, Phase::Secondary]
                .into_iter()
                .find(|phase| !there.contains(phase));
            Some((la_code, lacking?))
        })
        .collect()
}

impl Difference {
    pub(crate) fn is_slight(self) -> bool {
        self.first.abs_diff(self.second) * RECORDS_MAY_DIFFER_BY_ONE_IN <= self.second
    }
}

/// What the reader should know of a place of which several sources speak: totals that differ, and shares that no source
/// gives.
pub(crate) fn notes_of_layers(area: &AreaCounts, year: AcademicYear) -> Vec<String> {
    let mut notes = Vec::new();
    let name = &area.place.name;
    for coverage in [Coverage::StateFunded, Coverage::AllSchools] {
        let layers: Vec<&Counts> = area.layers.on(coverage).collect();
        for (at, first) in layers.iter().enumerate() {
            for second in &layers[at + 1..] {
                if first.shares_a_source_with(second) {
                    continue;
                }
                if let Relation::Fewer(by) | Relation::More(by) = first.relation(second) {
                    notes.push(format!(
                        "{name} ({}, {year}): {} has {} {}, {} has {}. Their counts are not divided by one another.",
                        coverage.in_words(),
                        first.universe().source,
                        grouped(by.first),
                        by.of.in_words(),
                        second.universe().source,
                        grouped(by.second),
                    ));
                }
            }
        }
    }
    let mld = |base| {
        let figure = Figure {
            provision: ProvisionCut::Total,
            need: NeedCut::Of(Need::Mld),
            base,
        };
        area.share(Coverage::StateFunded, PhaseCut::Total, figure)
            .is_some()
    };
    if mld(Base::Sen) && !mld(Base::Pupils) {
        notes.push(format!(
            "{name}: needs are shown as shares of the pupils with special educational needs, not of all pupils. No file \
             given has both the needs and the number on roll of the same schools. To have them, give a published table with \
             the number on roll by authority, or a school-level file of every school."
        ));
    }
    notes
}

/// What a source rounds its counts to, where it does.
pub(crate) fn note_of_rounding(cells: &Cells, year: AcademicYear) -> Option<String> {
    let to = rounded_to(cells, year);
    (to > 1).then(|| {
        format!(
            "{}: every count in it is a multiple of {to}, so it is taken to be rounded to {to}. Sums of it that differ from \
             another source by no more than that allows count as the same.",
            cells.source()
        )
    })
}

/// What is withheld of the area's own places, between what bounds, and what that forbids.
pub(crate) fn note_of_ranges<'a>(areas: impl Iterator<Item = &'a AreaCounts>) -> Option<String> {
    let coverage = Coverage::StateFunded;
    let mut places = Vec::new();
    for area in areas {
        let mut unknown = Vec::new();
        for (need, code) in [
            (NeedCut::Total, "all special educational needs"),
            (NeedCut::Of(Need::Mld), "MLD"),
            (NeedCut::Of(Need::Slcn), "SLCN"),
            (NeedCut::Of(Need::Semh), "SEMH"),
        ] {
            let ranges: Vec<PupilRange> = area
                .layers
                .on(coverage)
                .filter_map(|counts| counts.range(PhaseCut::Total, ProvisionCut::Total, need))
                .collect();
            if let Some(range) = ranges.first()
                && ranges.iter().all(|range| range.known().is_none())
            {
                unknown.push(format!("{code} {}", range.in_words()));
            }
        }
        if !unknown.is_empty() {
            places.push(format!("{} ({})", area.place.name, unknown.join(", ")));
        }
    }
    (!places.is_empty()).then(|| {
        format!(
            "Some counts are not known, because the source withholds them: pupils lie between {}. No share, position, \
             finding or model is made of a count that is not known; the table `ranges` has the bounds of the shares.",
            places.join("; ")
        )
    })
}

fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
