//! The simulator over HTTP on loopback, for any AWS client.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::Simulator;

/// The largest request body in bytes; a template may have 1 MB.
const LARGEST_BODY: usize = 64 << 20;
/// Wait after a connection could not be taken, for example because too many are open.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers every connection on the listener until the future is dropped.
///
/// Peers that are not on this machine are turned away, whatever the listener is bound to: signatures are not checked.
pub async fn serve(listener: TcpListener, simulator: Arc<Simulator>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) if peer.ip().to_canonical().is_loopback() => {
                tokio::spawn(connection(stream, Arc::clone(&simulator)));
            }
            Ok((_, peer)) => tracing::warn!(%peer, "turned away a peer that is not on this machine"),
            Err(error) => {
                tracing::warn!(%error, "could not take a connection");
                simulator.clock().sleep(PAUSE).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, simulator: Arc<Simulator>) {
    // Answers are small and each is waited for.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, Arc::clone(&simulator)));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(true)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    request: Request<Incoming>,
    simulator: Arc<Simulator>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let response = if let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await {
        simulator.handle(Request::from_parts(parts, body.to_bytes()))
    } else {
        let mut refused = Response::new(Bytes::from_static(b"the body is too large or was cut off"));
        *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        refused
    };
    Ok(response.map(Full::new))
}
