//! Everything that was read, and what it says of each count.

use crate::count::{Count, CountKey};
use crate::report::{AttackReport, Finding};
use crate::{ReadersPolicy, name_of};
use senlens_model::{Coverage, GeographicLevel, NeedCut, PhaseCut, ProvisionCut};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

/// All that was read.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) files: Vec<String>,
    pub(crate) rows: Vec<Row>,
    pub(crate) words: Vec<Words>,
    pub(crate) drawings: Vec<Drawing>,
    /// What a file holds beyond what it shows.
    pub(crate) remnants: Vec<Remnant>,
}

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum From {
    /// The run attacked.
    Run,
    /// A publisher beside it.
    Public,
}

/// The columns of a table.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) file: String,
    pub(crate) columns: Vec<String>,
}

impl Header {
    /// Where a column stands.
    pub(crate) fn at(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// A row of a run's table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) time_period: String,
    pub(crate) level: GeographicLevel,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) phase: PhaseCut,
    pub(crate) coverage: Coverage,
    pub(crate) provision: ProvisionCut,
    pub(crate) need: Option<NeedCut>,
    pub(crate) base: Option<String>,
    /// Whether what is expected was made from England's overall rate.
    pub(crate) crude_england: bool,
    pub(crate) figures: Vec<Figure>,
    pub(crate) header: Rc<Header>,
    pub(crate) from: From,
}

/// Words that stand together.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) file: String,
    pub(crate) text: String,
    /// What stands above them: the heading, the caption, the name of the file.
    pub(crate) context: String,
}

/// A drawing: what stands where.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) file: String,
    pub(crate) title: String,
    pub(crate) texts: Vec<DrawnText>,
    pub(crate) marks: Vec<DrawnMark>,
}

/// Words in a drawing, in its own units.
#[derive(Debug)]
pub(crate) struct DrawnText {
    pub(crate) x: f64,
    /// The height of the letters' middle.
    pub(crate) middle: f64,
    /// The size of its letters.
    pub(crate) size: f64,
    pub(crate) text: String,
}

/// A bar, a point or a line in a drawing, by its edges.
#[derive(Debug)]
pub(crate) struct DrawnMark {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

/// A value that a file keeps though none of its cells shows it.
#[derive(Debug)]
pub(crate) struct Remnant {
    pub(crate) file: String,
    pub(crate) column: String,
    pub(crate) value: String,
}

/// A field of a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Figure {
    /// A number.
    Number(f64),
    /// Withheld.
    Withheld,
    /// No figure.
    None,
    /// Words.
    Word,
}

impl Figure {
    /// Reads a field: a number, one of the Department's symbols, or words.
    pub(crate) fn read(field: &str) -> Self {
        match field {
            "c" | "low" => Self::Withheld,
            "" | "z" | "x" | ":" => Self::None,
            _ => field
                .parse::<f64>()
                .ok()
                .filter(|number| number.is_finite())
                .map_or(Self::Word, Self::Number),
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }
}

impl Row {
    /// A figure of the row; none where the table has no such column.
    pub(crate) fn figure(&self, name: &str) -> Figure {
        self.header
            .at(name)
            .and_then(|at| self.figures.get(at))
            .cloned()
            .unwrap_or(Figure::None)
    }

    fn key(&self, provision: ProvisionCut, count: Count) -> CountKey {
        // A school, or one phase, is the same whichever universe is meant; so an area's total alone has two.
        let coverage =
            (self.phase == PhaseCut::Total && self.level != GeographicLevel::School).then_some(self.coverage);
        CountKey {
            time_period: self.time_period.clone(),
            level: self.level,
            code: self.code.clone(),
            phase: self.phase,
            coverage,
            provision,
            count,
        }
    }

    /// The count that its events are.
    pub(crate) fn events(&self) -> Option<CountKey> {
        let count = match (self.need?, self.base.as_deref()) {
            (NeedCut::Total, Some("sen_with_need")) => Count::WithNeed,
            (need, _) => Count::Need(need),
        };
        Some(self.key(self.provision, count))
    }

    /// The count that its base is.
    pub(crate) fn population(&self) -> Option<CountKey> {
        Some(match self.base.as_deref()? {
            "pupils" => self.key(ProvisionCut::Total, Count::Roll),
            "sen" => self.key(self.provision, Count::Need(NeedCut::Total)),
            "sen_with_need" => self.key(self.provision, Count::WithNeed),
            _ => return None,
        })
    }

    /// Whether what is expected was made from England's overall rate.
    pub(crate) fn compares_crudely_with_england(&self) -> bool {
        self.crude_england
    }

    /// The count of a need at its place, phase and provision.
    pub(crate) fn of_need(&self, need: NeedCut) -> CountKey {
        self.key(self.provision, Count::Need(need))
    }
}

/// What is known of one count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Known {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Whether some table withholds it.
    pub(crate) withheld: bool,
    /// Whether a publisher beside the run shows it.
    pub(crate) public: bool,
}

impl Known {
    pub(crate) fn is_exact(&self) -> bool {
        self.high - self.low < 1e-9
    }
}

/// What is known of each count in a table.
pub(crate) type Knowledge = BTreeMap<CountKey, Known>;

impl Evidence {
    /// A school is of one phase: a row that compares it over all phases speaks of the same pupils as one of its own.
    pub(crate) fn give_schools_their_phase(&mut self) {
        let mut phases: BTreeMap<(String, String), PhaseCut> = BTreeMap::new();
        let of_schools = |row: &&Row| row.level == GeographicLevel::School && row.phase != PhaseCut::Total;
        for row in self.rows.iter().filter(of_schools) {
            phases.insert((row.time_period.clone(), row.code.clone()), row.phase);
        }
        let of_all = |row: &&mut Row| row.level == GeographicLevel::School && row.phase == PhaseCut::Total;
        for row in self.rows.iter_mut().filter(of_all) {
            if let Some(phase) = phases.get(&(row.time_period.clone(), row.code.clone())) {
                row.phase = *phase;
            }
        }
    }

    /// Notes a file as read; gives its name.
    pub(crate) fn file(&mut self, path: &Path) -> String {
        let name = name_of(path);
        self.files.push(path.display().to_string());
        name
    }

    /// What the tables show of each count.
    pub(crate) fn knowledge(&self, policy: ReadersPolicy, report: &mut AttackReport) -> Knowledge {
        let mut knowledge = Knowledge::new();
        let mut differing = 0;
        for row in &self.rows {
            // A rule's own count is made of the others.
            // The sizes at which a funnel's lines are drawn are no counts of pupils.
            if row.header.at("rule").is_some() || row.header.at("spread").is_some() {
                continue;
            }
            let events = ["events", "observed", "pupils"]
                .into_iter()
                .find(|name| row.header.at(name).is_some())
                .unwrap_or("events");
            for (key, name) in [(row.events(), events), (row.population(), "population")] {
                let Some(key) = key else { continue };
                let figure = row.figure(name);
                match figure {
                    Figure::Number(number) => {
                        let known = known(number, policy.rounding, row.from);
                        differing += usize::from(!meet(&mut knowledge, key, known, &row.header.file, report));
                    }
                    Figure::Withheld => {
                        let unknown = Known {
                            low: 0.0,
                            high: f64::INFINITY,
                            withheld: true,
                            public: false,
                        };
                        meet(&mut knowledge, key, unknown, &row.header.file, report);
                    }
                    Figure::None | Figure::Word => {}
                }
            }
        }
        if differing > 0 {
            report.notes.push(format!(
                "{differing} counts differ between the files: they were read as ranges between their values"
            ));
        }
        report.withheld = knowledge.values().filter(|known| known.withheld).count();
        knowledge
    }
}

fn known(number: f64, rounding: Option<u64>, from: From) -> Known {
    let (low, high) = match rounding {
        // Half up: 7.5 and more goes to 10.
        Some(base) if from == From::Run && number % base as f64 == 0.0 => {
            let half = (base / 2) as f64;
            let below = if base % 2 == 0 {
                half
            } else {
                (base as f64 - 1.0) / 2.0
            };
            let above = if base % 2 == 0 { half - 1.0 } else { half };
            ((number - below).max(0.0), number + above)
        }
        _ => (number, number),
    };
    Known {
        low,
        high,
        withheld: false,
        public: from == From::Public,
    }
}

/// Adds what one file says; false where files disagree.
fn meet(knowledge: &mut Knowledge, key: CountKey, new: Known, file: &str, report: &mut AttackReport) -> bool {
    let Some(old) = knowledge.get_mut(&key) else {
        knowledge.insert(key, new);
        return true;
    };
    // One run withholds what another, or another table, shows.
    let shown = if new.withheld { *old } else { new };
    if new.withheld != old.withheld && shown.is_exact() && !shown.public && !old.public {
        report.findings.push(Finding::ShownElsewhere {
            count: key,
            value: shown.low,
            file: file.to_owned(),
        });
    }
    let (low, high) = (old.low.max(new.low), old.high.min(new.high));
    let agree = low <= high + 1e-9;
    if agree {
        (old.low, old.high) = (low, high);
    } else {
        (old.low, old.high) = (old.low.min(new.low), old.high.max(new.high));
    }
    old.withheld |= new.withheld;
    old.public |= new.public;
    agree
}
