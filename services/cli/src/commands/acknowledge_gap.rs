//! `greenledger acknowledge-gap`: the operator confirms that events are lost which Kafka deleted before they were in the
//! ledger, after having them sent again as far as possible. Aggregate is ready again.

use std::process::ExitCode;

use aggregate::acknowledge_gaps;
use serde_json::{Value, json};

use super::configs;
use crate::args::{AcknowledgeGap, Format};
use crate::show;

pub async fn run(arguments: &AcknowledgeGap, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&arguments.config)?;
    let lake = config.lake.open()?;
    let gaps = acknowledge_gaps(&lake, config.sharding.partitions, arguments.dry_run).await?;
    match format {
        Format::Json => {
            let gap = |gap: &lake::LogGap| {
                json!({
                    "topic": gap.topic.name(),
                    "partition": gap.partition,
                    "from": gap.from,
                    "to": gap.to - 1,
                    "records": gap.records(),
                })
            };
            let gaps: Vec<Value> = gaps.iter().map(gap).collect();
            show::json_line(&json!({ "gaps": gaps, "acknowledged": !arguments.dry_run }));
        }
        Format::Text if gaps.is_empty() => {
            show::text("no events are lost, except those acknowledged")
        }
        Format::Text => {
            let done = if arguments.dry_run {
                "lost"
            } else {
                "lost, acknowledged"
            };
            for gap in &gaps {
                show::text(&format!(
                    "{done}: {} records of topic {}, partition {}, offsets {} to {}",
                    gap.records(),
                    gap.topic.name(),
                    gap.partition,
                    gap.from,
                    gap.to - 1
                ));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
