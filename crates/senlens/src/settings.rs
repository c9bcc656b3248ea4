//! Settings that contradict each other, or would be passed over, are refused before anything is read.

use crate::{Audience, Config, Error};
use senlens_files::is_no_pipe;
use senlens_pupils::Levels;
use senlens_pupils::cells_file::is_cells_file;

/// Half the width of an audit's interval, in points.
const AUDIT_MARGINS: std::ops::RangeInclusive<u8> = 1..=50;

/// Sees that every setting means something, and that every file given will be read.
pub(crate) fn check_settings(config: &Config) -> Result<(), Error> {
    for path in config.read_paths() {
        is_no_pipe(&path, &path.display().to_string())?;
    }
    if config.schools.is_empty() && config.benchmark.is_empty() && config.pupils.is_empty() {
        return wrong(
            "nothing to read: give --schools, --benchmark or both; `senlens demo` needs neither".to_owned(),
        );
    }
    is_each_used(config)?;
    if !config.published.is_empty() && config.audience == Audience::Internal {
        return wrong(
            "--published is for a run that is to be published: add --audience public, or leave it out"
                .to_owned(),
        );
    }
    if !AUDIT_MARGINS.contains(&config.masking.audit_margin) {
        return wrong(format!(
            "`audit_margin` is from {} to {} points: `{}`",
            AUDIT_MARGINS.start(),
            AUDIT_MARGINS.end(),
            config.masking.audit_margin
        ));
    }
    Levels::with(&config.rules).map_err(|error| Error::Setting(error.to_string()))?;
    Ok(())
}

fn wrong(message: String) -> Result<(), Error> {
    Err(Error::Setting(message))
}

/// Refuses what would be passed over in silence.
fn is_each_used(config: &Config) -> Result<(), Error> {
    let unused = |option: &str, needs: &str| {
        Error::Setting(format!(
            "{option} was given and would not be used: it goes with {needs}"
        ))
    };
    let records = !config.pupils.is_empty() && !config.pupils.iter().any(|path| is_cells_file(path));
    for (option, given) in [
        ("--plans", !config.plans.is_empty()),
        ("--rule", !config.rules.is_empty()),
    ] {
        if given && !records {
            return Err(unused(option, "pupil records (--pupils)"));
        }
    }
    if config.links.is_some() && (config.pupils.is_empty() || config.schools.is_empty()) {
        return Err(unused(
            "--links",
            "pupil records (--pupils) and their schools (--schools)",
        ));
    }
    if config.mapping.is_some() && !records && (config.schools.is_empty() || !config.pupils.is_empty()) {
        return Err(unused(
            "--mapping",
            "pupil records (--pupils) or school files (--schools)",
        ));
    }
    let is_internal = config
        .policy
        .as_ref()
        .is_none_or(|policy| policy.as_os_str() == "internal");
    if config.audience == Audience::Internal && !is_internal {
        return Err(unused(
            "--policy",
            "a run that is to be published (--audience public)",
        ));
    }
    if !config.pupils.is_empty() && config.schools.len() > 1 {
        return wrong(format!(
            "{} school files were given beside pupil records, and one is read\n  hint: give one --schools that holds \
             every school of the pupils",
            config.schools.len()
        ));
    }
    Ok(())
}
