#![no_main]

use senlens_pupils::{EstablishmentLinks, Mapping, SchoolDirectory, suggest_mapping};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(mapping) = Mapping::parse(&text) {
        assert_eq!(Mapping::parse(&mapping.to_toml()).as_ref(), Ok(&mapping));
    }
    let headers: Vec<String> = text.split(',').map(str::to_owned).collect();
    let _ = suggest_mapping(&headers);
    let _ = SchoolDirectory::parse("schools", bytes.to_vec(), None);
    let _ = EstablishmentLinks::parse("links", bytes.to_vec());
});
