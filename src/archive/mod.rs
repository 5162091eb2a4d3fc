//! Many articles: what they are read from, and how each becomes a document or a named failure.
//!
//! Policy: archives are untrusted. Their members are streamed, never extracted; names, sizes and
//! counts are checked before they are believed; what is refused is refused by name and harms only
//! itself. What this room remembers of an article is a few dozen bytes, whatever the archive's size.

mod dealt;
mod limits;
mod merge;
mod queue;
mod record;
mod shard;
mod stream;
mod worker;

pub use limits::Limits;
pub use merge::{MergeError, Merged, merge};
pub use record::{Content, Fault, FaultKind, Record, parse_json};
pub use shard::{NoShard, Shard};
pub use worker::{Answered, Worker, WorkerError};
