//! The socket: accepts connections, bounds them, and ends in order.
//!
//! An own loop rather than axum's, which has no time limit for a request's head and no cap on connections.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;

use super::Addresses;
use crate::app::App;

/// A client that takes nothing for so long is gone.
const WRITE_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a client may take over a request's head, and may keep an idle connection open.
const HEAD_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of a request's head, its address included.
const MAX_HEAD_BYTES: usize = 128 * 1024;
/// How long the requests under way may take once the service is told to end.
const PATIENCE: Duration = Duration::from_secs(8);

/// A bound socket and what answers on it.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
}

impl Server {
    /// Binds the configured address.
    ///
    /// # Errors
    ///
    /// A sentence that says why the address cannot be had and what to do.
    pub async fn bind(app: Arc<App>) -> anyhow::Result<Self> {
        let listen = &app.config.listen;
        let explained = |error: std::io::Error| {
            let reason = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another process listens there: end it, or set ATLAS_LISTEN".to_owned()
                }
                std::io::ErrorKind::PermissionDenied => {
                    "this user may not: take a port above 1023 in ATLAS_LISTEN, or grant the right".to_owned()
                }
                _ => format!("{error}: correct ATLAS_LISTEN"),
            };
            anyhow!("cannot listen on {listen}: {reason}")
        };
        let listener = TcpListener::bind(listen.as_str()).await.map_err(explained)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address, app })
    }

    /// The address that was bound, with its port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until a future ends, then finishes what is under way.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let Self { listener, app, .. } = self;
        let places = Arc::new(Semaphore::new(app.config.max_connections));
        let addresses = super::router(app);
        let graceful = GracefulShutdown::new();
        tokio::pin!(stop);
        loop {
            let accepted = async {
                let place = Arc::clone(&places).acquire_owned().await;
                (place, listener.accept().await)
            };
            let (place, stream) = tokio::select! {
                () = &mut stop => break,
                (place, accepted) = accepted => match accepted {
                    Ok((stream, _)) => (place, stream),
                    Err(error) => {
                        // Most often there are no file handles left; some will be given back.
                        tracing::warn!("A connection was not accepted: {error}");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                },
            };
            let conversation = converse(stream, addresses.clone(), graceful.watcher());
            tokio::spawn(async move {
                conversation.await;
                drop(place);
            });
        }
        drop(listener);
        tracing::info!("Ending: no new connections; {} are open", graceful.count());
        if timeout(PATIENCE, graceful.shutdown()).await.is_err() {
            tracing::warn!("Some requests took longer than {} s to end and were cut off", PATIENCE.as_secs());
        }
    }
}

/// Ends when the process is told to end. Signals are heard from this call on: one that comes before would kill the
/// process, so call it before anybody is told that the service runs.
///
/// # Errors
///
/// When the signals of the process cannot be listened to.
pub fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Answers on one connection until the client or the service ends it.
async fn converse(stream: TcpStream, addresses: Addresses, watcher: Watcher) {
    // Small answers should not wait for more; a failure here costs only time.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("TCP_NODELAY was not set: {error}");
    }
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(MAX_HEAD_BYTES);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let addresses = addresses.clone();
        async move { Ok::<_, Infallible>(addresses.answer(request.map(Body::new)).await) }
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    let connection = builder.serve_connection(TokioIo::new(Box::pin(stream)), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!("A connection broke: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;
    use crate::config::Config;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_server_answers_until_it_is_told_to_end() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("atlas.db").display());
        let listen = "127.0.0.1:0".to_owned();
        let app = App::open(Config { database_url: url.parse().unwrap(), listen, ..Config::default() }).await.unwrap();
        let server = Server::bind(Arc::clone(&app)).await.unwrap();
        let address = server.address();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let running = tokio::spawn(server.run_until(async { ended.await.unwrap() }));
        let asked = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            text
        });
        assert!(asked.await.unwrap().starts_with("HTTP/1.1 200 OK"));
        let taken = App::open(Config { listen: address.to_string(), ..app.config.clone() }).await.unwrap();
        let error = Server::bind(taken).await.err().unwrap().to_string();
        assert!(error.contains("another process listens there"), "{error}");
        end.send(()).unwrap();
        running.await.unwrap();
        assert!(std::net::TcpStream::connect(address).is_err());
    }
}
