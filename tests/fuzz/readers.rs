//! The readers of pupil records, compiled without the rest of senlens-ingest, and one function to call them by.
#![allow(dead_code, unused_imports, reason = "parts of the crate that the readers do not use")]

#[path = "../../crates/ingest/src/account.rs"]
mod account;
#[path = "../../crates/ingest/src/decode.rs"]
mod decode;
#[path = "../../crates/ingest/src/error.rs"]
mod error;
#[path = "../../crates/ingest/src/open.rs"]
mod open;
#[path = "../../crates/ingest/src/problem.rs"]
mod problem;
#[path = "../../crates/ingest/src/pupil/mod.rs"]
pub mod pupil;

pub use account::RowAccount;
pub use decode::{Encoding, decode};
pub use error::Error;
pub use open::{FileKind, Found, MOST_BYTES, MOST_FILES, Opened, open_each};
pub use problem::{Problem, Screening};

const SCHOOLS: &[u8] =
    b"school_urn,school_laestab,school_name,phase_type_grouping\n100001,8812001,Invented,State-funded primary\n";

/// Reads bytes as a pupil file, and as plans; every account of what is read must balance.
pub fn read(start: &[u8], bytes: &[u8], as_plans: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("input");
    std::fs::write(&path, [start, bytes].concat()).expect("written");
    let schools = pupil::SchoolDirectory::parse("schools", SCHOOLS.to_vec(), None).expect("schools");
    let mut options = pupil::PupilOptions::new(&schools).expect("a key");
    let plans = [path.clone()];
    let sound = folder.path().join("sound.csv");
    let mut paths = vec![path];
    if as_plans {
        std::fs::write(
            &sound,
            "AcademicYear,LAEstab,UPN,SENprovision\n202223,8812001,G881200100001,K\n",
        )
        .expect("written");
        options.plans = &plans;
        paths = vec![sound];
    }
    if let Ok(reading) = pupil::read_pupils(&paths, &options) {
        for account in &reading.accounts {
            assert_eq!(
                account.read(),
                account.accepted() + account.rejected().values().sum::<u64>()
            );
        }
    }
}
