//! data-schemas/ is what the code says it is.

use senlens_tests::root;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn schemas_on_disk_are_those_of_the_code() {
    let folder = root().join("data-schemas");
    let update = std::env::var_os("UPDATE_SCHEMAS").is_some();
    let mut names = BTreeSet::new();
    for (name, text) in senlens::schemas() {
        let path = folder.join(format!("{name}.schema.json"));
        if update {
            fs::write(&path, &text).expect("written");
        }
        let on_disk = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            on_disk == text,
            "{} is not what the code says; run tests with UPDATE_SCHEMAS=1",
            path.display()
        );
        names.insert(format!("{name}.schema.json"));
    }
    for entry in fs::read_dir(&folder).expect("there") {
        let name = entry
            .expect("readable")
            .file_name()
            .to_string_lossy()
            .into_owned();
        let ours = name.ends_with(".schema.json");
        assert!(!ours || names.contains(&name), "no type of ours gives {name}");
    }
}

#[test]
fn the_readme_lists_every_schema() {
    let readme = fs::read_to_string(root().join("data-schemas/README.md")).expect("there");
    for (name, _) in senlens::schemas() {
        assert!(
            readme.contains(&format!("`{name}`")),
            "data-schemas/README.md lacks {name}"
        );
    }
}
