//! What becomes of a file after ingest has answered.

use super::{Outcome, Stopped};

/// Where a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Something of it was accepted, or nothing was in it.
    Done,
    /// Nothing of it was accepted.
    Refused,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    PutAway(Verdict),
    /// It could not be sent, or changed.
    Stays,
    /// It is not there any more.
    Gone,
}

/// Where a file goes; none if it stays, as another try may succeed.
pub fn verdict(outcome: &Outcome) -> Option<Verdict> {
    match &outcome.stopped {
        Some(Stopped::File(error)) if error.is_of_content() => return Some(Verdict::Refused),
        Some(_) => return None,
        None => {}
    }
    let is_refused = outcome.refused_as_a_whole || (outcome.accepted == 0 && outcome.refused > 0);
    Some(match is_refused {
        true => Verdict::Refused,
        false => Verdict::Done,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientError;
    use crate::commands::import::FileError;

    fn check(change: impl FnOnce(&mut Outcome), wanted: Option<Verdict>) {
        let mut outcome = Outcome::of("june.csv");
        change(&mut outcome);
        assert_eq!(verdict(&outcome), wanted, "{outcome:?}");
    }

    #[test]
    fn a_file_is_refused_for_its_content_and_stays_for_anything_else() {
        let done = Some(Verdict::Done);
        let refused = Some(Verdict::Refused);
        check(|one| (one.accepted, one.refused) = (1, 2), done);
        check(|one| one.refused = 2, refused);
        check(|one| one.refused_as_a_whole = true, refused);
        check(|_| {}, done);
        let stopped = |why: Stopped| move |one: &mut Outcome| one.stopped = Some(why);
        let of_content = FileError::NoTable("it is empty".to_owned());
        check(stopped(Stopped::File(of_content)), refused);
        check(stopped(Stopped::File(FileError::Changed)), None);
        check(stopped(Stopped::Ingest(ClientError::NoToken)), None);
        // Some parts were accepted before ingest went away.
        let in_part = |one: &mut Outcome| {
            one.accepted = 5;
            one.stopped = Some(Stopped::Ingest(ClientError::NoToken));
        };
        check(in_part, None);
    }
}
