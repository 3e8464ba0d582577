package main

import "fmt"

// A series of the history as it stands: corrections are added up.
func history(name, labels string) string {
	return fmt.Sprintf("sum without (correction, instance, job) (greenledger_history_%s{%s})", name, labels)
}

// With the names of the schools. A school whose name is not known is kept, with its URN alone.
func withSchool(expr string) string {
	names := `topk by (urn) (1, max by (urn, school) (greenledger_school_enough_data{trust="$trust", period="trailing-12-months"} * 0 + 1))`
	return fmt.Sprintf("(%s) * on (urn) group_left (school) %s or (%s)", expr, names, expr)
}

const (
	reported = `factors="reported"`
	constant = `factors="baseline"`
	// How the figures by event time are written.
	aboutHistory = " From the history by event time, which publish writes ([history] of its configuration): late data and corrections stand at their own time."
)

// Power of a school's meters of a fuel, half-hour by half-hour.
func power(fuel string) string {
	return fmt.Sprintf(`sum(greenledger_history_half_hour_kilowatts{trust="$trust", urn="$school", fuel="%s", direction="import"})`, fuel)
}

func energy(fuel string) string {
	return fmt.Sprintf(`sum(greenledger_history_half_hour_kilowatt_hours{trust="$trust", urn="$school", fuel="%s", direction="import"})`, fuel)
}

// A query for each half-hour of the day, evaluated once a day: the rows of a heat map of a year. At a step of half an hour a year
// would be more points than Prometheus answers with.
func halfHours(fuel string) []ask {
	var asks []ask
	for slot := 0; slot < 48; slot++ {
		expr := fmt.Sprintf(`sum(greenledger_history_half_hour_kilowatts{trust="$trust", urn="$school", fuel="%s", direction="import"} offset -%dm)`, fuel, 30*slot)
		if slot == 0 {
			expr = power(fuel)
		}
		asks = append(asks, ask{expr, fmt.Sprintf("%02d:%02d", slot/2, slot%2*30)})
	}
	return asks
}
