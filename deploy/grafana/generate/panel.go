package main

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// How a panel draws its answers.
type kind int

const (
	number  kind = iota // the last value, large
	bars                // a bar for each series
	lines               // over time
	columns             // over time, a column for each value
	rows                // a table: a row for each series, a column for each query
	heat                // over time, a row for each query
)

// One panel. What is left out is as usual.
type panel struct {
	// Its place among all, from 1.
	id    uint32
	kind  kind
	title string
	// What is shown and what is not, for a reader who sees it for the first time.
	about string
	// What stands in place of a value where there is none for this school or trust; it says why. A panel without it always
	// has a value, which a test checks for every value of every variable.
	empty    string
	unit     string
	decimals float64
	asks     []ask
	// Of 24 columns.
	wide, high uint32
	// The page that explains it, after the address of the page.
	page string
	// Colours from values on. Never where a trust sets the limit.
	steps []dashboard.Threshold
	// Words in place of numbers.
	words map[string]word
	// The smallest step, for series with a value per half-hour or day.
	every string
	// The span that is shown, whatever is chosen above.
	span    string
	stacked bool
}

type word struct{ text, colour string }

type ask struct{ expr, name string }

func one(expr string) []ask { return []ask{{expr, "__auto"}} }

func named(expr, name string) []ask { return []ask{{expr, name}} }

// from builds the steps of a scale: a first colour, then value and colour in turn.
func from(first string, more ...any) []dashboard.Threshold {
	steps := []dashboard.Threshold{{Color: first}}
	for at := 0; at+1 < len(more); at += 2 {
		value := more[at].(float64)
		steps = append(steps, dashboard.Threshold{Value: &value, Color: more[at+1].(string)})
	}
	return steps
}

var plain = from("blue")

// What every kind of panel can be told.
type common_[B any] interface {
	Id(uint32) B
	Title(string) B
	Description(string) B
	Datasource(common.DataSourceRef) B
	Span(uint32) B
	Height(uint32) B
	Unit(string) B
	Decimals(float64) B
	NoValue(string) B
	Interval(string) B
	TimeFrom(string) B
	Mappings([]dashboard.ValueMapping) B
	Thresholds(cog.Builder[dashboard.ThresholdsConfig]) B
	ColorScheme(cog.Builder[dashboard.FieldColor]) B
	Links([]cog.Builder[dashboard.DashboardLink]) B
	Targets([]cog.Builder[variants.Dataquery]) B
}

func tell[B common_[B]](builder B, p panel, instant bool) B {
	steps := p.steps
	if steps == nil {
		steps = plain
	}
	colours := dashboard.FieldColorModeIdThresholds
	if p.kind == lines || p.kind == columns {
		colours = dashboard.FieldColorModeIdPaletteClassic
	}
	builder.Id(p.id)
	builder.Title(p.title)
	builder.Description(p.about)
	builder.Datasource(source)
	builder.Span(p.wide)
	builder.Height(p.high)
	builder.Decimals(p.decimals)
	builder.Thresholds(dashboard.NewThresholdsConfigBuilder().
		Mode(dashboard.ThresholdsModeAbsolute).
		Steps(steps))
	builder.ColorScheme(dashboard.NewFieldColorBuilder().Mode(colours))
	builder.Targets(targets(p, instant))
	builder.Links([]cog.Builder[dashboard.DashboardLink]{
		dashboard.NewDashboardLinkBuilder("Explained on the page").
			Type(dashboard.DashboardLinkTypeLink).
			Url("${page}" + p.page).
			TargetBlank(true),
	})
	if p.unit != "" {
		builder.Unit(p.unit)
	}
	if p.empty != "" {
		builder.NoValue(p.empty)
	}
	if p.every != "" {
		builder.Interval(p.every)
	}
	if p.span != "" {
		builder.TimeFrom(p.span)
	}
	if p.words != nil {
		builder.Mappings(mappings(p.words))
	}
	return builder
}

func targets(p panel, instant bool) []cog.Builder[variants.Dataquery] {
	var all []cog.Builder[variants.Dataquery]
	for at, ask := range p.asks {
		target := prometheus.NewDataqueryBuilder().
			Datasource(source).
			EditorMode(prometheus.QueryEditorModeCode).
			Expr(ask.expr).
			RefId(refId(at)).
			LegendFormat(ask.name)
		if instant {
			target.Instant()
		} else {
			target.Range()
		}
		if p.kind == rows {
			target.Format(prometheus.PromQueryFormatTable)
		} else {
			target.Format(prometheus.PromQueryFormatTimeSeries)
		}
		all = append(all, target)
	}
	return all
}

// A to Z, then AA and so on.
func refId(at int) string {
	letter := string(rune('A' + at%26))
	if at < 26 {
		return letter
	}
	return refId(at/26-1) + letter
}

func mappings(words map[string]word) []dashboard.ValueMapping {
	options := map[string]dashboard.ValueMappingResult{}
	for value, word := range words {
		text, colour := word.text, word.colour
		options[value] = dashboard.ValueMappingResult{Text: &text, Color: &colour}
	}
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: "value", Options: options}}}
}

func last() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})
}

func (p panel) builder() cog.Builder[dashboard.Panel] {
	switch p.kind {
	case number:
		mode := common.BigValueTextModeValue
		if len(p.asks) > 1 || strings.Contains(p.asks[0].name, "{{") {
			mode = common.BigValueTextModeValueAndName
		}
		return tell(stat.NewPanelBuilder(), p, true).
			ReduceOptions(last()).
			GraphMode(common.BigValueGraphModeNone).
			ColorMode(common.BigValueColorModeValue).
			TextMode(mode)
	case bars:
		return tell(bargauge.NewPanelBuilder(), p, true).
			ReduceOptions(last()).
			Orientation(common.VizOrientationHorizontal).
			DisplayMode(common.BarGaugeDisplayModeBasic).
			Min(0)
	case lines, columns:
		builder := tell(timeseries.NewPanelBuilder(), p, false)
		if p.kind == columns {
			builder.DrawStyle(common.GraphDrawStyleBars).FillOpacity(70)
		} else {
			builder.DrawStyle(common.GraphDrawStyleLine).LineWidth(2)
			if p.every == "1d" {
				// A value a month: joined, or it would be a row of dots.
				builder.SpanNulls(common.BoolOrFloat64{Bool: cog.ToPtr(true)}).ShowPoints(common.VisibilityModeAlways)
			}
		}
		if p.stacked {
			builder.Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
		}
		return builder
	case heat:
		return tell(heatmap.NewPanelBuilder(), p, false).
			Calculate(false).
			CellGap(0).
			Color(heatmap.NewHeatmapColorOptionsBuilder().
				Mode(heatmap.HeatmapColorModeScheme).
				Scheme("Oranges").
				Steps(64))
	default:
		return tell(table.NewPanelBuilder(), p, true).
			Transformations(joined(p.asks))
	}
}

// One row for each series, whichever of the queries have it; the columns are named as the queries are. The first query has every
// label that is shown.
func joined(asks []ask) []dashboard.DataTransformerConfig {
	names, hidden := map[string]any{}, map[string]any{"Time": true}
	for at, ask := range asks {
		column := "Value"
		if len(asks) > 1 {
			column = fmt.Sprintf("Value #%s", refId(at))
		}
		names[column] = ask.name
	}
	return []dashboard.DataTransformerConfig{
		{Id: "merge", Options: map[string]any{}},
		{Id: "organize", Options: map[string]any{"renameByName": names, "excludeByName": hidden}},
	}
}
