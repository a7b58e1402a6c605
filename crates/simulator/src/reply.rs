//! What a service sends back, with what the log keeps of it.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use quick_xml::escape::escape;

use crate::world::{ApiCall, Service};

/// `Content-Type` of the query protocol and of S3's errors.
pub(crate) const XML: &str = "text/xml";

/// One answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The `Content-Type`.
    pub(crate) content_type: &'static str,
    /// The body.
    pub(crate) body: Bytes,
    /// Length to announce when the body is left out (`HEAD`).
    pub(crate) announced_length: Option<usize>,
    /// Headers but those that every answer has; names in lower case.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The API call.
    pub(crate) action: String,
    /// The StackSet named in the call.
    pub(crate) stack_set: Option<String>,
    /// The operation id named in the call or answered.
    pub(crate) operation_id: Option<String>,
    /// The error code, when refused.
    pub(crate) error: Option<String>,
}

impl Reply {
    /// An answer without a body.
    pub(crate) fn new(status: u16, action: &str) -> Self {
        Self {
            status,
            action: action.to_owned(),
            ..Self::default()
        }
    }

    /// The answer with a body.
    #[must_use]
    pub(crate) fn with_body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.content_type = content_type;
        self.body = body.into();
        self
    }

    /// The answer with a header more.
    #[must_use]
    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Whether the call was refused.
    pub(crate) fn is_refused(&self) -> bool {
        self.status >= 400
    }

    /// The answer on the wire.
    pub(crate) fn into_response(self, request_id: &str) -> Response<Bytes> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let length = self.announced_length.unwrap_or(self.body.len());
        let mut response = Response::new(self.body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if !self.content_type.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
        }
        response
    }
}

/// A refusal in the form of the call's own service.
pub(crate) fn refused(call: &ApiCall, status: u16, code: &str, message: &str) -> Reply {
    let reply = match call.service {
        Service::Organizations => {
            let fields = serde_json::json!({ "Message": message });
            json_error(status, &call.action, code, fields)
        }
        Service::Ssm | Service::Account => {
            // The one error of Systems Manager whose model spells it so.
            let name = if code == "InternalServerError" {
                "Message"
            } else {
                "message"
            };
            let fields = serde_json::json!({ name: message });
            json_error(status, &call.action, code, fields)
        }
        Service::S3 => s3_error(status, &call.action, code, message),
        Service::CloudFormation | Service::Sts => query_error(status, &call.action, code, message),
    };
    Reply {
        stack_set: call.stack_set.clone(),
        ..reply
    }
}

/// A refusal in the query protocol's form (reference §10.1).
pub(crate) fn query_error(status: u16, action: &str, code: &str, message: &str) -> Reply {
    let fault = if status < 500 { "Sender" } else { "Receiver" };
    let body = format!(
        "<ErrorResponse><Error><Type>{fault}</Type><Code>{}</Code><Message>{}</Message></Error>\
         <RequestId>simulated</RequestId></ErrorResponse>",
        escape(code),
        escape(message)
    );
    Reply {
        error: Some(code.to_owned()),
        ..Reply::new(status, action).with_body(XML, body)
    }
}

/// A refusal in S3's form.
pub(crate) fn s3_error(status: u16, action: &str, code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{}</Code><Message>{}</Message></Error>",
        escape(code),
        escape(message)
    );
    Reply {
        error: Some(code.to_owned()),
        ..Reply::new(status, action).with_body("application/xml", body)
    }
}

/// A refusal in the form of AWS JSON 1.1 (reference §10.2), with the header that REST JSON tells the code in.
pub(crate) fn json_error(status: u16, action: &str, code: &str, fields: serde_json::Value) -> Reply {
    let mut body = fields;
    if let Some(map) = body.as_object_mut() {
        map.insert("__type".to_owned(), code.into());
    }
    Reply {
        error: Some(code.to_owned()),
        ..Reply::new(status, action)
            .with_header("x-amzn-errortype", code)
            .with_body("application/x-amz-json-1.1", body.to_string())
    }
}
