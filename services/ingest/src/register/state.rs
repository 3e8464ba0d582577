//! Whether events can be judged by the register: it may not be read in full yet.

/// How complete the register is. Queried before judging: registrations that arrive afterwards were not part of the judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RegisterState {
    /// It is read to its end.
    Whole,
    /// It is not read in full yet.
    Unread(String),
    /// It is not read yet; until then, a copy that was once complete replaces it.
    Copied(String),
}
