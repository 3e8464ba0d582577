//! Converts between frames and Parquet.

use std::io::Cursor;

use bytes::Bytes;
use polars::prelude::*;

use crate::LakeError;

/// A frame as one Parquet object, compressed with zstd. The same rows give the same bytes.
pub fn parquet_bytes(frame: &mut DataFrame) -> Result<Bytes, LakeError> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .finish(frame)
        .map_err(LakeError::Encode)?;
    Ok(bytes.into())
}

/// Reads the frame back from an object's content: all columns, or those of some names that the object has.
pub fn parquet_frame(
    key: &str,
    content: Bytes,
    columns: Option<&[&str]>,
) -> Result<DataFrame, LakeError> {
    read(content, columns).map_err(|source| LakeError::Parquet {
        key: key.to_owned(),
        source,
    })
}

fn read(content: Bytes, columns: Option<&[&str]>) -> PolarsResult<DataFrame> {
    let mut reader = ParquetReader::new(Cursor::new(content));
    if let Some(names) = columns {
        let schema = reader.schema()?;
        let names = names.iter().filter(|name| schema.contains(name));
        let names = names.map(|name| (*name).to_owned()).collect();
        reader = reader.with_columns(Some(names));
    }
    reader.finish()
}
