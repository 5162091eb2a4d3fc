//! Many articles: what they are read from, and how each becomes a result in its place or a named
//! failure.
//!
//! Policy: archives are untrusted. Their members are streamed, never extracted; names, sizes and
//! counts are checked before they are believed; what is refused is refused by name and harms only
//! itself. A run can be killed at any moment and goes on where it stopped; what it leaves at the end
//! is, to the byte, what an undisturbed run leaves.

mod dealt;
mod fingerprint;
mod journal;
mod key;
mod limits;
mod lines;
mod merge;
mod name;
mod overview;
mod paths;
mod places;
mod queue;
mod reader;
mod record;
mod rows;
mod run;
mod shard;
mod source;
mod store;
mod stream;
mod table;
mod tally;
mod tar;
mod windows;
mod worker;
mod writer;
mod zip;

pub use fingerprint::{Model, fingerprint};
pub use journal::JournalError;
pub use limits::{LimitError, Limits};
pub use merge::{MergeError, Merged, merge};
#[cfg(feature = "cli")]
pub(crate) use name::folded;
pub use record::{Content, Fault, FaultKind, Record, parse_json};
pub use run::{Estimate, Observer, Outcome, Run, RunError};
pub use shard::{NoShard, Shard};
pub use source::{Extent, Kind, Packing, Sources, is_archive};
pub use store::Target;
pub use tally::Tally;
pub use worker::{Answered, Worker, WorkerError};
#[cfg(feature = "cli")]
pub(crate) use writer::is_temporary;
