# Daily tasks; `just` lists them.

features := "--locked --features production"

_default:
    @just --list

# The made-up trust of 15 schools, on http://127.0.0.1:8082
demo *arguments:
    cargo run -- demo {{ arguments }}

# Every test, on real servers too
test:
    tests/run

# The end-to-end tests whose names contain NAME
one NAME:
    tests/run {{ NAME }}

# Formatting and lints, with warnings denied
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets {{ features }} -- --deny warnings

# Rewrite schemas/openapi.json, and first the examples in it that publish answers
schemas:
    UPDATE_SCHEMAS=1 cargo test {{ features }} --package publish --lib the_examples_are
    UPDATE_SCHEMAS=1 cargo test {{ features }} --package tests the_file_matches

# Measure aggregate or ingest beside other programs, in a release build on a real Kafka
bench *arguments:
    tests/bench/run {{ arguments }}

# Fuzz every parser of outside input, SECONDS each
fuzz SECONDS="60":
    tests/fuzz/run {{ SECONDS }}

# Plant a known bug, and check that the tests find it
planted NAME:
    tests/planted/run {{ NAME }}

# The documentation of every crate
docs:
    cargo doc --workspace --no-deps {{ features }} --open

# All that has to pass before a change lands
ci:
    .ci/run
