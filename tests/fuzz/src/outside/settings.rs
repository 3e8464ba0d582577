//! A configuration of ingest, and a file of tokens.

use crate::config::hold;

pub fn config(data: &[u8]) {
    hold(data, |file| {
        let mut config = chassis::read_config::<ingest::Config>(file)?;
        // Files of the machine are none of an input's business.
        config.tokens_file = None;
        config.tls = None;
        if let Some(mqtt) = &mut config.mqtt {
            mqtt.password = None;
            mqtt.state = "reads".into();
        }
        Ok(config.check()?)
    });
}

pub fn tokens(data: &[u8]) {
    hold(data, |file| {
        let mut config = chassis::read_config::<ingest::Config>(LEAST.as_ref())?;
        config.tokens_file = Some(file.to_owned());
        Ok(config.check()?)
    });
}

/// A configuration without tokens of its own.
const LEAST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../deploy/config/ingest.toml"
);
