"""Polars, from a file and not from Kafka: repeated events, the latest event of a meter's day, and sums, in one lazy query."""

import sys
from pathlib import Path

import polars as pl

events, output = sys.argv[1], Path(sys.argv[3])

day = pl.Struct({"meter": pl.String, "day": pl.String, "values": pl.List(pl.Float64)})
event = {"source": pl.String, "id": pl.String, "time": pl.String, "data": day}

sums = (
    # With its schema the file is read once, and other fields are not kept.
    pl.scan_ndjson(events, schema=event, row_index_name="at")
    .unnest("data")
    .with_columns(
        energy=pl.col("values").list.eval((pl.element() * 1e6).round().cast(pl.Int64)).list.sum(),
        issued=pl.col("time").str.to_datetime(time_unit="us", time_zone="UTC"),
    )
    .drop("values", "time")
    .unique(["source", "id", "day"], keep="first")
    .group_by("meter", "day")
    # Of several at the same time the last in the file, as in the log.
    .agg(pl.col("energy").sort_by("issued", "at").last())
    .group_by("meter")
    .agg(pl.col("energy").sum())
    .sort("meter")
    .collect(engine="streaming")
)
part = output.with_suffix(".part")
sums.write_csv(part, separator="\t", include_header=False)
part.rename(output)
