//! One function to call the readers of pupil records by.

use senlens_pupils::{PupilOptions, SchoolDirectory, read_pupils};

const SCHOOLS: &[u8] =
    b"school_urn,school_laestab,school_name,phase_type_grouping\n100001,8812001,Invented,State-funded primary\n";

/// Reads bytes as a pupil file, and as plans; every account of what is read must balance.
pub fn read(start: &[u8], bytes: &[u8], as_plans: bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("input");
    std::fs::write(&path, [start, bytes].concat()).expect("written");
    let schools = SchoolDirectory::parse("schools", SCHOOLS.to_vec(), None).expect("schools");
    let mut options = PupilOptions::new(&schools).expect("a key");
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
    if let Ok(reading) = read_pupils(&paths, &options) {
        for account in &reading.accounts {
            assert_eq!(
                account.read(),
                account.accepted() + account.rejected().values().sum::<u64>()
            );
        }
    }
}
