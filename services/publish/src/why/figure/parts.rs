//! The numbers a figure is made of, and how.

use events::{InitiativeKind, MICRO};
use footprint::{Block, Footprint, MilligramsOf, WasteFigures};

use super::PartAnswer;
