package main

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// A dashboard: its variables, and rows of panels.
type board struct {
	file, uid, title, about string
	from                    string
	variables               []cog.Builder[dashboard.VariableModel]
	rows                    []row
}

// A titled row. A folded one asks its queries when it is opened.
type row struct {
	title  string
	folded bool
	// The variable for each of whose values the row is shown.
	each   string
	panels []panel
}

var source = common.DataSourceRef{
	Type: cog.ToPtr("prometheus"),
	Uid:  cog.ToPtr("${datasource}"),
}

func (b board) build() (dashboard.Dashboard, error) {
	builder := dashboard.NewDashboardBuilder(b.title).
		Uid(b.uid).
		Description(b.about).
		Tags([]string{"greenledger"}).
		Timezone("browser").
		WeekStart("monday").
		FiscalYearStartMonth(8).
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Refresh("1m").
		Time(b.from, "now").
		Editable().
		Link(dashboard.NewDashboardLinkBuilder("Greenledger").
			Type(dashboard.DashboardLinkTypeDashboards).
			Tags([]string{"greenledger"}).
			IncludeVars(true).
			KeepTime(true))
	for _, variable := range b.variables {
		builder.WithVariable(variable)
	}
	id := uint32(0)
	numbered := func() uint32 {
		id++
		return id
	}
	for _, row := range b.rows {
		made := dashboard.NewRowBuilder(row.title).Id(numbered())
		if row.each != "" {
			made.Repeat(row.each)
		}
		if row.folded {
			made.Collapsed(true)
			for _, panel := range row.panels {
				panel.id = numbered()
				made.WithPanel(panel.builder())
			}
			builder.WithRow(made)
			continue
		}
		builder.WithRow(made)
		for _, panel := range row.panels {
			panel.id = numbered()
			builder.WithPanel(panel.builder())
		}
	}
	return builder.Build()
}

func text(value string) dashboard.StringOrMap {
	return dashboard.StringOrMap{String: cog.ToPtr(value)}
}

func option(name, value string) dashboard.VariableOption {
	return dashboard.VariableOption{
		Selected: cog.ToPtr(true),
		Text:     dashboard.StringOrArrayOfString{String: cog.ToPtr(name)},
		Value:    dashboard.StringOrArrayOfString{String: cog.ToPtr(value)},
	}
}

// The data source that is provisioned.
func datasource() cog.Builder[dashboard.VariableModel] {
	return dashboard.NewDatasourceVariableBuilder("datasource").
		Label("Data source").
		Type("prometheus").
		Hide(dashboard.VariableHideHideVariable).
		Current(option("Greenledger", "greenledger"))
}

// Where publish serves its page: panels link there.
func page_() cog.Builder[dashboard.VariableModel] {
	return dashboard.NewTextBoxVariableBuilder("page").
		Label("Page").
		Description("Where Greenledger's page is served. Panels link to what explains them.").
		DefaultValue(text("http://127.0.0.1:8082")).
		Current(option("http://127.0.0.1:8082", "http://127.0.0.1:8082"))
}

func trust() cog.Builder[dashboard.VariableModel] {
	return query("trust", "Trust", "Whose schools are shown.", "label_values(greenledger_trust_schools, trust)", "")
}

// Every school has this gauge, with or without a count of pupils. Shown by name, kept by URN: two schools may share a name.
func school() *dashboard.QueryVariableBuilder {
	asked := `query_result(max by (school, urn) (greenledger_school_enough_data{trust="$trust"}))`
	names := `/school="(?<text>[^"]+)".*urn="(?<value>[^"]+)"/`
	return query("school", "School", "Shown by name, kept by URN: two schools may share a name.", asked, names)
}

func query(name, label, about, asked, regex string) *dashboard.QueryVariableBuilder {
	kind := 1
	if regex != "" {
		kind = 3
	}
	builder := dashboard.NewQueryVariableBuilder(name).
		Label(label).
		Description(about).
		Datasource(source).
		Query(dashboard.StringOrMap{Map: map[string]any{
			"qryType": kind,
			"query":   asked,
			"refId":   "PrometheusVariableQueryEditor-VariableQuery",
		}}).
		Definition(asked).
		Refresh(dashboard.VariableRefreshOnTimeRangeChanged).
		Sort(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc)
	if regex != "" {
		builder.Regex(regex)
	}
	return builder
}

func period() cog.Builder[dashboard.VariableModel] {
	return choice("period", "Period", "Academic years run from 1 September to 31 August.",
		"Last 12 months : trailing-12-months, This academic year so far : current-year, Last academic year : previous-year",
		option("Last 12 months", "trailing-12-months"))
}

// A fixed choice: names and values as Grafana reads them.
func choice(name, label, about, values string, current dashboard.VariableOption) cog.Builder[dashboard.VariableModel] {
	return dashboard.NewCustomVariableBuilder(name).
		Label(label).
		Description(about).
		Values(text(values)).
		Current(current)
}
