//! senlens
