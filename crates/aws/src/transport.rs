//! A function in the place of the network.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;

/// Answers a signed HTTP request as AWS would; the error is a connection that ended without an answer. A request that is never
/// answered runs into the attempt's time limit.
pub type Transport = Arc<dyn Fn(http::Request<Bytes>) -> Answer + Send + Sync>;

/// An answer on its way.
pub type Answer = Pin<Box<dyn Future<Output = io::Result<http::Response<Bytes>>> + Send>>;

/// The SDK's HTTP client around a [`Transport`].
#[derive(Clone)]
pub(crate) struct InProcess(pub(crate) Transport);

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let transport = Arc::clone(&self.0);
        HttpConnectorFuture::new(async move {
            let request = plain_request(request)?;
            let answer = transport(request).await;
            plain_response(answer.map_err(|lost| ConnectorError::io(lost.into()))?)
        })
    }
}

fn plain_request(request: HttpRequest) -> Result<http::Request<Bytes>, ConnectorError> {
    let request = request
        .try_into_http1x()
        .map_err(|e| ConnectorError::user(e.into()))?;
    let (head, body) = request.into_parts();
    // Every request of these APIs is built in memory; a streaming one would be a mistake of ours.
    let body = body
        .bytes()
        .map(Bytes::copy_from_slice)
        .ok_or_else(|| ConnectorError::user("a streaming body cannot be sent in process".into()))?;
    Ok(http::Request::from_parts(head, body))
}

fn plain_response(response: http::Response<Bytes>) -> Result<HttpResponse, ConnectorError> {
    HttpResponse::try_from(response.map(SdkBody::from)).map_err(|e| ConnectorError::user(e.into()))
}
