#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| senlens_fuzz::read(b"", bytes, true));
