//! The services whose payloads are known: those that are shipped, and a trust's own beside its configuration.

use std::collections::BTreeMap;
use std::path::Path as FolderPath;
use std::sync::Arc;

use serde_json::Value;

use super::description::{Description, Kind};
use super::parse;
use crate::decode::files::{FormatError, descriptions_in, is_name};
use crate::rejected::payload::{self, RejectedPayload};

/// A service, by its name.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its name in the address of the request.
    pub(crate) name: String,
    pub(crate) description: Description,
    /// The description as it is written.
    text: String,
}

/// The service whose messages come by MQTT too.
pub(crate) const GLOW: &str = "glow";

/// All services, by name.
#[derive(Debug, Default)]
pub struct Services(BTreeMap<String, Arc<Service>>);

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// The descriptions that are shipped, by name.
        const SHIPPED: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../services/", $name, ".toml")))),+
        ];
    };
}

shipped![
    "defra-waste-receipt",
    "glow",
    "n3rgy-v1",
    "n3rgy-v2",
    "octopus",
    "perse",
    "rbee",
    "solaredge",
];

impl Services {
    /// Those that are shipped.
    pub fn shipped() -> Result<Self, FormatError> {
        let mut services = Services::default();
        for (name, text) in SHIPPED {
            services.add(name, text)?;
        }
        Ok(services)
    }

    /// The same, and those of a folder: a file of the same name replaces a shipped one.
    pub fn with_those_of(folder: &FolderPath) -> Result<Self, FormatError> {
        let mut services = Services::shipped()?;
        for (name, text) in descriptions_in(folder)? {
            services.add(&name, &text)?;
        }
        Ok(services)
    }

    /// Adds a description, or says what is wrong with it.
    pub(crate) fn add(&mut self, name: &str, text: &str) -> Result<(), FormatError> {
        let wrong = |why| FormatError::Wrong {
            name: name.to_owned(),
            why,
        };
        if !is_name(name) {
            return Err(wrong("a service is named by a-z, 0-9 and -".to_owned()));
        }
        let description = Description::read(text).map_err(wrong)?;
        if name == GLOW && description.registers().is_empty() {
            let why =
                "messages of Glow hold registers, by MQTT too: describe them in [[registers]]";
            return Err(wrong(why.to_owned()));
        }
        let service = Service {
            name: name.to_owned(),
            description,
            text: text.to_owned(),
        };
        self.0.insert(name.to_owned(), Arc::new(service));
        Ok(())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Service>> {
        self.0.get(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Service>> {
        self.0.values()
    }

    /// The title of a service.
    pub fn title(&self, name: &str) -> Option<&str> {
        Some(self.find(name)?.description.title.as_str())
    }

    /// The description of a service, as it is written.
    pub fn text(&self, name: &str) -> Option<&str> {
        Some(self.find(name)?.text.as_str())
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl Service {
    /// Whether its payloads hold events, and not rows of readings.
    pub(crate) fn holds_events(&self) -> bool {
        matches!(self.description.kind(), Some(Kind::Waste(_)))
    }

    /// Whether its payloads hold reads of registers, of which one says nothing without the one before.
    pub(crate) fn holds_registers(&self) -> bool {
        !self.description.registers().is_empty()
    }

    /// What is kept of a payload that is refused as a whole: all but what is private. Of text that is not JSON it cannot be told
    /// what is private, so nothing is kept if anything is.
    pub(crate) fn kept(&self, text: &str) -> RejectedPayload {
        let private = &self.description.private;
        if private.is_empty() {
            return payload::text(text);
        }
        let Ok(mut root) = parse(text) else {
            return payload::json(&());
        };
        for path in private {
            remove(&mut root, path.as_str());
        }
        payload::text(&root.to_string())
    }
}

/// Removes what stands at a pointer.
fn remove(root: &mut Value, pointer: &str) {
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(Value::Object(object)) = root.pointer_mut(parent)
    {
        object.remove(name);
    }
}
