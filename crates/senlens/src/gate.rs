//! Applies the policy to what a run would publish, and attacks a public run before it is published.

use crate::earlier_publication::read_published;
use crate::{Audience, Config, Error, read};
use senlens_attack::{AttackReport, Options, Places, attack};
use senlens_compare::{Atlas, Inputs};
use senlens_model::{Extent, LaCode, SourceKind, csv_field};
use senlens_release::{
    Policy, Publication, ReleaseRecord, Released, Sources, Structure, release, release_published,
};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The file in which a public run lists which place lies in which. Any reader could look it up; `senlens attack` needs it.
pub(crate) const PLACES: &str = "places.csv";

/// The policy of a run: the built-in one of a name or the file given, else the built-in one of the audience.
pub(crate) fn policy(config: &Config) -> Result<Policy, Error> {
    let Some(path) = &config.policy else {
        let name = config.audience.as_str();
        return Ok(Policy::preset(name).expect("the policy of each audience is built in"));
    };
    if let Some(preset) = path.to_str().and_then(Policy::preset) {
        return Ok(preset);
    }
    let text = read::text_of(path)?;
    Policy::parse(&text).map_err(|error| {
        Error::Setting(format!(
            "`{}`: {error}\n  hint: name a built-in policy (public, public-6, public-7, public-10), or start from the text of \
             one: `policy` in the run.json of a public run",
            path.display()
        ))
    })
}

/// Whether a run's figures must pass the policy: pupils behind them, and readers outside.
pub(crate) fn protects(config: &Config, kind: SourceKind, policy: &Policy) -> bool {
    config.audience == Audience::Public && policy.suppresses(kind)
}

/// Releases a publication: as it is, or under the policy where pupils must be protected.
pub(crate) fn release_under(
    publication: Publication,
    kind: SourceKind,
    structure: &Structure,
    policy: &Policy,
    protected: bool,
    published: &[PathBuf],
) -> Result<(Released<Publication>, Option<ReleaseRecord>), Error> {
    if !protected {
        return Ok((release_published(publication), None));
    }
    let sources = Sources {
        kinds: [kind].into_iter().collect(),
        structure: structure.clone(),
        published: read_published(published, structure)?,
    };
    let (released, record) = release(publication, &sources, policy)?;
    Ok((released, Some(record)))
}

/// What to say where the files given do not show that the Department has published the authority's own counts of the year,
/// which a public run shows as they are.
pub(crate) fn not_yet_published(inputs: &Inputs<'_>, atlas: &Atlas<'_>) -> Option<String> {
    let area = inputs.area;
    let is_published = atlas.published_needs.contains(&area.la_code);
    (!is_published).then(|| {
        format!(
            "The counts of {} as a whole are shown as they are, small ones too, since the Department publishes them. No \
             file given holds them for {}: do not publish this before the Department has.",
            area.name,
            inputs.year.in_words()
        )
    })
}

/// The places as any reader can look them up.
pub(crate) fn structure(atlas: &Atlas<'_>) -> Structure {
    let mut structure = Structure::new(atlas.geography.clone());
    // The Department publishes authorities' counts: to withhold them would hide nothing.
    structure.is_public(atlas.geography.authority().place_code());
    match atlas.schools_extent {
        Extent::Whole | Extent::Unchecked => {}
        // The authority's counts are the published table's.
        Extent::Part | Extent::AtOdds => structure.does_not_add_up_to_authority(),
    }
    // An authority without a school here has its counts from the Department's table.
    let of_schools: BTreeSet<LaCode> = atlas.schools.iter().map(|each| each.school.la_code).collect();
    for (la_code, other) in &atlas.authorities {
        if !of_schools.contains(la_code) {
            structure.is_public(other.place.place_code());
        }
    }
    structure
}

/// Which place lies in which, as the file that `senlens attack` reads.
pub(crate) fn places_file(structure: &Structure) -> String {
    let mut text = "geographic_level,area_code,parent_level,parent_code\n".to_owned();
    // A place without a parent is one whose counts are public.
    for (level, code) in structure.public() {
        let _ = writeln!(text, "{level},{},,", csv_field(code));
    }
    for ((level, code), (parent_level, parent)) in structure.parents() {
        let _ = writeln!(
            text,
            "{level},{},{parent_level},{}",
            csv_field(code),
            csv_field(parent)
        );
    }
    text
}

/// Attacks a folder as any reader could, beside what was published before.
pub(crate) fn audit_before_publication(
    folder: &Path,
    published: &[PathBuf],
    structure: &Structure,
) -> Result<AttackReport, Error> {
    let mut places = Places::default();
    for (level, code) in structure.public() {
        places.is_public((*level, code));
    }
    for ((level, code), (parent_level, parent)) in structure.parents() {
        places.lies_in((*level, code), (*parent_level, parent));
    }
    let folders: Vec<PathBuf> = [folder.to_owned()].iter().chain(published).cloned().collect();
    let report = attack(
        &folders,
        &Options {
            places,
            ..Options::default()
        },
    )?;
    if report.held() {
        Ok(report)
    } else {
        Err(Error::NotHeld(Box::new(report)))
    }
}

#[cfg(test)]
mod tests {
    use crate::run::prepare_with;
    use crate::{Audience, Config, Error, Outcome, Stage};
    use senlens_model::{Coverage, SourceKind};
    use senlens_synth::pupils::{PupilLayout, PupilSettings, write_pupils};
    use std::path::Path;

    fn run_with(
        config: &Config,
        kind: SourceKind,
        watcher: &dyn Fn(Stage),
        add: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<Outcome, Error> {
        prepare_with(config, kind, watcher, add)?.publish()
    }

    fn county(folder: &Path) -> Config {
        county_of(folder, 11, 8_000, 0)
    }

    fn county_of(folder: &Path, seed: u64, pupils: u32, dirty_records_a_rule: u32) -> Config {
        let settings = PupilSettings {
            seed,
            pupils,
            years: vec!["202223".parse().expect("a year")],
            masking: None,
            dirty_records_a_rule,
        };
        write_pupils(folder, &settings, &[PupilLayout::Csv]).expect("written");
        let mut config = Config::writing_to(folder.join("out"));
        config.pupils.push(folder.join("csv"));
        config.schools.push(folder.join("schools.csv"));
        config.area = Some("essex".to_owned());
        config.audience = Audience::Public;
        config
    }

    /// A school's name whose count of MLD is withheld.
    fn withheld_school(folder: &Path) -> String {
        let rates = std::fs::read_to_string(folder.join("tables/rates.csv")).expect("a table");
        rates
            .lines()
            .map(|line| line.split(',').collect::<Vec<_>>())
            .find(|fields| {
                fields[2] == "School" && fields[7] == "MLD" && fields[8] == "pupils" && fields[9] == "c"
            })
            .expect("a small school")[4]
            .to_owned()
    }

    #[test]
    fn whole_counties_and_records_with_faults_are_published_and_hold() {
        // No pupil's need is missing in the first, so that needs make up their totals. In the others some are, some records do
        // not say whether a pupil has special educational needs, and where no single count protects one its phase goes whole.
        for (seed, dirty_records_a_rule) in [(23, 0), (23, 3), (25, 3)] {
            let home = tempfile::tempdir().expect("a folder");
            let config = county_of(home.path(), seed, 46_000, dirty_records_a_rule);
            if let Err(error) = run_with(&config, SourceKind::Published, &|_| (), |_| Ok(())) {
                panic!("seed {seed}, {dirty_records_a_rule} records a rule: {error}");
            }
        }
    }

    #[test]
    fn a_second_run_takes_what_the_first_published_as_known() {
        let home = tempfile::tempdir().expect("a folder");
        let first = county(home.path());
        run_with(&first, SourceKind::Published, &|_| (), |_| Ok(())).expect("a run");
        let mut second = first.clone();
        second.out = home.path().join("second");
        second.coverage = Coverage::AllSchools;
        second.published.push(first.out.clone());
        run_with(&second, SourceKind::Published, &|_| (), |_| Ok(())).expect("a run");
        let record = std::fs::read_to_string(second.out.join("run.json")).expect("a record");
        let record: serde_json::Value = serde_json::from_str(&record).expect("JSON");
        let counts = &record["release"]["counts"];
        assert!(counts["shown_before"].as_u64() > Some(0), "{counts}");
        assert!(counts["withheld_before"].as_u64() > Some(0), "{counts}");
        // The paper's method note names the policy by the hash of its text, as the record does.
        let page = std::fs::read_to_string(second.out.join("report.html")).expect("a page");
        assert!(page.contains("do not publish this before the Department has"));
        let hash = record["policy_sha256"].as_str().expect("a hash");
        assert!(hash.len() == 64 && page.contains(hash), "{hash}");
        assert!(
            record["policy"]
                .as_str()
                .expect("a text")
                .contains("minimum_count = 5")
        );

        // What a table that no run writes gives away is not known.
        let stray = first.out.join("tables/rates_by_ward.csv");
        std::fs::write(&stray, "ward,pupils\nA,3\n").expect("written");
        let refused = run_with(&second, SourceKind::Published, &|_| (), |_| Ok(()))
            .expect_err("a stray table")
            .to_string();
        assert!(
            refused.contains("rates_by_ward.csv") && refused.contains("not a table that a run writes"),
            "{refused}"
        );
        std::fs::remove_file(&stray).expect("removed");

        // Another grouping of the same places cannot be held together with the first; nor is any folder a publication.
        let places = first.out.join("places.csv");
        let text = std::fs::read_to_string(&places).expect("places");
        let line = text
            .lines()
            .find(|line| line.starts_with("School"))
            .expect("a school");
        let code = line.rsplit(',').next().expect("a parent");
        std::fs::write(&places, text.replace(line, &line.replace(code, "\"E07999999\""))).expect("written");
        let refused = run_with(&second, SourceKind::Published, &|_| (), |_| Ok(()))
            .expect_err("grouped otherwise")
            .to_string();
        assert!(
            refused.contains("E07999999") && refused.contains("area file"),
            "{refused}"
        );
        let mut internal = county(home.path());
        internal.audience = Audience::Internal;
        internal.out = home.path().join("internal");
        run_with(&internal, SourceKind::Published, &|_| (), |_| Ok(())).expect("a run");
        second.published = vec![internal.out];
        let refused = run_with(&second, SourceKind::Published, &|_| (), |_| Ok(()))
            .expect_err("not published")
            .to_string();
        assert!(refused.contains("not a public run"), "{refused}");
        // Nothing is withheld inside the authority, so an earlier publication would have no effect.
        second.audience = Audience::Internal;
        let refused = run_with(&second, SourceKind::Published, &|_| (), |_| Ok(()))
            .expect_err("not to be published")
            .to_string();
        assert!(refused.contains("--audience public"), "{refused}");
    }

    #[test]
    fn a_public_run_with_a_planted_leak_publishes_nothing() {
        for leaks in [false, true] {
            let home = tempfile::tempdir().expect("a folder");
            let config = county(home.path());
            let run = run_with(&config, SourceKind::Published, &|_| (), |folder| {
                let school = withheld_school(folder);
                let said = if leaks { "999" } else { "c" };
                std::fs::write(
                    folder.join("notes.txt"),
                    format!("{school}: {said} pupils with MLD\n"),
                )
                .expect("written");
                Ok(())
            });
            match run {
                Err(Error::NotHeld(report)) => {
                    assert!(leaks, "{report}");
                    assert!(report.to_string().contains("notes.txt"), "{report}");
                    assert!(!config.out.exists(), "nothing is left");
                }
                Err(other) => panic!("{other}"),
                Ok(_) => assert!(!leaks && config.out.join("notes.txt").exists()),
            }
        }
    }
}
