//! The native program: the command line over the native host.
fn main() {}
