//! The program as its users run it.

mod acted;
mod architecture;
mod areas;
mod audit;
mod bad_input;
mod breaks;
mod cases_universe;
mod cells;
mod contradictions;
mod damaged;
mod demo;
mod documents;
mod england;
mod folder;
mod hostile_names;
mod kept_aside;
mod killed;
mod layouts;
mod layouts_shapes;
mod marks;
mod never_quoted;
mod nothing_lost;
mod options;
mod part_of_a_table;
mod printed_shares;
#[cfg(target_os = "linux")]
mod progress;
mod pupil_files;
mod pupils;
mod real_figures;
mod record;
mod schemas;
mod sources_meet;
