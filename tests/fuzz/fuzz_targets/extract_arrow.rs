#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| senlens_fuzz::read(b"ARROW1", bytes, false));
