//! The summary of the English text.

pub mod extractive;
