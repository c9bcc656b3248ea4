//! Finds the released figures that a chart or a sentence quotes: rows by what they are about, nothing computed.

use senlens_release::{About, Cell, ColumnData, Publication, Table, TextColumn};
use std::collections::HashMap;

/// `geographic_level` as it stands in tables.
pub(crate) const NATIONAL: &str = "National";
/// See [`NATIONAL`].
pub(crate) const REGIONAL: &str = "Regional";
/// See [`NATIONAL`].
pub(crate) const AUTHORITY: &str = "Local authority";
/// See [`NATIONAL`].
pub(crate) const PART: &str = "Quadrant";
/// See [`NATIONAL`].
pub(crate) const DISTRICT: &str = "Local authority district";
/// See [`NATIONAL`].
pub(crate) const SCHOOL: &str = "School";
/// Every phase, every provision, every need.
pub(crate) const TOTAL: &str = "Total";

/// A place that figures are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct At<'a> {
    pub(crate) level: &'a str,
    pub(crate) code: &'a str,
}

/// What a rate or a benchmark is of, beside its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Of<'a> {
    pub(crate) phase: &'a str,
    pub(crate) provision: &'a str,
    pub(crate) need: &'a str,
    pub(crate) base: &'a str,
}

impl<'a> Of<'a> {
    /// A need among pupils of a base, all phases, SEN support and plans together.
    pub(crate) fn need(need: &'a str, base: &'a str) -> Self {
        Self {
            phase: TOTAL,
            provision: TOTAL,
            need,
            base,
        }
    }
}

/// A row of `rates`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rate {
    pub(crate) area_code: String,
    pub(crate) area_name: String,
    pub(crate) events: Cell<u64>,
    pub(crate) population: Cell<u64>,
    pub(crate) per_hundred: Cell<f64>,
    pub(crate) lower: Cell<f64>,
    pub(crate) upper: Cell<f64>,
}

/// A row of `benchmarks`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Benchmark {
    pub(crate) observed: Cell<u64>,
    pub(crate) expected: Cell<f64>,
    pub(crate) ratio: Cell<f64>,
    pub(crate) ratio_lower: Cell<f64>,
    pub(crate) ratio_upper: Cell<f64>,
    pub(crate) phi_winsorised: Cell<f64>,
    pub(crate) position: String,
    pub(crate) position_998: String,
}

/// A row of `flags`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Flag {
    pub(crate) geographic_level: String,
    pub(crate) area_code: String,
    pub(crate) area_name: String,
    pub(crate) phase: String,
    pub(crate) provision: String,
    pub(crate) rule: String,
    pub(crate) level: String,
    pub(crate) score: Cell<f64>,
    pub(crate) probability: Cell<f64>,
    pub(crate) observed: Cell<u64>,
    pub(crate) expected: Cell<f64>,
    pub(crate) displaced: Cell<f64>,
    pub(crate) displaced_lower: Cell<f64>,
    pub(crate) displaced_upper: Cell<f64>,
    pub(crate) evidence: String,
    pub(crate) wording: String,
}

/// A row of `sensitivity`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Varied {
    pub(crate) geographic_level: String,
    pub(crate) area_code: String,
    pub(crate) area_name: String,
    pub(crate) variation: String,
    pub(crate) level: String,
    pub(crate) probability: Cell<f64>,
    pub(crate) displaced: Cell<f64>,
    pub(crate) wording: String,
}

/// One pair of lines of a funnel, from the smallest authority to the largest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FunnelLines {
    /// `chance` or `ordinary`.
    pub(crate) spread: String,
    /// Pupils, and the shares below and above which an authority of that size is lower or higher.
    pub(crate) sizes: Vec<(Cell<u64>, Cell<f64>, Cell<f64>)>,
    pub(crate) confidence: f64,
}

/// How often one rule flags a place that is at the benchmark, at one size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FalseFlags {
    /// The place at whose share every unit is taken to be.
    pub(crate) area_name: String,
    pub(crate) per_hundred: f64,
    pub(crate) rule: String,
    pub(crate) population: u64,
    pub(crate) nominal: f64,
    pub(crate) higher: f64,
    pub(crate) lower: f64,
}

impl FunnelLines {
    /// The upper line where it is flattest.
    pub(crate) fn highest_at_the_largest(&self) -> Option<f64> {
        self.sizes.last().and_then(|(.., upper)| upper.figure())
    }
}

impl Flag {
    /// Whether the row is of the place as a whole: a school's phase is its own, a larger place's `Total`.
    pub(crate) fn phase_is_whole(&self) -> bool {
        self.geographic_level == SCHOOL || self.phase == TOTAL
    }
}

/// The released figures, found by what they are about.
///
/// Only rows of the paper's year and coverage are seen.
pub(crate) struct Facts<'a> {
    pub(crate) about: &'a About,
    publication: &'a Publication,
    rates: Option<Index<'a, 6>>,
    benchmarks: Option<Index<'a, 8>>,
    funnel_limits: Option<&'a Table>,
    false_flags: Option<&'a Table>,
    flags: Vec<Flag>,
    explanations: Vec<Weighed>,
    sensitivity: Vec<Varied>,
}

/// One explanation weighed for one place.
struct Weighed {
    /// Level, code, phase, provision and rule of the finding.
    about: [String; 5],
    explanation: String,
    probability: Cell<f64>,
    given_departure: Cell<f64>,
    called: bool,
}

impl Weighed {
    fn is_of(&self, flag: &Flag) -> bool {
        [
            &flag.geographic_level,
            &flag.area_code,
            &flag.phase,
            &flag.provision,
            &flag.rule,
        ]
        .into_iter()
        .eq(&self.about)
    }
}

impl<'a> Facts<'a> {
    pub(crate) fn new(publication: &'a Publication) -> Self {
        let about = &publication.about;
        let places = [
            "geographic_level",
            "area_code",
            "phase",
            "sen_provision",
            "primary_need",
            "base",
        ];
        let [level, code, phase, provision, need, base] = places;
        Self {
            about,
            publication,
            rates: publication.table("rates").map(|table| {
                let of_others = [(2, TOTAL), (3, TOTAL)];
                Index::new(table, about, places, &of_others)
            }),
            benchmarks: publication.table("benchmarks").map(|table| {
                let names = [
                    level,
                    code,
                    phase,
                    provision,
                    need,
                    base,
                    "comparator",
                    "adjustment",
                ];
                let of_others = [(2, TOTAL), (3, TOTAL), (6, "England"), (7, "crude")];
                Index::new(table, about, names, &of_others)
            }),
            funnel_limits: publication.table("funnel_limits"),
            false_flags: publication.table("false_flags"),
            flags: publication
                .table("flags")
                .map_or_else(Vec::new, |table| read_flags(table, about)),
            explanations: publication
                .table("explanations")
                .map_or_else(Vec::new, |table| read_explanations(table, about)),
            sensitivity: publication
                .table("sensitivity")
                .map_or_else(Vec::new, |table| read_sensitivity(table, about)),
        }
    }

    /// The rate of a place.
    pub(crate) fn rate(&self, at: At<'_>, of: Of<'_>) -> Option<Rate> {
        let index = self.rates.as_ref()?;
        let row = index.row([at.level, at.code, of.phase, of.provision, of.need, of.base])?;
        Some(rate_of(index.table, row))
    }

    /// The rates of every place of a level, in the table's order.
    pub(crate) fn rates_at(&self, level: &str, of: Of<'_>) -> Vec<Rate> {
        let Some(index) = &self.rates else {
            return Vec::new();
        };
        index
            .codes_at(level)
            .filter_map(|code| self.rate(At { level, code }, of))
            .collect()
    }

    /// A place against a comparator.
    pub(crate) fn benchmark(
        &self,
        at: At<'_>,
        of: Of<'_>,
        comparator: &str,
        adjustment: &str,
    ) -> Option<Benchmark> {
        let index = self.benchmarks.as_ref()?;
        let row = index.row([
            at.level,
            at.code,
            of.phase,
            of.provision,
            of.need,
            of.base,
            comparator,
            adjustment,
        ])?;
        let table = index.table;
        Some(Benchmark {
            observed: table.count(row, "observed"),
            expected: table.number(row, "expected"),
            ratio: table.number(row, "ratio"),
            ratio_lower: table.number(row, "ratio_lower"),
            ratio_upper: table.number(row, "ratio_upper"),
            phi_winsorised: table.number(row, "phi_winsorised"),
            position: table.text(row, "position").to_owned(),
            position_998: table.text(row, "position_998").to_owned(),
        })
    }

    /// Every adjustment the benchmarks hold, the one with most strata first and `crude` last.
    pub(crate) fn adjustments(&self) -> Vec<&'a str> {
        let Some(index) = &self.benchmarks else {
            return Vec::new();
        };
        let mut adjustments: Vec<&str> = index.texts_of("adjustment").iter().map(String::as_str).collect();
        let strata = |name: &str| {
            if name == "crude" {
                0
            } else {
                1 + name.matches('+').count()
            }
        };
        adjustments.sort_by(|a, b| strata(b).cmp(&strata(a)).then(a.cmp(b)));
        adjustments
    }

    /// The lines of a funnel of a need, each kind of spread and confidence a pair.
    pub(crate) fn funnel_lines(&self, of: Of<'_>) -> Vec<FunnelLines> {
        let Some(table) = self.funnel_limits else {
            return Vec::new();
        };
        let wanted = [
            ("time_period", self.about.time_period.as_str()),
            ("coverage", &self.about.coverage),
            ("phase", of.phase),
            ("sen_provision", of.provision),
            ("primary_need", of.need),
            ("base", of.base),
        ];
        let mut lines: Vec<FunnelLines> = Vec::new();
        for row in table.rows_where(&wanted) {
            let spread = table.text(row, "spread");
            let Some(confidence) = table.number(row, "confidence").figure() else {
                continue;
            };
            let size = (
                table.count(row, "population"),
                table.number(row, "lower"),
                table.number(row, "upper"),
            );
            match lines
                .iter_mut()
                .find(|line| line.spread == spread && (line.confidence - confidence).abs() < 1e-9)
            {
                Some(line) => line.sizes.push(size),
                None => lines.push(FunnelLines {
                    spread: spread.to_owned(),
                    sizes: vec![size],
                    confidence,
                }),
            }
        }
        lines
    }

    /// How often rules flag places that are at the benchmark.
    pub(crate) fn false_flags(&self) -> Vec<FalseFlags> {
        let Some(table) = self.false_flags else {
            return Vec::new();
        };
        (0..table.rows())
            .filter_map(|row| {
                Some(FalseFlags {
                    area_name: table.text(row, "area_name").to_owned(),
                    per_hundred: table.number(row, "per_hundred").figure()?,
                    rule: table.text(row, "rule").to_owned(),
                    population: table.count(row, "population").figure()?,
                    nominal: table.number(row, "nominal").figure()?,
                    higher: table.number(row, "higher").figure()?,
                    lower: table.number(row, "lower").figure()?,
                })
            })
            .collect()
    }

    /// The findings, in the table's order.
    pub(crate) fn flags(&self) -> &[Flag] {
        &self.flags
    }

    /// The rival explanations weighed for a finding, the likeliest first.
    pub(crate) fn explanations_of(&self, flag: &Flag) -> Vec<(&str, Cell<f64>)> {
        let mut weighed: Vec<(&str, Cell<f64>)> = self
            .explanations
            .iter()
            .filter(|row| row.is_of(flag))
            .map(|row| (row.explanation.as_str(), row.probability))
            .collect();
        let order = |cell: &Cell<f64>| cell.figure().unwrap_or(-1.0);
        weighed.sort_by(|(_, a), (_, b)| order(b).total_cmp(&order(a)));
        weighed
    }

    /// What a finding most likely is if it is not ordinary variation, and how likely that then is.
    pub(crate) fn called(&self, flag: &Flag) -> Option<(&str, Cell<f64>)> {
        self.explanations
            .iter()
            .find(|row| row.called && row.is_of(flag))
            .map(|row| (row.explanation.as_str(), row.given_departure))
    }

    /// A table that may be there, with its rows of the paper's year and coverage.
    pub(crate) fn rows_of(&self, name: &str) -> Option<(&'a Table, Vec<usize>)> {
        let table = self.publication.table(name)?;
        Some((table, rows_of_the_paper(table, self.about)))
    }

    /// The verdicts under every variation, in the table's order.
    pub(crate) fn sensitivity(&self) -> &[Varied] {
        &self.sensitivity
    }

    /// The authority of the paper.
    pub(crate) fn own(&self) -> At<'a> {
        At {
            level: AUTHORITY,
            code: &self.about.authority_code,
        }
    }

    /// Its region.
    pub(crate) fn region(&self) -> At<'a> {
        At {
            level: REGIONAL,
            code: &self.about.region_code,
        }
    }

    /// England: the one place of its level.
    pub(crate) fn england(&self) -> At<'a> {
        let of_rates = self
            .rates
            .as_ref()
            .and_then(|index| index.codes_at(NATIONAL).next());
        let code = of_rates.or_else(|| {
            self.benchmarks
                .as_ref()
                .and_then(|index| index.codes_at(NATIONAL).next())
        });
        At {
            level: NATIONAL,
            code: code.unwrap_or_default(),
        }
    }
}

fn rate_of(table: &Table, row: usize) -> Rate {
    Rate {
        area_code: table.text(row, "area_code").to_owned(),
        area_name: table.text(row, "area_name").to_owned(),
        events: table.count(row, "events"),
        population: table.count(row, "population"),
        per_hundred: table.number(row, "per_hundred"),
        lower: table.number(row, "lower"),
        upper: table.number(row, "upper"),
    }
}

fn rows_of_the_paper(table: &Table, about: &About) -> Vec<usize> {
    table.rows_where(&[("time_period", &about.time_period), ("coverage", &about.coverage)])
}

fn read_flags(table: &Table, about: &About) -> Vec<Flag> {
    let text = |row, name| table.text(row, name).to_owned();
    rows_of_the_paper(table, about)
        .into_iter()
        .map(|row| Flag {
            geographic_level: text(row, "geographic_level"),
            area_code: text(row, "area_code"),
            area_name: text(row, "area_name"),
            phase: text(row, "phase"),
            provision: text(row, "sen_provision"),
            rule: text(row, "rule"),
            level: text(row, "level"),
            score: table.number(row, "score"),
            probability: table.number(row, "probability"),
            observed: table.count(row, "observed"),
            expected: table.number(row, "expected"),
            displaced: table.number(row, "displaced_pupils"),
            displaced_lower: table.number(row, "displaced_lower"),
            displaced_upper: table.number(row, "displaced_upper"),
            evidence: text(row, "evidence"),
            wording: text(row, "wording"),
        })
        .collect()
}

fn read_sensitivity(table: &Table, about: &About) -> Vec<Varied> {
    let text = |row, name| table.text(row, name).to_owned();
    rows_of_the_paper(table, about)
        .into_iter()
        .map(|row| Varied {
            geographic_level: text(row, "geographic_level"),
            area_code: text(row, "area_code"),
            area_name: text(row, "area_name"),
            variation: text(row, "variation"),
            level: text(row, "level"),
            probability: table.number(row, "probability"),
            displaced: table.number(row, "displaced_pupils"),
            wording: text(row, "wording"),
        })
        .collect()
}

fn read_explanations(table: &Table, about: &About) -> Vec<Weighed> {
    rows_of_the_paper(table, about)
        .into_iter()
        .map(|row| Weighed {
            about: ["geographic_level", "area_code", "phase", "sen_provision", "rule"]
                .map(|name| table.text(row, name).to_owned()),
            explanation: table.text(row, "explanation").to_owned(),
            probability: table.number(row, "probability"),
            given_departure: table.number(row, "given_departure"),
            called: table.text(row, "called") == "yes",
        })
        .collect()
}

/// Rows of a large table by their key columns. Only what a chart or sentence may quote is kept, since the rest is nearly
/// all of the table: no school's rate is quoted, and of authorities other than the paper's only some rows.
struct Index<'a, const N: usize> {
    table: &'a Table,
    keys: [&'a TextColumn; N],
    rows: HashMap<[u32; N], usize>,
    /// Level and code of each place, in the table's order.
    places: Vec<(u32, u32)>,
}

impl<'a, const N: usize> Index<'a, N> {
    /// `of_others`: what the key columns must say, by position, in a row of another authority.
    fn new(table: &'a Table, about: &About, names: [&str; N], of_others: &[(usize, &str)]) -> Self {
        let column = |name: &str| match table.column(name) {
            Some(ColumnData::Text(column)) => column,
            _ => panic!("table `{}` has no column of text `{name}`", table.name()),
        };
        let keys = names.map(column);
        let (periods, coverages) = (column("time_period"), column("coverage"));
        let wanted = periods
            .code_of(&about.time_period)
            .zip(coverages.code_of(&about.coverage));
        let school = keys[0].code_of(SCHOOL);
        let authority = keys[0].code_of(AUTHORITY);
        let own = keys[1].code_of(&about.authority_code);
        let of_others: Vec<(usize, Option<u32>)> = of_others
            .iter()
            .map(|(position, text)| (*position, keys[*position].code_of(text)))
            .collect();
        let mut index = Self {
            table,
            keys,
            rows: HashMap::new(),
            places: Vec::new(),
        };
        let Some((period, coverage)) = wanted else {
            return index;
        };
        let mut seen = std::collections::HashSet::new();
        for row in 0..table.rows() {
            if periods.codes()[row] != period
                || coverages.codes()[row] != coverage
                || Some(keys[0].codes()[row]) == school
            {
                continue;
            }
            let key = keys.map(|column| column.codes()[row]);
            let of_another = Some(key[0]) == authority && Some(key[1]) != own;
            if of_another
                && of_others
                    .iter()
                    .any(|(position, code)| Some(key[*position]) != *code)
            {
                continue;
            }
            if seen.insert((key[0], key[1])) {
                index.places.push((key[0], key[1]));
            }
            index.rows.entry(key).or_insert(row);
        }
        index
    }

    fn row(&self, texts: [&str; N]) -> Option<usize> {
        let mut key = [0; N];
        for ((code, column), text) in key.iter_mut().zip(self.keys).zip(texts) {
            *code = column.code_of(text)?;
        }
        self.rows.get(&key).copied()
    }

    fn codes_at(&self, level: &str) -> impl Iterator<Item = &'a str> {
        let wanted = self.keys[0].code_of(level);
        let codes = self.keys[1];
        self.places
            .iter()
            .filter(move |(level, _)| Some(*level) == wanted)
            .map(move |(_, code)| codes.texts()[*code as usize].as_str())
    }

    fn texts_of(&self, name: &str) -> &'a [String] {
        match self.table.column(name) {
            Some(ColumnData::Text(column)) => column.texts(),
            _ => &[],
        }
    }
}
