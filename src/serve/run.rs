//! From a listening socket to a server that stops cleanly.
//!
//! Its own accept loop, since axum's has no time limit for a request's head
//! and no limit of connections (axum 0.8.9).

use std::future::Future;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::{Notice, State, live, router};
use crate::config;

/// How long a request's head may take to arrive, and a kept connection to
/// send the next one.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// The longest head of a request, in bytes and in lines.
const HEAD_BYTES: usize = 16 * 1024;
const HEAD_LINES: usize = 64;
/// Open connections; more wait in the system's queue.
const CONNECTIONS: usize = 512;
/// How long connections may take to finish once the server stops, and then
/// threads that are at work.
const GRACE: Duration = Duration::from_millis(2_000);
const THREAD_GRACE: Duration = Duration::from_millis(500);

/// Takes the port, before anything slow is done.
///
/// # Errors
/// When the port is taken or the address is not this machine's.
pub fn bind(serve: &config::Serve) -> anyhow::Result<TcpListener> {
    let config::Serve { host, port, .. } = serve;
    let listener = TcpListener::bind((host.as_str(), *port)).map_err(|error| {
        let fix = match error.kind() {
            ErrorKind::AddrInUse => "is in use; choose another with `--port`, 0 for any free one",
            ErrorKind::PermissionDenied => "may not be used; choose one above 1023 with `--port`",
            _ => "cannot be listened on; check `--hostname`, or `host` in the table `[serve]` of `book.toml`",
        };
        anyhow::Error::new(error).context(format!("port {port} of `{host}` {fix}"))
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until Ctrl-C or SIGTERM, then stops within three seconds. Watches
/// the book and indexes it meanwhile.
///
/// # Errors
/// When a thread or a signal handler cannot be had.
pub fn run(listener: TcpListener, state: &State) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting the server's threads")?;
    live::start(state)?;
    let served = runtime.block_on(async {
        let signal = signal().context("listening for Ctrl-C")?;
        let stop = async {
            tokio::select! {
                () = signal => {}
                () = state.quitted() => {}
            }
        };
        serve(listener, state.clone(), stop).await
    });
    runtime.shutdown_timeout(THREAD_GRACE);
    served
}

/// Serves until `stop` is over; watches nothing.
///
/// # Errors
/// When the socket cannot be used.
pub async fn serve(
    listener: TcpListener,
    state: State,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener).context("using the socket")?;
    let service = TowerToHyperService::new(router(state.clone()));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let open = GracefulShutdown::new();
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_headers(HEAD_LINES)
        .max_buf_size(HEAD_BYTES);
    tokio::pin!(stop);
    loop {
        let accepted = async {
            let place = places.clone().acquire_owned().await;
            (accept(&listener, &state).await, place)
        };
        let (stream, place) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        let connection = builder.serve_connection(TokioIo::new(stream), service.clone());
        let connection = open.watch(connection.into_owned());
        tokio::spawn(async move {
            let _place = place;
            // A client that breaks off is no fault of the server.
            let _ = connection.await;
        });
    }
    drop(listener);
    state.close();
    // What is not finished by then is cut off with the runtime.
    let _ = tokio::time::timeout(GRACE, open.shutdown()).await;
    Ok(())
}

/// The next connection. A failure to accept one, such as too many open files,
/// is told once it happens and waited out.
async fn accept(listener: &tokio::net::TcpListener, state: &State) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Only a matter of speed.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) if is_the_clients(error.kind()) => {}
            Err(error) => {
                state.log(&Notice::Trouble(format!(
                    "a connection was not accepted: {error}"
                )));
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_the_clients(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

/// Over when the process is asked to stop. The handlers are in place when
/// this returns.
#[cfg(unix)]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Over when the process is asked to stop.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the Unix twin can fail")]
fn signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
