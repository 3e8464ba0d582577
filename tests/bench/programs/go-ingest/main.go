// A plain HTTP handler before Kafka, in Go: it takes the bodies that ingest takes, writes the records that ingest writes, and
// validates nothing. gjson finds the parts of an event without reading its data.
package main

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"os"
	"runtime/debug"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/twmb/franz-go/pkg/kgo"
)

var topics = map[string]string{
	"meter.readings.v1":           "readings",
	"meter.readings.withdrawn.v1": "withdrawals",
	"waste.collected.v1":          "waste",
	"travel.surveyed.v1":          "travel",
	"travel.initiative.v1":        "travel",
	"travel.accredited.v1":        "travel",
	"activity.recorded.v1":        "activity",
	"evidence.filed.v1":           "activity",
	"school.registered.v1":        "register",
	"meter.registered.v1":         "register",
}

func main() {
	bootstrap, listen := os.Args[1], os.Args[2]
	// Memory for time, as Go's guide to its collector advises for throughput.
	debug.SetGCPercent(400)
	kafka, err := kgo.NewClient(
		kgo.SeedBrokers(bootstrap),
		// Idempotence is a default here, as in ingest.
		kgo.RequiredAcks(kgo.AllISRAcks()),
		// What a request holds leaves at once; requests that come meanwhile go together in the next batch. With a pause of 5 ms,
		// as ingest has it, large requests took longer and single events no less.
		kgo.ProducerLinger(0),
		kgo.ProducerBatchCompression(kgo.Lz4Compression()),
	)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("POST /v1/events", func(answer http.ResponseWriter, request *http.Request) {
		body := make([]byte, max(request.ContentLength, 0))
		if _, err := io.ReadFull(request.Body, body); err != nil {
			http.Error(answer, err.Error(), http.StatusBadRequest)
			return
		}
		lines := [][]byte{body}
		if strings.Contains(request.Header.Get("Content-Type"), "ndjson") {
			lines = bytes.Split(bytes.TrimSpace(body), []byte("\n"))
		}
		records := make([]*kgo.Record, len(lines))
		for at, line := range lines {
			records[at] = record(line)
		}
		if err := kafka.ProduceSync(request.Context(), records...).FirstErr(); err != nil {
			http.Error(answer, err.Error(), http.StatusServiceUnavailable)
			return
		}
		answer.WriteHeader(http.StatusAccepted)
	})
	log.Fatal(http.ListenAndServe(listen, nil))
}

// The record that ingest writes of the same event: the attributes as headers, the data as the value.
func record(event []byte) *kgo.Record {
	record := &kgo.Record{Headers: make([]kgo.RecordHeader, 0, 8)}
	gjson.ParseBytes(event).ForEach(func(name, value gjson.Result) bool {
		switch name.Str {
		case "data":
			record.Value = []byte(value.Raw)
			return true
		case "type":
			record.Topic = topics[value.Str]
		case "subject":
			record.Key = []byte(value.Str)
		}
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: header(name.Str), Value: []byte(value.Str)})
		return true
	})
	return record
}

func header(attribute string) string {
	if attribute == "datacontenttype" {
		return "content-type"
	}
	return "ce_" + attribute
}
