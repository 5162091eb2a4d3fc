//! Models from the Hugging Face Hub: found, downloaded, verified, and kept in the cache that Python
//! shares.
//!
//! Policy: no file is used that has not been checked, against the catalogue's pin or else against
//! the hub's own word for it; a bad one is thrown away and named. What is in the cache needs no
//! network. hf-hub gives the cache's layout and the hub's addresses; the transfer is ours, because
//! hf-hub's neither checks what it gets nor may safely be pointed at a server one does not trust
//! (docs/hub.md has the trials).

mod admin;
mod cache;
pub mod converted;
mod digest;
mod error;
mod fetch;
mod http;
mod layout;
mod ledger;
mod lock;
mod observer;
mod options;
mod pull;
mod session;

pub use admin::{
    FileReport, FileState, ListedModel, ModelState, Removed, list, location, remove, verify,
};
pub use digest::Fingerprint;
pub use error::{FileFate, HubError, TokenState};
pub use fetch::{fetch, fetch_network};
pub use layout::LayoutError;
pub use observer::{PullEvent, PullObserver};
pub use options::{DEFAULT_ENDPOINT, HubOptions, Patience};
