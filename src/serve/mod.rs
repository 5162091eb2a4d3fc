//! An HTTP server on the user's own machine: LibreTranslate's interface, DeepL's, one for articles, and
//! finished archives with full-text search.
//!
//! Policy: whoever can reach the server may be hostile, and so may every page that a browser beside it
//! shows. Bodies, connections, waiting jobs and kept results are bounded; nothing that a client sends
//! becomes a file name; keys and texts are in no log. Articles are read by
//! [`ArticleReader`](crate::article_reader::ArticleReader), the models run on the one thread that calls
//! [`Server::run`], and the network has a few threads of its own.

mod app;
mod archive;
mod articles;
mod deepl;
pub mod engine;
mod fetch;
mod http;
mod keys;
mod languages;
mod libretranslate;
mod marked;
mod metrics;
mod page;
mod rate;
mod request;
mod server;
mod spec;
mod texts;

pub use keys::{Keys, KeysError};
pub use request::{ReadRequest, read_request};
pub use server::{Options, Server, ServerError};
