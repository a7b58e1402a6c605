//! The simulator over HTTP on loopback, for any AWS client.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::{Lost, Simulator};

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
) -> Result<Response<Full<Bytes>>, Lost> {
    let (parts, body) = request.into_parts();
    // An announced length is refused before anything is read; one that is not announced, when it is reached.
    let response = if body.size_hint().lower() > LARGEST_BODY as u64 {
        too_large()
    } else if let Ok(body) = Limited::new(body, LARGEST_BODY).collect().await {
        simulator
            .exchange(Request::from_parts(parts, body.to_bytes()))
            .await?
    } else {
        too_large()
    };
    Ok(response.map(Full::new))
}

fn too_large() -> Response<Bytes> {
    let mut refused = Response::new(Bytes::from_static(b"the body is too large or was cut off"));
    *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    refused
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::simulator::tests::{ManualClock, demo};

    async fn serving() -> (TcpStream, Arc<Simulator>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let simulator = Arc::new(Simulator::new(demo(), ManualClock::new()));
        tokio::spawn(serve(listener, Arc::clone(&simulator)));
        (TcpStream::connect(address).await.unwrap(), simulator)
    }

    /// Sends a text and reads until the answer has what is looked for.
    async fn exchange(stream: &mut TcpStream, request: &str, last: &str) -> String {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        while !answer.contains(last) {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).await.unwrap();
            assert!(length > 0, "closed after {answer}");
            answer.push_str(std::str::from_utf8(&part[..length]).unwrap());
        }
        answer
    }

    #[tokio::test]
    async fn one_connection_asks_several_services() {
        let (mut stream, simulator) = serving().await;
        let form = "Action=GetCallerIdentity&Version=2011-06-15";
        let request = format!(
            "POST / HTTP/1.1\r\nHost: sts\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        let identity = exchange(&mut stream, &request, "</GetCallerIdentityResponse>").await;
        assert!(identity.contains("<Account>100000000000</Account>"), "{identity}");
        let target = "X-Amz-Target: AWSOrganizationsV20161128.ListRoots";
        let request = format!("POST / HTTP/1.1\r\nHost: o\r\n{target}\r\nContent-Length: 2\r\n\r\n{{}}");
        let roots = exchange(&mut stream, &request, "]}").await;
        assert!(roots.contains("r-demo"), "{roots}");
        let log: Vec<String> = simulator
            .world()
            .log
            .into_iter()
            .map(|call| call.action)
            .collect();
        assert_eq!(log, ["GetCallerIdentity", "ListRoots"]);
    }

    #[tokio::test]
    async fn a_body_that_is_announced_too_large_is_refused_unread() {
        let (mut stream, simulator) = serving().await;
        let request = format!(
            "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: {}\r\n\r\n",
            LARGEST_BODY + 1
        );
        let answer = exchange(&mut stream, &request, "cut off").await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(simulator.world().log.is_empty());
    }
}
