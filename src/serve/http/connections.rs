//! Connections: bounded in number, in the time they may take to ask, and closed in order at the end.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

use super::call::Peer;
use super::prefix::{Stripped, strip};
use super::stalled::Stalled;
use super::{ApiError, router};
use crate::serve::app::App;

/// Maximum open connections, below the usual limit of a process's files.
const MAX_CONNECTIONS: usize = 512;
/// How long a client may take to ask, and a connection may be idle.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a client may take nothing of what is sent to it.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of a request's headers.
const MAX_HEADER_BYTES: usize = 32 << 10;
/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(100);
/// What is told where there is no room for a connection.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\
                      Connection: close\r\n\r\n";

/// The open connections, the oldest first.
#[derive(Default)]
struct Connections {
    last: u64,
    open: BTreeMap<u64, Arc<Connection>>,
}

#[derive(Default)]
struct Connection {
    /// Requests of it that are in work; answers that are being sent count.
    requests: AtomicUsize,
    close: Notify,
}

/// Removes a connection from the list when it ends.
struct Listed {
    all: Arc<Mutex<Connections>>,
    id: u64,
    app: Arc<App>,
}

impl Drop for Listed {
    fn drop(&mut self) {
        locked(&self.all).open.remove(&self.id);
        self.app.metrics.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Marks a connection as busy.
struct Busy(Arc<Connection>);

impl Busy {
    fn new(connection: &Arc<Connection>) -> Self {
        connection.requests.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(connection))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::SeqCst);
    }
}

fn locked(all: &Mutex<Connections>) -> std::sync::MutexGuard<'_, Connections> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers until `stop` is set; then takes no further connection, waits for the answers in work, and
/// closes the engine.
pub(in crate::serve) async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    stop: &'static AtomicBool,
) {
    let router = router(&app);
    let all = Arc::new(Mutex::new(Connections::default()));
    let (stopping, stopped) = watch::channel(false);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = flag(stop) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Some((connection, listed)) = enlist(&all, &app) else {
                    // As much as fits; the client may be gone.
                    let _ = stream.try_write(FULL);
                    continue;
                };
                let router = router.clone();
                let (app, stopped) = (Arc::clone(&app), stopped.clone());
                tokio::spawn(async move {
                    answer(stream, peer, router, &app, &connection, stopped).await;
                    drop(listed);
                });
            }
            // Too many open files, or a client that is gone already.
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }
    drop(listener);
    app.articles.stop();
    stopping.send_replace(true);
    drop(stopped);
    // Every connection has a receiver.
    stopping.closed().await;
    // Those that came with requests in work.
    app.articles.stop();
    app.engine.close();
}

async fn flag(stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(LOOK).await;
    }
}

/// A place for a connection; where there is none, the oldest that is idle is closed. `None` if all are
/// busy.
fn enlist(all: &Arc<Mutex<Connections>>, app: &Arc<App>) -> Option<(Arc<Connection>, Listed)> {
    let mut connections = locked(all);
    if connections.open.len() >= MAX_CONNECTIONS {
        let is_idle = |(_, connection): &(&u64, &Arc<Connection>)| {
            connection.requests.load(Ordering::SeqCst) == 0
        };
        let idle = connections.open.iter().find(is_idle)?;
        let (id, connection) = (*idle.0, Arc::clone(idle.1));
        connections.open.remove(&id);
        connection.close.notify_one();
    }
    connections.last += 1;
    let id = connections.last;
    let connection = Arc::new(Connection::default());
    connections.open.insert(id, Arc::clone(&connection));
    app.metrics.connections.fetch_add(1, Ordering::Relaxed);
    let listed = Listed {
        all: Arc::clone(all),
        id,
        app: Arc::clone(app),
    };
    Some((connection, listed))
}

/// Answers the requests of one connection.
async fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    app: &App,
    connection: &Arc<Connection>,
    mut stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        let busy = Busy::new(connection);
        request.extensions_mut().insert(Peer(peer));
        let answer = match strip(request.uri(), &app.options.url_prefix) {
            Stripped::Uri(uri) => {
                *request.uri_mut() = uri;
                Ok(routes.call(request))
            }
            Stripped::Redirect(to) => {
                let to = [(header::LOCATION, to)];
                Err((axum::http::StatusCode::PERMANENT_REDIRECT, to).into_response())
            }
            Stripped::Elsewhere => Err(ApiError::not_found().into_response()),
        };
        async move {
            let response: Response = match answer {
                Ok(answer) => match answer.await {
                    Ok(response) => response,
                    Err(never) => match never {},
                },
                Err(response) => response,
            };
            // The connection is busy until the answer is sent or given up.
            let body = |body: Body| {
                Body::new(body.map_frame(move |frame| {
                    let _ = &busy;
                    frame
                }))
            };
            Ok::<_, Infallible>(response.map(body))
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEADER_BYTES);
    let stream = TokioIo::new(Stalled::new(stream, WRITE_TIMEOUT));
    let serving = http.serve_connection(stream, service);
    tokio::pin!(serving);
    let mut is_stopping = false;
    loop {
        tokio::select! {
            // An error is a client that broke off or spoke no HTTP; nobody else is concerned.
            _ = serving.as_mut() => return,
            () = connection.close.notified() => return,
            _ = stopped.changed(), if !is_stopping => {
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}
