//! The program as its users run it.

mod architecture;
mod schemas;
