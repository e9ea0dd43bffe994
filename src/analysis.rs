//! Pure functions of the model: which ports are open between whom, why, and to whom that does not
//! exist yet.

pub mod backend;
pub mod connections;
pub mod grants;
pub mod outside;
pub mod pair;
pub mod reach;
pub mod row;
pub mod unknown;
pub mod verdict;
