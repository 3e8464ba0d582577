//! The files attached to an e-mail.

use events::Refusal;
use mail_parser::{MessageParser, MimeHeaders};

use super::refused;

/// Headers of which a message has some before anything else.
const HEADERS: [&str; 8] = [
    "return-path:",
    "received:",
    "delivered-to:",
    "mime-version:",
    "from:",
    "message-id:",
    "date:",
    "subject:",
];

/// Whether a text, in small letters, begins like a message.
pub(super) fn is_email(beginning: &str) -> bool {
    let lines = beginning.lines().take_while(|line| !line.is_empty());
    let named = lines.filter(|line| HEADERS.iter().any(|header| line.starts_with(header)));
    HEADERS.iter().any(|header| beginning.starts_with(header)) && named.count() >= 2
}

/// The attached files, each with its name. Pictures and the like, which signatures bring along, are left out.
pub(super) fn attachments(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    let hint = "attach the supplier's file to the e-mail";
    let message = MessageParser::default().parse(bytes);
    let message = message.ok_or_else(|| refused(None, hint, "an e-mail that cannot be read"))?;
    let files = message.attachments().filter_map(|attached| {
        let name = attached.attachment_name()?.to_owned();
        let is_picture = attached
            .content_type()
            .is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
        (!is_picture).then(|| (name, attached.contents().to_vec()))
    });
    let files: Vec<_> = files.collect();
    match files.is_empty() {
        true => Err(refused(None, hint, "an e-mail without an attached file")),
        false => Ok(files),
    }
}
