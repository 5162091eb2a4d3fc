//! Many articles: what they are read from, and how each one becomes a result or a recorded failure.
//!
//! Policy: archives are untrusted. Their members are streamed, never extracted; names, sizes and
//! counts are checked before they are used; a member that is refused is named, and the others are
//! not affected. A run can be killed at any moment and continues where it stopped; its final output
//! is byte for byte that of an uninterrupted run.

mod collection;
mod csv_input;
mod csv_rows;
mod entity;
mod epub;
mod failure_list;
mod feed;
mod file_name;
mod fingerprint;
#[cfg(feature = "sqlite")]
pub mod finished;
mod gzip;
mod http_body;
mod input_file;
mod input_kind;
mod input_paths;
mod inputs;
mod journal;
mod json_input;
mod json_line;
mod jsonl;
mod key;
mod limits;
mod line_reader;
mod mbox;
mod member_name;
mod merge;
mod output;
mod output_names;
mod overview;
mod parquet_input;
mod parquet_output;
mod paths;
mod plan;
mod queue;
mod record;
mod record_fields;
mod results_file;
mod run;
mod shard;
mod shard_footer;
#[cfg(feature = "cli")]
mod single_result;
mod source;
mod split_window;
mod store;
mod tally;
mod tar;
mod telegram;
mod transcoded;
mod triage;
mod wacz;
mod warc;
mod window;
mod worker;
mod writer;
mod zip;

pub use collection::CollectionFormat;
#[cfg(feature = "cli")]
pub(crate) use file_name::{folded, output_names};
pub use fingerprint::{Model, fingerprint};
pub use input_kind::{Compression, Holds, InputKind};
pub use inputs::{Extent, Inputs};
pub use journal::JournalError;
pub use limits::{LimitError, Limits};
pub use merge::{MergeError, MergeOutput, Merged, merge};
#[cfg(feature = "cli")]
pub(crate) use output::has_journal;
pub use output::{ForeignFile, Output, OutputError};
pub use plan::{Estimate, Observer, Outcome, Run, RunError};
pub use record::{Content, Fault, FaultKind, Record, parse_json};
pub use record_fields::RecordOptions;
pub use shard::{NoShard, Shard};
#[cfg(feature = "cli")]
pub(crate) use single_result::{SingleResult, TakenName};
pub use tally::Tally;
pub use worker::{Answered, LineForm, Worker, WorkerError};
