package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func schoolBoard() board {
	page := "/schools/${school}"
	of := func(name, period string) string {
		return fmt.Sprintf(`max(greenledger_school_%s{trust="$trust", urn="$school", period="%s"})`, name, period)
	}
	intensity := func(name, factors string) string {
		return history("school_"+name+"_kilograms_co2e_per_pupil", `trust="$trust", urn="$school", `+factors)
	}
	// Evaluated at each half-hour of the day before: outside the hours that are chosen above, or at a weekend.
	closed := `(hour(vector(time())) < $opens or hour(vector(time())) >= $closes or day_of_week(vector(time())) == 0 or day_of_week(vector(time())) == 6)`
	outOfHours := fmt.Sprintf(`sum_over_time((%s and on () %s)[23h45m:30m] offset -23h40m)`, energy("electricity"), closed)
	whole := fmt.Sprintf(`sum_over_time((%s)[23h45m:30m] offset -23h40m)`, energy("electricity"))
	return board{
		file: "school", uid: "greenledger-school", title: "School", from: "now-1y",
		about: "One school: when it uses energy, against last year and its trust, its waste and travel.",
		variables: []cog.Builder[dashboard.VariableModel]{datasource(), trust(), school(), period(),
			choice("opens", "Opens", "The hour, in UTC, from which the school counts as open on a weekday.", "6, 7, 8, 9", option("7", "7")),
			choice("closes", "Closes", "The hour, in UTC, from which it counts as closed.", "15, 16, 17, 18, 19, 20, 21", option("18", "18")),
			page_()},
		rows: []row{
			{title: "Carbon", panels: []panel{
				{kind: number, title: "Carbon intensity, last 12 months", wide: 6, high: 6, unit: "suffix: tCO₂e/pupil", decimals: 3, empty: notEnough, page: page + "/explain?figure=intensity",
					about: "Tonnes of CO₂e per pupil, as reported and at the factors of the trust's baseline.",
					asks: []ask{
						{of("carbon_intensity_grams_per_pupil", "trailing-12-months") + " / 1e6", "As reported"},
						{of("carbon_intensity_at_baseline_factors_grams_per_pupil", "trailing-12-months") + " / 1e6", "At the baseline's factors"}}},
				{kind: number, title: "Statutory emissions", wide: 4, high: 6, unit: "suffix: tCO₂e", decimals: 1, page: page + "/explain?figure=gross",
					about: "All statutory lines of the chosen period.",
					asks:  one(`sum(max by (urn, scope, line) (greenledger_school_emissions_grams{trust="$trust", urn="$school", period="$period", block="statutory"})) / 1e6`)},
				{kind: number, title: "Pupils", wide: 4, high: 6, unit: "locale", empty: "no count registered", page: page + "/explain?figure=pupils",
					about: "What the intensity is divided by, by days of membership.", asks: one(of("pupils", "$period"))},
				{kind: number, title: "Data coverage", wide: 4, high: 6, unit: "percentunit", decimals: 1, empty: "no meter", page: page + "/explain?figure=coverage",
					about: "The share of the expected half-hours that arrived in the chosen period.", asks: one(of("coverage_ratio", "$period"))},
				{kind: number, title: "Latest reading", wide: 6, high: 6, unit: "dateTimeFromNow", empty: "none", page: page,
					about: "The end of the last half-hour received.",
					asks:  one(`max(greenledger_school_last_reading_timestamp_seconds{trust="$trust", urn="$school"}) * 1000`)},
				{kind: lines, title: "Twelve months to each month", wide: 12, high: 9, unit: "suffix: kgCO₂e/pupil", decimals: 1, every: "1d", span: "3y", empty: notEnough, page: page,
					about: "The school's intensity over the twelve months that end with each month, and its trust's." + aboutHistory,
					asks: []ask{
						{intensity("trailing_12_months", reported), "As reported"},
						{intensity("trailing_12_months", constant), "At the baseline's factors"},
						{history("trust_trailing_12_months_kilograms_co2e_per_pupil", `trust="$trust", `+constant), "Trust"}}},
				{kind: columns, title: "Month by month, this year against last", wide: 12, high: 9, unit: "suffix: kgCO₂e/pupil", decimals: 1, every: "1d", span: "3y", empty: notEnough, page: page,
					about: "Emissions of each month per pupil at the baseline's factors, beside the same month a year before." + aboutHistory,
					asks:  []ask{{intensity("month", constant), "This year"}, {intensity("month_last_year", constant), "Last year"}}},
			}},
			{title: "When energy is used", panels: []panel{
				{kind: heat, title: "Electricity, half-hour by half-hour", wide: 24, high: 14, unit: "kwatt", decimals: 1, every: "1d", span: "1y", empty: "no electricity meter", page: page,
					about: "Mean power of each half-hour: a column for each day, a row for each half-hour in UTC, one hour behind the clock in summer. Nights and weekends show what is never switched off." + aboutHistory,
					asks:  halfHours("electricity")},
				{kind: lines, title: "Base load", wide: 8, high: 9, unit: "kwatt", decimals: 2, every: "1d", empty: "no electricity meter", page: page,
					about: "The lowest half-hour of electricity in each day (in UTC)." + aboutHistory,
					asks:  named(fmt.Sprintf("min_over_time((%s)[23h45m:30m] offset -23h40m)", power("electricity")), "Base load")},
				{kind: lines, title: "Out of hours", wide: 8, high: 9, unit: "percentunit", decimals: 0, every: "1d", empty: "no electricity meter", page: page,
					about: "The share of each day's electricity outside the hours chosen above, and at weekends." + aboutHistory,
					asks:  named(fmt.Sprintf("%s / (%s > 0)", outOfHours, whole), "Out of hours")},
				{kind: lines, title: "This week against last", wide: 8, high: 9, unit: "kwatt", decimals: 1, every: "30m", span: "7d", empty: "no electricity meter", page: page,
					about: "Electricity by half-hour, and a week before." + aboutHistory,
					asks: []ask{{power("electricity"), "This week"},
						{`sum(greenledger_history_half_hour_kilowatts{trust="$trust", urn="$school", fuel="electricity", direction="import"} offset 1w)`, "Last week"}}},
				{kind: columns, title: "Energy by day", wide: 12, high: 9, unit: "kwatth", decimals: 0, every: "1d", empty: "no meter", page: page, stacked: true,
					about: "Energy in each local day, by use." + aboutHistory,
					asks:  named(`sum by (fuel) (greenledger_history_day_kilowatt_hours{trust="$trust", urn="$school"})`, "{{fuel}}")},
				{kind: lines, title: "This year against last, week by week", wide: 12, high: 9, unit: "kwatth", decimals: 0, every: "1d", empty: "no meter", page: page,
					about: "Energy over seven days, and the same days of the week a year before." + aboutHistory,
					asks: []ask{
						{`sum(sum_over_time(greenledger_history_day_kilowatt_hours{trust="$trust", urn="$school", fuel!="export"}[6d23h]))`, "This year"},
						{`sum(sum_over_time(greenledger_history_day_kilowatt_hours{trust="$trust", urn="$school", fuel!="export"}[6d23h] offset 364d))`, "Last year"}}},
			}},
			{title: "Where the carbon comes from", panels: []panel{
				{kind: bars, title: "Statutory emissions by line", wide: 12, high: 8, unit: "suffix: tCO₂e", decimals: 2, page: page,
					about: "The lines of the chosen period.",
					asks:  named(`sort_desc(max by (line, scope) (greenledger_school_emissions_grams{trust="$trust", urn="$school", period="$period", block="statutory"}) / 1e6)`, "{{line}} (scope {{scope}})")},
				{kind: bars, title: "Voluntary, in no total", wide: 12, high: 8, unit: "suffix: tCO₂e", decimals: 2, page: page,
					about: "What SECR does not ask for.",
					asks:  named(`sort_desc(max by (line, scope) (greenledger_school_emissions_grams{trust="$trust", urn="$school", period="$period", block="voluntary"}) / 1e6)`, "{{line}}")},
			}},
			{title: "Waste and travel", panels: []panel{
				{kind: bars, title: "Waste by route", wide: 8, high: 8, unit: "masskg", empty: "no waste known", page: page + "/explain?figure=waste",
					about: "Kilograms in the chosen period, by where it went.",
					asks:  named(`sort_desc(max by (route) (greenledger_school_waste_grams{trust="$trust", urn="$school", period="$period"}) / 1e3)`, "{{route}}")},
				{kind: number, title: "Recycled, and kept from landfill", wide: 8, high: 8, unit: "percentunit", empty: "no waste known", page: page + "/explain?figure=waste",
					about: "Shares of the weight whose route is known.",
					asks:  []ask{{of("recycling_ratio", "$period"), "recycled"}, {of("landfill_diversion_ratio", "$period"), "not landfilled"}}},
				{kind: number, title: "Simpler Recycling", wide: 8, high: 8, empty: "not evidenced", page: page,
					about: "Whether the four streams are collected apart.",
					words: map[string]word{"0": {"not evidenced", "yellow"}, "1": {"not met", "red"}, "2": {"met", "green"}},
					asks:  one(`2 * max(greenledger_school_simpler_recycling{trust="$trust", urn="$school", state="met"}) + max(greenledger_school_simpler_recycling{trust="$trust", urn="$school", state="not_met"})`)},
				{kind: bars, title: "How pupils travel", wide: 8, high: 8, unit: "percentunit", empty: "no survey", page: page,
					about: "Shares of the last survey of pupils.",
					asks:  named(`sort_desc(max by (mode) (greenledger_school_travel_mode_ratio{trust="$trust", urn="$school", period="$period", audience="pupil"}))`, "{{mode}}")},
				{kind: bars, title: "Initiatives", wide: 8, high: 8, empty: "none recorded", page: page + "/explain?figure=initiatives",
					about: "Initiatives of the chosen period, by kind.",
					asks:  named(`sort_desc(max by (kind) (greenledger_school_initiatives{trust="$trust", urn="$school", period="$period"}))`, "{{kind}}")},
				{kind: number, title: "Modeshift STARS", wide: 8, high: 8, empty: "no level", page: page + "/explain?figure=stars", words: stars,
					about: "The level that is held, and the highest that could be.",
					asks: []ask{{`max(greenledger_school_stars_level{trust="$trust", urn="$school"})`, "held"},
						{`max(greenledger_school_stars_eligible_level{trust="$trust", urn="$school"})`, "could be held"}}},
			}},
			{title: "Scoreboard", panels: []panel{
				{kind: rows, title: "The plan's targets", wide: 24, high: 12, page: "/trusts/${trust}/scoreboard", words: states,
					about: "Each target of the plan for this school. The page says why.",
					asks:  named(state("greenledger_school_kpi_state", `trust="$trust", urn="$school", period="$period"`, "kpi"), "State")},
			}},
		},
	}
}
