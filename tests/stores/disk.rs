//! A disk that is full, and one that may not be written.
