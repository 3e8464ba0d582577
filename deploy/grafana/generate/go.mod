module greenledger/dashboards

go 1.22

// Grafana's own types of dashboards and panels: what they do not know does not compile.
require github.com/grafana/grafana-foundation-sdk/go v0.0.22
