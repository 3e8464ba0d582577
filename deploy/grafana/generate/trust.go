package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

const notEnough = "not enough data"

// The words of the scoreboard's states, as `state` computes them.
var states = map[string]word{
	"1":    {"met", "green"},
	"0.5":  {"met as reported, not at constant factors", "yellow"},
	"0.25": {"not comparable at constant factors", "text"},
	"0":    {"not evidenced", "text"},
	"-1":   {"not met", "red"},
}

// The state of each target as a number: the gauge has one series for each target, whose label is the state.
func state(metric, labels, by string) string {
	of := func(state, times string) string {
		return fmt.Sprintf(`max by (%s) (%s{%s, state="%s"})%s`, by, metric, labels, state, times)
	}
	return strings.Join([]string{
		of("met", ""), of("met_as_reported", " * 0.5"), of("not_comparable", " * 0.25"),
		of("not_evidenced", " * 0"), of("not_met", " * -1"),
	}, " or ")
}

func trustBoard() board {
	scorecard := state("greenledger_trust_kpi_state", `trust="$trust", period="$period"`, "kpi")
	schools := state("greenledger_school_kpi_state", `trust="$trust", period="$period"`, "urn, school, kpi")
	of := func(name, factors string) string {
		return history("trust_"+name+"_kilograms_co2e_per_pupil", `trust="$trust", `+factors)
	}
	page := "/trusts/${trust}"
	activity := fmt.Sprintf("%s - %s", of("month", constant), of("month_last_year", constant))
	method := fmt.Sprintf("(%s - %s) - ignoring (factors) (%s)", of("month", reported), of("month_last_year", reported), activity)
	gauge := func(name, period string) string {
		return fmt.Sprintf(`max(greenledger_trust_%s{trust="$trust", period="%s"})`, name, period)
	}
	both := func(period string) []ask {
		return []ask{
			{gauge("carbon_intensity_grams_per_pupil", period) + " / 1e6", "As reported"},
			{gauge("carbon_intensity_at_baseline_factors_grams_per_pupil", period) + " / 1e6", "At the baseline's factors"},
		}
	}
	return board{
		file: "trust-overview", uid: "greenledger-trust-overview", title: "Trust overview", from: "now-3y",
		about: "A trust's carbon intensity against its baseline and target, its schools, and the scoreboard of its plan.",
		variables: []cog.Builder[dashboard.VariableModel]{datasource(), trust(), period(),
			query("phase", "Phase", "Schools are compared with schools of their phase.",
				`label_values(greenledger_school_carbon_intensity_grams_per_pupil{trust="$trust"}, phase)`, "").Multi(true).IncludeAll(true).
				Current(option("All", "$__all")),
			page_()},
		rows: []row{
			{title: "Against the trust's own baseline and target", panels: []panel{
				{kind: number, title: "Carbon intensity, last 12 months", wide: 6, high: 6, unit: "suffix: tCO₂e/pupil", decimals: 3, empty: notEnough, page: page,
					about: "Tonnes of CO₂e per pupil: statutory SECR lines, gross, location-based. As reported, and with every line at the factors of the baseline, since a lower factor is not a saving. Always twelve whole months, whatever period is chosen above.",
					asks:  both("trailing-12-months")},
				{kind: number, title: "Against the baseline", wide: 6, high: 6, unit: "percentunit", decimals: 1, empty: notEnough, page: page,
					about: "How far the last twelve months are below (−) or above (+) the trust's own baseline, as reported and at the baseline's factors.",
					steps: from("green", 0.0, "red"),
					asks: []ask{
						{`max(trust:carbon_intensity:ratio_of_baseline{trust="$trust", period="trailing-12-months"}) - 1`, "As reported"},
						{`max(trust:carbon_intensity_at_baseline_factors:ratio_of_baseline{trust="$trust", period="trailing-12-months"}) - 1`, "At the baseline's factors"}}},
				{kind: number, title: "Last academic year", wide: 6, high: 6, unit: "suffix: tCO₂e/pupil", decimals: 3, empty: notEnough, page: page,
					about: "The same of the last whole academic year.", asks: both("previous-year")},
				{kind: number, title: "Data behind it", wide: 6, high: 6, unit: "percentunit", decimals: 1, page: page,
					about: "The share of the expected half-hours that arrived in the chosen period.",
					asks:  one(gauge("coverage_ratio", "$period"))},
				{kind: lines, title: "Twelve months to each month", wide: 12, high: 10, unit: "suffix: kgCO₂e/pupil", decimals: 1, every: "1d", page: page,
					about: "The intensity over the twelve months that end with each month, beside the trust's own baseline and its target for the year. It falls only when both lines fall." + aboutHistory,
					asks: []ask{
						{of("trailing_12_months", reported), "As reported"},
						{of("trailing_12_months", constant), "At the baseline's factors"},
						{history("trust_baseline_kilograms_co2e_per_pupil", `trust="$trust"`), "Baseline"},
						{history("trust_target_kilograms_co2e_per_pupil", `trust="$trust"`), "Target"}}},
				{kind: columns, title: "Month by month, this year against last", wide: 12, high: 10, unit: "suffix: kgCO₂e/pupil", decimals: 1, every: "1d", page: page,
					about: "Emissions of each month per pupil, beside the same month a year before, at the baseline's factors." + aboutHistory,
					asks: []ask{
						{of("month", constant), "This year"},
						{of("month_last_year", constant), "Last year"}}},
				{kind: columns, title: "Why a month differs from last year's", wide: 12, high: 9, unit: "suffix: kgCO₂e/pupil", decimals: 1, every: "1d", page: page, stacked: true,
					about: "Activity is what was used, at constant factors; factors is what their change did. Only activity is a saving." + aboutHistory,
					asks:  []ask{{activity, "Activity"}, {method, "Factors"}}},
				{kind: lines, title: "Schools, twelve months to each month", wide: 12, high: 9, unit: "suffix: kgCO₂e/pupil", decimals: 1, every: "1d", page: page,
					about: "Each school's intensity at the baseline's factors." + aboutHistory,
					asks:  named(withSchool(history("school_trailing_12_months_kilograms_co2e_per_pupil", `trust="$trust", `+constant)), "{{school}} ({{urn}})")},
			}},
			{title: "League: $phase schools", each: "phase", panels: []panel{
				{kind: bars, title: "Carbon intensity, $phase", wide: 24, high: 9, unit: "suffix: tCO₂e/pupil", decimals: 3, empty: notEnough, page: page,
					about: "Tonnes of CO₂e per pupil over the last twelve months. Only schools of one phase stand beside each other: a secondary school's laboratories are no primary school's waste.",
					asks:  named(`sort_desc(max by (urn, school) (greenledger_school_carbon_intensity_grams_per_pupil{trust="$trust", phase=~"$phase", period="trailing-12-months"})) / 1e6`, "{{school}}")},
			}},
			{title: "Scoreboard", panels: []panel{
				{kind: rows, title: "The plan's targets", wide: 8, high: 12, page: page + "/scoreboard", words: states,
					about: "Each target of the plan: met, not met, or not evidenced. The page says why, and what would mend it.",
					asks:  named(scorecard, "State")},
				{kind: rows, title: "School by school", wide: 16, high: 12, page: page + "/scoreboard", words: states,
					about: "The same for each school and target.", asks: named(schools, "State")},
				{kind: bars, title: "Evidence that expires next", wide: 12, high: 8, unit: "dateTimeFromNow", empty: "no evidence with an end", page: page + "/scoreboard",
					about: "Plans and policies that have to be renewed, the next first.",
					asks:  named(`sort(bottomk(25, max by (urn, school, kpi, kind) (greenledger_school_evidence_expires_timestamp_seconds{trust="$trust"}) * 1000))`, "{{school}}: target {{kpi}}, {{kind}}")},
				{kind: bars, title: "Modeshift STARS", wide: 12, high: 8, empty: "no level", page: page,
					about: "The level that each school holds.", words: stars,
					asks: named(`sort_desc(max by (urn, school) (greenledger_school_stars_level{trust="$trust"}))`, "{{school}}")},
			}},
			{title: "Where the carbon comes from", panels: []panel{
				{kind: number, title: "Statutory emissions", wide: 6, high: 8, unit: "suffix: tCO₂e", decimals: 1, page: page,
					about: "All statutory lines of the chosen period.",
					asks:  one(`sum(max by (trust, block, scope) (greenledger_trust_emissions_grams{trust="$trust", period="$period", block="statutory"})) / 1e6`)},
				{kind: bars, title: "By line", wide: 9, high: 8, unit: "suffix: tCO₂e", decimals: 1, page: page,
					about: "Statutory emissions by line.",
					asks:  named(`sort_desc(sum by (line) (max by (urn, scope, line) (greenledger_school_emissions_grams{trust="$trust", period="$period", block="statutory"})) / 1e6)`, "{{line}}")},
				{kind: bars, title: "Voluntary, in no total", wide: 9, high: 8, unit: "suffix: tCO₂e", decimals: 1, page: page,
					about: "What SECR does not ask for: well to tank, commuting, waste. Never added to the statutory total.",
					asks:  named(`sort_desc(sum by (line) (max by (urn, scope, line) (greenledger_school_emissions_grams{trust="$trust", period="$period", block="voluntary"})) / 1e6)`, "{{line}}")},
				{kind: columns, title: "Energy by day", wide: 24, high: 9, unit: "kwatth", decimals: 0, every: "1d", page: page, stacked: true,
					about: "Energy of all schools in each local day, by use." + aboutHistory,
					asks:  named(`sum by (fuel) (greenledger_history_day_kilowatt_hours{trust="$trust"})`, "{{fuel}}")},
			}},
			{title: "Waste and travel", panels: []panel{
				{kind: bars, title: "Waste by route", wide: 8, high: 8, unit: "masst", decimals: 1, empty: "no waste known", page: page,
					about: "Tonnes of waste in the chosen period, by where it went.",
					asks:  named(`sort_desc(sum by (route) (max by (trust, route) (greenledger_trust_waste_grams{trust="$trust", period="$period"})) / 1e6)`, "{{route}}")},
				{kind: bars, title: "Recycling by school", wide: 8, high: 8, unit: "percentunit", decimals: 0, empty: "no waste known", page: page,
					about: "The share of each school's waste that is recycled. The trust's target is on its scoreboard.",
					asks:  named(`sort_desc(max by (urn, school) (greenledger_school_recycling_ratio{trust="$trust", period="$period"}))`, "{{school}}")},
				{kind: bars, title: "Walking, wheeling and cycling", wide: 8, high: 8, unit: "percentunit", decimals: 0, empty: "no survey", page: page,
					about: "The share of surveyed pupils who come actively, the 25 highest.",
					asks:  named(`sort_desc(topk(25, max by (urn, school) (greenledger_school_travel_mode_ratio{trust="$trust", period="$period", audience="pupil", mode="active"})))`, "{{school}}")},
			}},
		},
	}
}

var stars = map[string]word{
	"0": {"none", "text"}, "1": {"Green", "light-green"}, "2": {"Bronze", "orange"}, "3": {"Silver", "text"},
	"4": {"Gold", "yellow"}, "5": {"Platinum", "blue"},
}
