//! The settings of a run.

use crate::output::RECORD;
use schemars::JsonSchema;
use senlens_compare::Stratum;
use senlens_model::{AcademicYear, AreaFile, Audience, Coverage, Date, Scope};
use senlens_pupils::Level;
use senlens_release::Policy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A run's configuration: the fields of a TOML file, and what the command line sets.
///
/// Paths in a file are relative to that file; see [`Config::from_toml`].
///
/// ```
/// # use senlens::Config;
/// let text = "schools = ['schools.csv']\narea = 'essex'\nout = 'report'\nyear = '202223'";
/// let config = Config::from_toml(text, std::path::Path::new("/data")).expect("sound");
/// assert_eq!(config.schools, [std::path::Path::new("/data/schools.csv")]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// School-level files: the Department's wide or long layout, or any other with a mapping.
    #[serde(default)]
    pub schools: Vec<PathBuf>,
    /// Pupil records: census returns or extracts, files or folders; the schools file then says which schools there are.
    /// Or files of cells counted from them before.
    #[serde(default)]
    pub pupils: Vec<PathBuf>,
    /// SEN2 files or folders, to join plans to the census before them.
    #[serde(default)]
    pub plans: Vec<PathBuf>,
    /// What becomes of pupil records that break a rule, where not the usual: `need_missing = "reject"` (or note, ignore).
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub rules: BTreeMap<String, Level>,
    /// Links between schools (predecessor, successor), as Get Information about Schools exports them.
    #[serde(default)]
    pub links: Option<PathBuf>,
    /// Published tables at authority, regional or national level; one that does not say its year with its year behind it
    /// (`table.csv@202223`).
    #[serde(default)]
    pub benchmark: Vec<PathBuf>,
    /// A list of statistical neighbours, one authority a column; replaces the area file's lists.
    #[serde(default)]
    pub neighbours: Option<PathBuf>,
    /// The authority: its name ("kent"), number ("886") or code ("E10000016"), or an area file. A run needs it.
    #[serde(default)]
    pub area: Option<String>,
    /// How the columns of a school file that is not an official layout are named.
    #[serde(default)]
    pub mapping: Option<PathBuf>,
    /// The year compared (202223); needed where an input holds several, or none.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub year: Option<AcademicYear>,
    /// The date of the paper (2026-01-31).
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub date: Option<Date>,
    /// Whose schools get rows in the tables.
    #[serde(default)]
    pub scope: Scope,
    /// The universe of schools the page speaks of.
    #[serde(default = "default_coverage")]
    #[schemars(with = "String")]
    pub coverage: Coverage,
    /// What pupils are adjusted for beside their phase, where pupil records carry it.
    #[serde(default = "usual_strata")]
    pub adjust_for: Vec<AdjustFor>,
    /// For whom the run writes.
    #[serde(default)]
    pub audience: Audience,
    /// The release policy (TOML); without it, the built-in one of the audience.
    #[serde(default)]
    pub policy: Option<PathBuf>,
    /// Folders of earlier public runs on the same records: what they show is known, and what they withhold stays withheld.
    #[serde(default)]
    pub published: Vec<PathBuf>,
    /// An audit sheet that was filled in, as a run of ours wrote it blank (audit/sheet.csv).
    #[serde(default)]
    pub audit_results: Option<PathBuf>,
    /// What the model of masking is told beside the counts.
    #[serde(default)]
    pub masking: MaskingSetting,
    /// The folder to write.
    pub out: PathBuf,
    /// Files that lay beside the inputs and are not used, with why: named in the notes of the run.
    #[serde(skip)]
    pub unused: Vec<String>,
    /// The file that this configuration was read from, for the record of the run.
    #[serde(skip)]
    pub read_from: Option<PathBuf>,
}

/// What the model of masking is told beside the counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaskingSetting {
    /// Which evidence of pupils and audits enters the model, where the input carries it.
    #[serde(default = "all_evidence")]
    pub evidence: Vec<EvidenceSetting>,
    /// How closely an audit should tell the share of records miscoded: half the width of its 95% interval, in points.
    #[serde(default = "usual_margin")]
    #[schemars(range(min = 1, max = 50))]
    pub audit_margin: u8,
    /// A date on which something was done about identification (2022-05-17): the last census before it is compared with
    /// the year of the run.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub action_date: Option<Date>,
}

impl Default for MaskingSetting {
    fn default() -> Self {
        Self {
            evidence: all_evidence(),
            audit_margin: usual_margin(),
            action_date: None,
        }
    }
}

/// A kind of evidence beyond the counts of primary needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceSetting {
    /// Pupils with MLD whose second need is SLCN or SEMH.
    SecondaryNeeds,
    /// Pupils with MLD whose need is SLCN or SEMH at the next census.
    Recoding,
    /// Plans that name SLCN or SEMH for pupils with MLD.
    PlanDiscordance,
    /// Records of MLD that an audit found to be of SLCN or SEMH.
    Audit,
}

impl EvidenceSetting {
    /// As the model knows it.
    pub(crate) fn kind(self) -> senlens_flags::joint::EvidenceKind {
        use senlens_flags::joint::EvidenceKind;
        match self {
            Self::SecondaryNeeds => EvidenceKind::SecondaryNeeds,
            Self::Recoding => EvidenceKind::Recoding,
            Self::PlanDiscordance => EvidenceKind::PlanDiscordance,
            Self::Audit => EvidenceKind::Audit,
        }
    }
}

fn all_evidence() -> Vec<EvidenceSetting> {
    vec![
        EvidenceSetting::SecondaryNeeds,
        EvidenceSetting::Recoding,
        EvidenceSetting::PlanDiscordance,
        EvidenceSetting::Audit,
    ]
}

fn usual_margin() -> u8 {
    5
}

/// What pupils may be adjusted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AdjustFor {
    /// Year group.
    NcYear,
    /// Sex.
    Sex,
    /// Free school meals.
    Fsm,
    /// Ethnicity.
    Ethnicity,
}

impl AdjustFor {
    /// As the comparison names it.
    pub(crate) fn stratum(self) -> Stratum {
        match self {
            Self::NcYear => Stratum::NcYear,
            Self::Sex => Stratum::Sex,
            Self::Fsm => Stratum::FreeSchoolMeals,
            Self::Ethnicity => Stratum::Ethnicity,
        }
    }
}

fn usual_strata() -> Vec<AdjustFor> {
    vec![AdjustFor::NcYear, AdjustFor::Sex, AdjustFor::Fsm]
}

fn default_coverage() -> Coverage {
    Coverage::StateFunded
}

impl Config {
    /// A run with nothing but a place to write to; set the inputs.
    pub fn writing_to(out: PathBuf) -> Self {
        Self {
            schools: Vec::new(),
            pupils: Vec::new(),
            plans: Vec::new(),
            rules: BTreeMap::new(),
            links: None,
            policy: None,
            published: Vec::new(),
            benchmark: Vec::new(),
            neighbours: None,
            area: None,
            mapping: None,
            year: None,
            date: None,
            scope: Scope::default(),
            coverage: default_coverage(),
            adjust_for: usual_strata(),
            audience: Audience::default(),
            audit_results: None,
            masking: MaskingSetting::default(),
            out,
            unused: Vec::new(),
            read_from: None,
        }
    }

    /// The files beside the inputs that a run reads, each with what it is.
    pub(crate) fn also_read(&self) -> Vec<(&'static str, PathBuf)> {
        // A name of an authority or of a built-in policy is none of a file.
        let is_there = |path: &PathBuf| path.exists() && !path.is_dir();
        let area = self.area.as_deref();
        let area = area.filter(|area| crate::area::is_a_path(area) || AreaFile::built_in(area).is_none());
        let area = area.map(PathBuf::from).filter(is_there);
        let policy = self.policy.as_ref();
        let policy = policy.filter(|policy| policy.to_str().and_then(Policy::preset).is_none());
        let policy = policy.cloned().filter(is_there);
        // Beside pupil records it is read as the list of schools, and counted nowhere.
        let schools = self.schools.first().filter(|_| !self.pupils.is_empty());
        let published = self.published.iter().filter_map(|folder| {
            let files = [folder.join(RECORD), folder.clone()];
            let file = files.into_iter().find(|file| file.is_file());
            Some(("earlier publication", Some(file?)))
        });
        [
            ("configuration", self.read_from.clone()),
            ("area", area),
            ("list of schools", schools.cloned()),
            ("mapping", self.mapping.clone()),
            ("policy", policy),
            ("links", self.links.clone()),
            ("neighbours", self.neighbours.clone()),
            ("audit sheet", self.audit_results.clone()),
        ]
        .into_iter()
        .chain(published)
        .filter_map(|(what, path)| Some((what, path?)))
        .collect()
    }

    /// Every path that a run reads.
    pub fn read_paths(&self) -> Vec<PathBuf> {
        let inputs = [&self.schools, &self.pupils, &self.plans, &self.published];
        let benchmarks = self.benchmark.iter().map(|given| crate::read::dated(given).0);
        let also = self.also_read().into_iter().map(|(_, path)| path);
        let inputs = inputs.into_iter().flatten().cloned();
        inputs.chain(benchmarks).chain(also).collect()
    }

    /// Reads the text of a config file; its relative paths are taken from `folder`.
    ///
    /// # Errors
    /// What is wrong, with its line, when it is not the TOML we ask for.
    pub fn from_toml(text: &str, folder: &std::path::Path) -> Result<Self, String> {
        let mut config: Self =
            toml::from_str(text).map_err(|error| senlens_model::toml_fault(text, &error))?;
        let lists = [
            &mut config.schools,
            &mut config.pupils,
            &mut config.plans,
            &mut config.benchmark,
            &mut config.published,
        ];
        let single = [
            &mut config.neighbours,
            &mut config.mapping,
            &mut config.links,
            &mut config.policy,
            &mut config.audit_results,
        ];
        for path in lists.into_iter().flatten().chain(single.into_iter().flatten()) {
            *path = folder.join(&*path);
        }
        config.out = folder.join(&config.out);
        if let Some(area) = &mut config.area
            && crate::area::is_a_path(area)
        {
            *area = folder.join(&area).to_string_lossy().into_owned();
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::Config;
    use std::path::Path;

    #[test]
    fn an_unknown_field_is_named_with_its_line() {
        let message =
            Config::from_toml("out = 'x'\nshcools = []", Path::new(".")).expect_err("a slip of the pen");
        assert!(message.contains("shcools") && message.contains('2'), "{message}");
    }

    #[test]
    fn an_authority_is_not_a_path() {
        for (written, read) in [
            ("kent", "kent"),
            ("kentt", "kentt"),
            ("E10000016", "E10000016"),
            ("kent.toml", "/data/kent.toml"),
            ("areas/kent", "/data/areas/kent"),
        ] {
            let config = Config::from_toml(&format!("out = 'x'\narea = '{written}'"), Path::new("/data"));
            let config = config.expect("sound");
            assert_eq!(
                (config.area.as_deref(), config.out.as_path()),
                (Some(read), Path::new("/data/x"))
            );
        }
        let config = Config::from_toml("out = 'x'", Path::new("/data")).expect("sound");
        assert_eq!(config.area, None);
    }
}
