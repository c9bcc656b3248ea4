//! Published files, whole: real ones against published figures, invented ones against each other and against damage.

mod bad_input;
mod damage;
mod invented;
mod layouts_agree;
mod packed;
mod real_areas;
mod real_schools;
mod shared;
mod tidy_eras;
