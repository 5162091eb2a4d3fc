//! The server: bound, started, and run until it is stopped.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::app::App;
use super::http;
use super::keys::Keys;
use crate::archive::finished::FinishedArchive;
use crate::article::ReadOptions;
use crate::article_reader::ArticleReader;
use crate::pipeline::Pipeline;

/// Threads for the network.
const NETWORK_THREADS: usize = 2;
/// Threads that read and plan articles.
const BLOCKING_THREADS: usize = 16;

/// How to serve.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// What every path begins with: empty, or `/` and a name.
    pub url_prefix: String,
    /// Who may use it; if `None`, everybody who can reach it.
    pub keys: Option<Keys>,
    /// Maximum characters of a text, or of all texts of a request together.
    pub char_limit: Option<usize>,
    /// Maximum texts of a request.
    pub batch_limit: Option<usize>,
    /// Maximum requests of a client in a minute.
    pub requests_per_minute: Option<u32>,
    /// Maximum bytes of a file.
    pub max_upload: usize,
    /// Maximum jobs that wait or are in work.
    pub queue: usize,
    /// Origins whose pages may use the server; `*` for all.
    pub cors: Vec<String>,
    /// Names that the server is reached by, besides addresses and `localhost`.
    pub allowed_hosts: Vec<String>,
    /// Whether pages of the public web are fetched for clients.
    pub fetch: bool,
    /// Whether counters for Prometheus are told.
    pub metrics: bool,
    /// The folder where finished articles are kept; if `None`, they are in memory alone.
    pub keep: Option<PathBuf>,
    /// How articles are read.
    pub read: ReadOptions,
    /// Whether texts are translated; if not, there is nothing but the archive.
    pub translates: bool,
    /// The finished archive that is shown, if there is one.
    pub archive: Option<Arc<FinishedArchive>>,
}

/// Why a server cannot be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// Nobody can listen at the address.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The threads for the network cannot be started.
    #[error("the network's threads cannot be started")]
    Threads(#[source] io::Error),
}

/// A server that listens. It answers from the start, and translates as soon as [`Self::run`] is called.
pub struct Server {
    app: Arc<App>,
    runtime: Runtime,
    address: SocketAddr,
    connections: JoinHandle<()>,
}

impl Server {
    /// Listens and begins to answer; articles are read by `reader`. Once `stop` is set, no further
    /// connection is taken.
    ///
    /// # Errors
    /// If it cannot listen there, or threads cannot be started.
    pub fn start(
        options: Options,
        reader: ArticleReader,
        stop: &'static AtomicBool,
    ) -> Result<Self, ServerError> {
        let asked = options.address;
        let failed = |source| ServerError::Bind {
            address: asked,
            source,
        };
        let listener = TcpListener::bind(asked).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(NETWORK_THREADS)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_name("network")
            .enable_io()
            .enable_time()
            .build()
            .map_err(ServerError::Threads)?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener).map_err(failed)?
        };
        let app = Arc::new(App::new(options, reader));
        let serving = http::serve(listener, Arc::clone(&app), stop);
        let connections = runtime.spawn(serving);
        Ok(Self {
            app,
            runtime,
            address,
            connections,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        let Self { address, app, .. } = self;
        format!("http://{address}{}", app.options.url_prefix)
    }

    /// Shows the archive alone, until `stop` is set and what is in work is done.
    pub fn run_without_models(self) {
        let _ = self.runtime.block_on(self.connections);
    }

    /// Translates with `pipeline` on this thread, until `stop` is set and what is in work is done.
    pub fn run(self, pipeline: Pipeline) {
        let pipeline = Arc::new(pipeline);
        self.app.load(Arc::clone(&pipeline));
        self.app.engine.run(pipeline.as_ref());
        // The last answers may still be on their way.
        let _ = self.runtime.block_on(self.connections);
    }
}
