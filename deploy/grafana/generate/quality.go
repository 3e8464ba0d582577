package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func qualityBoard() board {
	page := "/trusts/${trust}"
	scope := `trust="$trust", urn=~"$school", period="$period"`
	return board{
		file: "data-quality", uid: "greenledger-data-quality", title: "Data quality", from: "now-90d",
		about: "What has arrived and what has not, meter by meter; what contradicts itself; what was refused.",
		variables: []cog.Builder[dashboard.VariableModel]{datasource(), trust(),
			school().Multi(true).IncludeAll(true).AllValue(".*").Current(option("All", "$__all")), period(), page_()},
		rows: []row{
			{title: "Coverage", panels: []panel{
				{kind: number, title: "Data coverage", wide: 5, high: 5, unit: "percentunit", decimals: 2, empty: "no meter", page: page,
					about: "The share of the expected half-hours that arrived in the chosen period.",
					asks:  one(`sum(max by (urn) (greenledger_school_half_hours_present{` + scope + `})) / sum(max by (urn) (greenledger_school_half_hours_expected{` + scope + `}))`)},
				{kind: number, title: "Missing half-hours", wide: 5, high: 5, unit: "locale", empty: "no meter", page: page,
					about: "Expected and not received.",
					asks:  one(`sum(max by (urn) (greenledger_school_half_hours_expected{` + scope + `})) - sum(max by (urn) (greenledger_school_half_hours_present{` + scope + `}))`)},
				{kind: number, title: "Estimated", wide: 5, high: 5, unit: "percentunit", decimals: 1, empty: "no meter", page: page,
					about: "The highest share of a school's half-hours that its supplier estimated.",
					asks:  one(`max(greenledger_school_estimated_ratio{` + scope + `})`)},
				{kind: number, title: "Schools without enough data", wide: 5, high: 5, page: page, steps: from("green", 1.0, "red"),
					about: "They have no intensity for the chosen period.",
					asks:  one(`sum(1 - max by (urn) (greenledger_school_enough_data{` + scope + `}))`)},
				{kind: number, title: "Silent meters", wide: 4, high: 5, page: page, steps: from("green", 1.0, "red"),
					about: "Meters that have sent nothing for days.",
					asks:  one(`count(max by (urn, meter) (greenledger_school_meter_silent_since_timestamp_seconds{trust="$trust", urn=~"$school"})) or vector(0)`)},
				{kind: heat, title: "Half-hours received, meter by meter", wide: 24, high: 12, unit: "percentunit", decimals: 0, every: "1d", empty: "no meter", page: page,
					about: "The share of each day's (UTC) half-hours that each meter sent, whenever they arrived." + aboutHistory,
					asks:  named(`sum by (meter) (count_over_time(greenledger_history_half_hour_kilowatt_hours{trust="$trust", urn=~"$school", correction="0", direction="import"}[23h45m] offset -23h40m)) / 48`, "{{meter}}")},
				{kind: rows, title: "Schools", wide: 14, high: 12, empty: "none", page: page,
					about: "Each school: its coverage, what is missing, and when it last sent.",
					asks: []ask{
						{`max by (urn, school) (greenledger_school_coverage_ratio{` + scope + `})`, "Coverage"},
						{`max by (urn, school) (greenledger_school_half_hours_expected{` + scope + `}) - max by (urn, school) (greenledger_school_half_hours_present{` + scope + `})`, "Missing half-hours"},
						{`max by (urn, school) (greenledger_school_estimated_ratio{` + scope + `})`, "Estimated"},
						{`(time() - max by (urn, school) (greenledger_school_last_reading_timestamp_seconds{trust="$trust", urn=~"$school"})) / 86400`, "Days since the last reading"},
					}},
				{kind: bars, title: "Coverage by fuel", wide: 10, high: 12, unit: "percentunit", decimals: 1, empty: "no meter", page: page,
					about: "The lowest first. A claim needs enough of every fuel.",
					asks:  named(`sort(bottomk(15, max by (urn, school, fuel) (greenledger_school_fuel_coverage_ratio{`+scope+`})))`, "{{school}}: {{fuel}}")},
			}},
			{title: "Odd and contradictory", panels: []panel{
				{kind: bars, title: "Findings about meters", wide: 12, high: 10, empty: "none", page: page,
					about: "Contradictions, hanging meters, readings at nothing and others, by school and kind. The school's page names the days.",
					asks:  named(`sort_desc(sum by (school, kind) (max by (urn, school, kind) (greenledger_school_meter_findings{`+scope+`})))`, "{{school}}: {{kind}}")},
				{kind: bars, title: "Days without a reading, by meter", wide: 12, high: 10, decimals: 0, empty: "no silent meter", page: page,
					about: "Silent meters, the longest first.",
					asks:  named(`sort_desc((time() - max by (urn, school, meter, fuel) (greenledger_school_meter_silent_since_timestamp_seconds{trust="$trust", urn=~"$school"})) / 86400)`, "{{school}}: {{fuel}} {{meter}}")},
				{kind: bars, title: "What figures lack", wide: 12, high: 9, page: page,
					about: "Why figures of the chosen period are not complete, and of how many schools.",
					asks:  named(`sort_desc(count by (reason) (max by (urn, reason) (greenledger_school_incomplete_reasons{`+scope+`}))) or vector(0)`, "{{reason}}")},
				{kind: bars, title: "Estimated missing use, in no figure", wide: 12, high: 9, unit: "suffix: tCO₂e", decimals: 2, empty: "no gap that can be estimated", page: page,
					about: "What gaps may have held, by days alike or by degree days. In none of the figures.",
					asks:  named(`sort_desc(topk(25, max by (urn, school) (greenledger_school_gap_estimate_emissions_grams{`+scope+`}))) / 1e6`, "{{school}}")},
				{kind: columns, title: "Corrected half-hours", wide: 24, high: 8, every: "1d", empty: "none", page: page,
					about: "How many half-hours of each day were corrected after they were known." + aboutHistory,
					asks:  named(`sum by (urn) (count_over_time(greenledger_history_half_hour_kilowatt_hours{trust="$trust", urn=~"$school", correction!="0"}[1d])) or vector(0)`, "{{urn}}")},
			}},
			{title: "What was refused, all trusts", panels: []panel{
				{kind: bars, title: "Refused by ingest, last 24 hours", wide: 8, high: 9, page: page,
					about: "Events and single values, by rule. `greenledger rejected` lists them.",
					asks: []ask{{`sort_desc(sum by (reason) (increase(ingest_events_rejected_total[24h])))`, "{{reason}}"},
						{`sort_desc(sum by (reason) (increase(ingest_values_refused_total[24h])))`, "{{reason}}: single values"}}},
				{kind: bars, title: "Rejected by aggregate, last 24 hours", wide: 8, high: 9, page: page,
					about: "Events that the ledger did not take, by reason.",
					asks:  named(`sort_desc(sum by (reason) (increase(aggregate_events_rejected_total[24h])))`, "{{reason}}")},
				{kind: lines, title: "Share refused", wide: 8, high: 9, unit: "percentunit", decimals: 1, page: page,
					about: "Of the events received.", asks: named("ingest:events_rejected:ratio5m", "refused")},
			}},
		},
	}
}
