// A plain HTTP handler before Kafka, in Go: it takes the bodies that ingest takes, and validates nothing. An event is parsed as
// far as its key and its topic, and is sent on whole.
package main

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"time"

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
		// As ingest has them. Idempotence and the broker's own order are franz-go's defaults too.
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.ProducerLinger(5*time.Millisecond),
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

func record(event []byte) *kgo.Record {
	return &kgo.Record{
		Topic: topics[gjson.GetBytes(event, "type").Str],
		Key:   []byte(gjson.GetBytes(event, "subject").Str),
		Value: event,
	}
}
