//! Where people send data.

use serde::Deserialize;
use url::Url;

/// The public address of ingest, `https://data.heron.example` or with a path below which a proxy serves it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct IngestUrl(String);

impl TryFrom<String> for IngestUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!(
                "the address of ingest begins with http:// or https:// and has no user, ? or #, such as \
                 https://data.heron.example; got {text:?}"
            )
        };
        let url = Url::parse(&text).map_err(|_| wrong())?;
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        match is_web && is_bare {
            true => Ok(IngestUrl(url.as_str().trim_end_matches('/').to_owned())),
            false => Err(wrong()),
        }
    }
}

impl IngestUrl {
    /// The page that takes a file.
    pub(crate) fn upload(&self) -> String {
        format!("{}/upload", self.0)
    }

    /// The page that takes the counts of a travel survey; a school fills in its field.
    pub(crate) fn survey(&self, school: Option<events::Urn>) -> String {
        match school {
            Some(urn) => format!("{}/survey?urn={urn}", self.0),
            None => format!("{}/survey", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_web_leads_to_the_pages_of_ingest() {
        let check = |text: &str, upload: Option<&str>| {
            let url = IngestUrl::try_from(text.to_owned());
            assert_eq!(
                url.ok().map(|url| url.upload()).as_deref(),
                upload,
                "{text}"
            );
        };
        check(
            "http://127.0.0.1:8080",
            Some("http://127.0.0.1:8080/upload"),
        );
        check(
            "https://data.example/in/",
            Some("https://data.example/in/upload"),
        );
        for wrong in [
            "data.example",
            "ftp://data.example",
            "javascript:alert(1)",
            "https://me:secret@data.example",
            "https://data.example/?a=1",
            "https://",
            "",
        ] {
            check(wrong, None);
        }
    }
}
