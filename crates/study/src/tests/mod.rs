//! The study in small: what every test run can afford.

mod audit;
mod detection;
