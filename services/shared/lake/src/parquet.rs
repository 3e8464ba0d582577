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

/// Reads the frame back from an object's content.
pub fn parquet_frame(key: &str, content: Bytes) -> Result<DataFrame, LakeError> {
    ParquetReader::new(Cursor::new(content))
        .finish()
        .map_err(|source| LakeError::Parquet {
            key: key.to_owned(),
            source,
        })
}
