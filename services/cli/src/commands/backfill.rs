//! `greenledger backfill`: the history of some days, to its receiver again.

use std::process::ExitCode;

use anyhow::bail;
use serde_json::json;

use super::configs;
use crate::args::{Backfill, Format};
use crate::show;
use crate::show::exit_code;
use crate::up::reachable;
use crate::wait_until_settled::footprint_store;

pub async fn run(backfill: &Backfill, format: Format) -> anyhow::Result<ExitCode> {
    if backfill.to.is_some_and(|to| to < backfill.from) {
        bail!("--to is before --from");
    }
    let config = configs::publish(&backfill.config)?;
    if config.history.is_none() {
        bail!(
            "{} has no [history]: see deploy/config/publish.toml",
            backfill.config.display()
        );
    }
    let footprint_store = footprint_store(&reachable(config.bus.clone())?).await?;
    let days = (backfill.from, backfill.to);
    let bar = show::progress(0, format);
    let say = |slice: &str, done: &publish::Backfilled| {
        bar.set_message(format!("{} samples, {slice}", done.accepted));
    };
    let waiting = |why: &str| show::aside(&bar, &format!("waiting for the receiver: {why}"));
    let done = publish::backfill(&config, footprint_store, days, say, waiting).await?;
    bar.finish_and_clear();
    if format == Format::Json {
        show::json_line(&json!({
            "accepted": done.accepted,
            "refused": done.refused,
            "too_old": done.too_old,
            "why": done.why,
        }));
    } else {
        show::text(&format!("{} samples written", done.accepted));
        if done.too_old > 0 {
            show::text(&format!(
                "{} samples not sent: older than [history] out_of_order_days",
                done.too_old
            ));
        }
        if let Some(why) = &done.why {
            show::text(&format!(
                "{} samples refused, the last with {why}",
                done.refused
            ));
        }
    }
    Ok(exit_code(done.refused as u64))
}
