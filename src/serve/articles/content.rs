//! What a client sends to be translated.

use serde_json::Value;

use super::display_name;
use crate::archive::{self, Record, RecordOptions};
use crate::serve::http::{ApiError, Parameters};

/// An article that is not read yet.
pub(in crate::serve) enum Content {
    /// A file under the name that its sender gave it.
    File {
        /// A name to show.
        name: String,
        /// What it holds.
        bytes: Vec<u8>,
    },
    /// A record: a text or a page, and what is known of it.
    Record {
        /// A name to show.
        name: String,
        /// The record.
        record: Box<Record>,
    },
    /// A page of the web, which is not fetched yet.
    Address {
        /// Its address.
        address: String,
    },
}

/// Bytes that a page which is not fetched yet is counted as.
const PAGE_BYTES: usize = 1 << 20;
/// Bytes of an address at most.
const MAX_ADDRESS_BYTES: usize = 2000;

impl Content {
    /// The content of a request: a file `file`, or JSON with `text`, `html`, `record` or `url`.
    ///
    /// # Errors
    /// If there is none, or it is no record.
    pub(in crate::serve) fn of(parameters: &mut Parameters) -> Result<Self, ApiError> {
        if let Some(file) = parameters.take_file("file") {
            if file.bytes.is_empty() {
                return Err(ApiError::bad("Invalid request: empty file"));
            }
            return Ok(Self::File {
                name: display_name(&file.name),
                bytes: file.bytes,
            });
        }
        let record = match parameters.object().and_then(|object| object.get("record")) {
            Some(record) => record.clone(),
            None => {
                let mut record = serde_json::Map::new();
                for field in ["text", "html"] {
                    if let Some(text) = parameters.text(field) {
                        record.insert(field.to_owned(), Value::String(text));
                    }
                }
                if let Some(address) = parameters.text("url").filter(|_| record.is_empty()) {
                    return Self::of_address(address);
                }
                if record.is_empty() {
                    return Err(ApiError::bad(
                        "Invalid request: missing file, text, html, record or url parameter",
                    ));
                }
                Value::Object(record)
            }
        };
        Self::of_record(&record)
    }

    fn of_address(address: String) -> Result<Self, ApiError> {
        if address.len() > MAX_ADDRESS_BYTES {
            let message =
                format!("Invalid request: the url has more than {MAX_ADDRESS_BYTES} bytes");
            return Err(ApiError::bad(message));
        }
        Ok(Self::Address { address })
    }

    fn of_record(record: &Value) -> Result<Self, ApiError> {
        let line = serde_json::to_vec(record).map_err(|_| ApiError::internal())?;
        let record = archive::parse_json(&line, "-", Some("text"), &RecordOptions::default());
        let record =
            record.map_err(|fault| ApiError::bad(format!("Invalid request: {}", fault.message)))?;
        Ok(Self::Record {
            name: display_name(&record.id),
            record: Box::new(record),
        })
    }

    pub(in crate::serve) fn size(&self) -> usize {
        match self {
            Self::File { bytes, .. } => bytes.len(),
            Self::Record { record, .. } => record.size(),
            Self::Address { .. } => PAGE_BYTES,
        }
    }

    /// As [`Self::size`], of what the client sends itself.
    pub(super) fn own_size(&self) -> usize {
        match self {
            Self::Address { .. } => 0,
            sent => sent.size(),
        }
    }

    pub(in crate::serve) fn name(&self) -> &str {
        match self {
            Self::File { name, .. } | Self::Record { name, .. } => name,
            Self::Address { address } => address,
        }
    }
}
