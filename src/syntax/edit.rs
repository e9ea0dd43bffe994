//! Tree operations rendered as text edits that keep comments and formatting.
