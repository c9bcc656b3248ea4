//! Writes a table as large as the benchmarks of every school in England, to time it:
//! `cargo run --release -p senlens-report --example two_million_rows FOLDER`.

use senlens_model::{Need, NeedCut};
use senlens_release::tables::Benchmarks;
use senlens_release::{Adjustment, Base, Cell, Comparator, Position, release_published};
use senlens_report::{Options, ReportError, write};
use senlens_testing::publication::{Gathered, Kind, publication};
use std::path::PathBuf;

const ROWS: u32 = 2_000_000;

fn main() -> Result<(), ReportError> {
    let folder = std::env::args_os()
        .nth(1)
        .map_or_else(|| PathBuf::from("out"), PathBuf::from);
    let mut rows = Gathered::<Benchmarks>::default();
    let crude = Adjustment::crude();
    for row in 0..ROWS {
        let at = |length: usize| row as usize % length;
        let school = row % 24_442;
        let code = (100_000 + school).to_string();
        let name = format!("Invented school {school}");
        rows.key("School", &code, &name, "State-funded primary", "Total");
        rows.put(Benchmarks::primary_need(), NeedCut::Of(Need::ALL[at(7)]));
        rows.put(Benchmarks::base(), Base::ALL[at(2)]);
        rows.put(Benchmarks::comparator(), Comparator::ALL[at(4)]);
        rows.put(Benchmarks::adjustment(), &crude);
        rows.put(Benchmarks::observed(), Cell::Shown(u64::from(row % 97)));
        for (position, column) in (1u32..).zip([
            Benchmarks::expected(),
            Benchmarks::ratio(),
            Benchmarks::ratio_lower(),
            Benchmarks::ratio_upper(),
            Benchmarks::confidence(),
            Benchmarks::z(),
            Benchmarks::phi(),
            Benchmarks::phi_winsorised(),
            Benchmarks::z_adjusted(),
            Benchmarks::p_value(),
            Benchmarks::q_value(),
        ]) {
            let figure = f64::from(row % 7_919) / f64::from(97 + position);
            rows.put(
                column,
                if row % 50 == 0 {
                    Cell::NotApplicable
                } else {
                    Cell::Shown(figure)
                },
            );
        }
        for column in [Benchmarks::position(), Benchmarks::position_998()] {
            rows.put(column, Cell::Shown(Position::Similar));
        }
    }
    let mut publication = publication(Kind::Everything);
    publication.tables.retain(|table| table.name() != "benchmarks");
    publication.tables.push(rows.finish());
    let released = release_published(publication);
    let start = std::time::Instant::now();
    write(&released, &folder, &Options::default())?;
    // An example may speak; the library does not.
    #[expect(clippy::print_stderr, reason = "an example tells its reader")]
    {
        eprintln!(
            "{ROWS} rows of 25 columns, page and charts: {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
