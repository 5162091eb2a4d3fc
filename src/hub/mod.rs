//! Models from the Hugging Face Hub: found, downloaded, verified, and kept in the cache shared with
//! Python.
//!
//! Policy: every file is checked before use, against the catalogue's pin or else against the hub's
//! ETag; a bad file is deleted and named. What is in the cache needs no network. hf-hub gives the
//! cache's layout and the hub's addresses; the transfer is our own, because hf-hub's does not check
//! what it receives and is not safe with an untrusted server (docs/hub.md has the trials).

mod address;
mod admin;
mod cache;
mod connection;
mod digest;
mod error;
mod fetch;
mod http;
mod ledger;
mod lock;
mod observer;
mod options;
mod patience;
mod pull;
mod session;

pub use admin::{
    FileReport, FileState, ListedModel, ModelState, Removed, is_here, list, location, reach,
    remove, verify,
};
#[cfg(feature = "serve")]
pub(crate) use connection::root_certs;
pub use digest::FileDigest;
pub use error::{FileFate, HubError, TokenState};
pub use fetch::{fetch, fetch_network};
pub use observer::{PullEvent, PullObserver};
pub use options::{DEFAULT_ENDPOINT, HubOptions, RetryPolicy};
