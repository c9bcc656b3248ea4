//! The two rules of ARCHITECTURE.md, read from the manifests.

use senlens_tests::root;
use std::collections::{BTreeMap, BTreeSet};

/// What each crate of ours depends on, by its folder's name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for folder in std::fs::read_dir(root().join("crates")).expect("crates/ is there") {
        let folder = folder.expect("readable").path();
        let Ok(text) = std::fs::read_to_string(folder.join("Cargo.toml")) else {
            continue;
        };
        let manifest: toml::Table = text.parse().expect("a manifest is TOML");
        let mut names = BTreeSet::new();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            if let Some(table) = manifest.get(section).and_then(|section| section.as_table()) {
                names.extend(table.keys().cloned());
            }
        }
        all.insert(
            folder.file_name().expect("named").to_string_lossy().into_owned(),
            names,
        );
    }
    assert!(all.len() >= 10, "the workspace has its crates: {all:?}");
    all
}

/// The dependencies of one crate, itself checked to be there.
fn of(name: &str) -> BTreeSet<String> {
    dependencies()
        .remove(name)
        .unwrap_or_else(|| panic!("crates/{name} has a manifest"))
}

#[test]
fn report_sees_release_and_the_nouns_alone() {
    let ours: Vec<String> = of("report")
        .into_iter()
        .filter(|name| name.starts_with("senlens") && name != "senlens-testing")
        .collect();
    assert_eq!(ours, ["senlens-model", "senlens-release"]);
}

#[test]
fn attack_shares_no_code_with_release() {
    // Its tests invent counties with the rest of the workspace; the crate itself knows the nouns alone.
    let manifest = root().join("crates/attack/Cargo.toml");
    let manifest: toml::Table = std::fs::read_to_string(manifest)
        .expect("there")
        .parse()
        .expect("a manifest is TOML");
    let ours: Vec<&String> = manifest["dependencies"]
        .as_table()
        .expect("a table")
        .keys()
        .filter(|name| name.starts_with("senlens"))
        .collect();
    assert_eq!(ours, ["senlens-model"]);
    assert!(!of("release").contains("senlens-attack"));
}

#[test]
fn polars_stays_in_frames_and_out_of_the_program() {
    for (name, needs) in dependencies() {
        let knows = needs.iter().any(|need| need.starts_with("polars"));
        assert_eq!(knows, name == "frames", "{name}");
        assert!(!needs.contains("senlens-frames"), "{name} would link polars");
    }
}

#[test]
fn data_flows_one_way() {
    let order = [
        "model",
        "files",
        "published",
        "pupils",
        "stats",
        "compare",
        "flags",
        "release",
        "report",
    ];
    for (position, name) in order.iter().enumerate() {
        for downstream in &order[position + 1..] {
            assert!(
                !of(name).contains(&format!("senlens-{downstream}")),
                "{name} must not know {downstream}"
            );
        }
    }
    assert!(
        !of("pupils").contains("senlens-published"),
        "pupil records and published tables are read apart"
    );
    assert_eq!(
        of("model")
            .iter()
            .filter(|name| name.starts_with("senlens"))
            .count(),
        0
    );
}
