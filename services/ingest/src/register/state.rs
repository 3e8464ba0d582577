//! Whether the register can be judged by: it may not be read in full yet.

/// What is known of the register. Asked before judging: what is known only afterwards was not judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegisterState {
    /// It is read to its end.
    Whole,
    /// It is not read in full yet.
    Unread(String),
    /// It is not read yet; until it is, a copy that was whole once stands in.
    Copied(String),
}
