//! senlens
fn main() {}
