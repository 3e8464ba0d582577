package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Percentiles of a histogram.
func percentiles(name string, by ...float64) []ask {
	var asks []ask
	for _, q := range by {
		expr := fmt.Sprintf("histogram_quantile(%g, sum by (le) (rate(%s_bucket[$__rate_interval])))", q, name)
		asks = append(asks, ask{expr, fmt.Sprintf("%g%%", q*100)})
	}
	return asks
}

func pipelineBoard() board {
	rate := func(name, by string) string {
		return fmt.Sprintf("sum by (%s) (rate(%s[$__rate_interval]))", by, name)
	}
	total := func(name string) string { return fmt.Sprintf("sum(rate(%s[$__rate_interval]))", name) }
	const ready = "/readyz"
	return board{
		file: "pipeline-health", uid: "greenledger-pipeline-health", title: "Pipeline health", from: "now-6h",
		about:     "The three services: what comes in, what waits, what is published.",
		variables: []cog.Builder[dashboard.VariableModel]{datasource(), page_()},
		rows: []row{
			{title: "Now", panels: []panel{
				{kind: number, title: "Services up", wide: 6, high: 5, page: ready, about: "Instances that Prometheus reaches.", steps: from("red", 1.0, "green"),
					asks: named(`sum by (job) (up{job=~"ingest|aggregate|publish"})`, "{{job}}")},
				{kind: number, title: "Alerts firing", wide: 3, high: 5, page: ready, about: "Of Greenledger's rules.", steps: from("green", 1.0, "red"),
					asks: one(`count(ALERTS{alertstate="firing"}) or vector(0)`)},
				{kind: number, title: "Events taken", wide: 3, high: 5, unit: "eps", decimals: 1, page: ready, about: "By ingest, over five minutes.", asks: one("ingest:events_accepted:rate5m")},
				{kind: number, title: "Lag", wide: 4, high: 5, unit: "locale", page: ready, about: "Events that are in Kafka and not in the ledger.", steps: from("green", 1000.0, "yellow", 10000.0, "red"),
					asks: one("aggregate:lag_events:sum")},
				{kind: number, title: "Latest results", wide: 4, high: 5, unit: "dateTimeFromNow", page: ready, about: "When results/ was last up to date.",
					asks: one("max(publish_results_last_written_timestamp_seconds) * 1000")},
				{kind: number, title: "Meters known", wide: 4, high: 5, unit: "locale", page: ready, about: "In ingest's register.", asks: one("max(ingest_register_meters)")},
			}},
			{title: "ingest", panels: []panel{
				{kind: lines, title: "Events taken", wide: 8, high: 8, unit: "eps", decimals: 1, page: ready, about: "By topic.", asks: named(rate("ingest_events_accepted_total", "topic"), "{{topic}}")},
				{kind: lines, title: "Events refused", wide: 8, high: 8, unit: "eps", decimals: 2, page: ready, about: "By rule.", asks: named(rate("ingest_events_rejected_total", "reason"), "{{reason}}")},
				{kind: lines, title: "Requests", wide: 8, high: 8, unit: "reqps", decimals: 1, page: ready, about: "By route and status.", asks: named(rate("ingest_requests_total", "route, status"), "{{route}} {{status}}")},
				{kind: lines, title: "Time to answer", wide: 12, high: 8, unit: "s", decimals: 2, page: ready, about: "Of requests: the median, and what 5% and 1% exceed.", asks: percentiles("ingest_request_seconds", 0.5, 0.95, 0.99)},
				{kind: lines, title: "Kafka unavailable", wide: 12, high: 8, unit: "reqps", decimals: 2, page: ready, about: "Requests turned away because Kafka was away.", asks: named(total("ingest_broker_unavailable_total"), "turned away")},
			}},
			{title: "aggregate", panels: []panel{
				{kind: lines, title: "Events counted", wide: 8, high: 8, unit: "eps", decimals: 1, page: ready, about: "By topic.", asks: named(rate("aggregate_events_total", "topic"), "{{topic}}")},
				{kind: lines, title: "Lag by replica", wide: 8, high: 8, unit: "locale", page: ready, about: "Events that wait.", asks: named("sum by (instance) (aggregate_lag_events)", "{{instance}}")},
				{kind: lines, title: "Events set aside", wide: 8, high: 8, unit: "eps", decimals: 2, page: ready, about: "By reason.", asks: named(rate("aggregate_events_rejected_total", "reason"), "{{reason}}")},
				{kind: lines, title: "Time per batch and flush", wide: 8, high: 8, unit: "s", decimals: 2, page: ready, about: "What 5% exceed.", asks: []ask{
					{percentiles("aggregate_batch_seconds", 0.95)[0].expr, "batch"}, {percentiles("aggregate_flush_seconds", 0.95)[0].expr, "flush"}}},
				{kind: lines, title: "Rows", wide: 8, high: 8, unit: "locale", page: ready, about: "Waiting to be flushed, and flushed per second.", asks: []ask{
					{"sum(aggregate_tail_rows)", "waiting"}, {total("aggregate_rows_flushed_total"), "flushed per second"}}},
				{kind: lines, title: "Objects", wide: 8, high: 8, unit: "opm", decimals: 1, page: ready, about: "Put, and merged with others.", asks: []ask{
					{total("aggregate_objects_put_total") + " * 60", "put"}, {total("aggregate_objects_compacted_total") + " * 60", "compacted"}}},
				{kind: lines, title: "Partitions owned", wide: 8, high: 8, page: ready, about: "By replica.", asks: named("sum by (instance) (aggregate_partitions)", "{{instance}}")},
				{kind: lines, title: "Footprints", wide: 8, high: 8, unit: "eps", decimals: 2, page: ready, about: "Sent by aggregate, and taken by publish.", asks: []ask{
					{total("aggregate_footprints_emitted_total"), "emitted"}, {rate("publish_footprints_total", "outcome"), "{{outcome}}"}}},
				{kind: lines, title: "Memory of rows and sums", wide: 8, high: 8, unit: "bytes", page: ready, about: "What aggregate holds.", asks: named("sum by (holds) (aggregate_memory_bytes)", "{{holds}}")},
			}},
			{title: "publish", panels: []panel{
				{kind: lines, title: "Results written", wide: 8, high: 8, unit: "opm", decimals: 1, page: ready, about: "Objects under results/.", asks: []ask{
					{total("publish_results_written_total") + " * 60", "written"}, {total("publish_results_overwritten_total") + " * 60", "overwritten by others"}}},
				{kind: bars, title: "Exports, last 24 hours", wide: 8, high: 8, page: ready, about: "By schedule and outcome.", asks: named("sort_desc(sum by (schedule, outcome) (increase(publish_exports_total[24h])))", "{{schedule}}: {{outcome}}")},
				{kind: bars, title: "Since the last export", wide: 8, high: 8, unit: "s", page: ready, about: "By schedule.", asks: named("sort_desc(time() - max by (schedule) (publish_export_last_timestamp_seconds))", "{{schedule}}")},
				{kind: lines, title: "From an event to its figures", wide: 8, high: 8, unit: "s", decimals: 2, page: ready, about: "From receipt by ingest until the figures are shown.", asks: append(
					percentiles("publish_end_to_end_seconds", 0.5, 0.99), ask{"publish:end_to_end_seconds:p95_rate15m", "95%, of a quarter of an hour"})},
				{kind: lines, title: "Oldest unanswered store request", wide: 8, high: 8, unit: "s", decimals: 2, page: ready, about: "A store that does not answer.", asks: []ask{
					{"max by (instance) (aggregate_lake_longest_seconds)", "aggregate {{instance}}"}, {"max by (instance) (publish_lake_longest_seconds)", "publish {{instance}}"}}},
				{kind: lines, title: "History written", wide: 8, high: 8, unit: "cps", decimals: 1, page: ready, about: "Samples by event time: accepted by the receiver, refused, or too old to be sent.", asks: named(rate("publish_history_samples_total", "outcome"), "{{outcome}}")},
			}},
		},
	}
}
