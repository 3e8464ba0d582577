// Writes the dashboards that Grafana is provisioned with, one JSON file each, into the folder that is named.
// `go run . ../dashboards` from this folder; a test fails while the files are not what this program writes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run . FOLDER")
		os.Exit(2)
	}
	boards := []board{trustBoard(), schoolBoard(), qualityBoard(), pipelineBoard()}
	for _, board := range boards {
		if err := write(board, os.Args[1]); err != nil {
			fmt.Fprintf(os.Stderr, "cannot write %s: %v\n", board.file, err)
			os.Exit(1)
		}
	}
}

func write(board board, folder string) error {
	built, err := board.build()
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, board.file+".json"), append(text, '\n'), 0o644)
}
