//! From a [`Connection`] to clients.

use std::fmt;
use std::sync::Arc;

use aws_config::{AppName, BehaviorVersion, ConfigLoader, SdkConfig};
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_cloudformation::config::StalledStreamProtectionConfig;
use model::Timestamp;
use model::clock::Clock;
use model::desired::CallAs;
use model::diagnostic::Diagnostic;
use model::ids::Region;

use crate::clock::SdkClock;
use crate::credentials::{self, CredentialSource};
use crate::endpoint;
use crate::pace::Paces;
use crate::retry::{self, QuotaIsFinal};
use crate::transport::{InProcess, Transport};
use crate::whole::WholeAnswers;

/// The address that in-process requests carry; nothing resolves it.
const IN_PROCESS_URL: &str = "http://localhost";

/// How to reach AWS.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The home Region of the StackSets.
    pub region: Region,
    /// In which role the administrator acts; sent with every call that takes it.
    pub call_as: CallAs,
    /// Where requests go.
    pub endpoint: Endpoint,
    /// Whose credentials they carry.
    pub credentials: CredentialSource,
    /// The time of signatures, time limits and back-off.
    pub clock: Arc<dyn Clock>,
}

/// Where requests go.
#[derive(Clone)]
pub enum Endpoint {
    /// AWS.
    Aws,
    /// Another address: `http` on this machine only, `https` anywhere. On this machine missing credentials are made up, unless a
    /// profile was named.
    Url(String),
    /// A function; neither the environment nor any file is looked at.
    InProcess(Transport),
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws => f.write_str("Aws"),
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
            Self::InProcess(_) => f.write_str("InProcess"),
        }
    }
}

/// Why no connection is made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// Clear text over the network.
    #[error("`{url}` would carry signed requests over the network in clear text")]
    InsecureEndpoint {
        /// The address.
        url: String,
    },
    /// Not an address.
    #[error("`{url}` is not an http or https address")]
    NotAnEndpoint {
        /// The text.
        url: String,
    },
    /// The environment or the profile sends requests away from AWS.
    #[error("the environment or the AWS profile sends requests to `{url}` instead of AWS")]
    ForeignEndpoint {
        /// The address.
        url: String,
    },
    /// No configuration file has the profile that was named.
    #[error("there is no AWS profile `{name}`")]
    NoProfile {
        /// The name.
        name: String,
        /// The profiles that there are.
        known: Vec<String>,
    },
}

impl ConnectError {
    /// The message for the user.
    pub fn diagnostic(&self) -> Diagnostic {
        let (code, help) = match self {
            Self::InsecureEndpoint { .. } => (
                "E0041",
                "use https, or an address on this machine such as http://127.0.0.1:4577",
            ),
            Self::NotAnEndpoint { .. } => ("E0042", "--endpoint-url http://127.0.0.1:4577"),
            Self::ForeignEndpoint { .. } => (
                "E0043",
                "unset AWS_ENDPOINT_URL and `endpoint_url` in the profile, or say --endpoint-url to mean it",
            ),
            Self::NoProfile { known, .. } => {
                let known = match known.as_slice() {
                    [] => "the AWS configuration files have no profiles".to_owned(),
                    some => format!("profiles: {}", credentials::listed(some)),
                };
                return Diagnostic::error("E0045", self.to_string())
                    .note(known)
                    .help("see which there are: aws configure list-profiles");
            }
        };
        Diagnostic::error(code, self.to_string()).help(help)
    }
}

/// The clients, ready to [observe](crate::observe) and [operate](crate::operate).
#[derive(Debug, Clone)]
pub struct Aws {
    pub(crate) account: aws_sdk_account::Client,
    pub(crate) cloudformation: aws_sdk_cloudformation::Client,
    pub(crate) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(crate) organizations: aws_sdk_organizations::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) ssm: aws_sdk_ssm::Client,
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) call_as: aws_sdk_cloudformation::types::CallAs,
    pub(crate) region: Region,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) paces: Arc<Paces>,
    credentials: Option<SharedCredentialsProvider>,
    source: Option<CredentialSource>,
}

impl Aws {
    /// Makes the clients; sends nothing yet.
    pub async fn connect(connection: Connection) -> Result<Self, ConnectError> {
        if !matches!(connection.endpoint, Endpoint::InProcess(_)) {
            connection.credentials.check().await?;
        }
        let config = match &connection.endpoint {
            Endpoint::Aws => of_aws(&connection).await?,
            Endpoint::Url(url) => of_url(&connection, url).await?,
            Endpoint::InProcess(transport) => in_process(&connection, transport),
        };
        Ok(Self::with(&config, connection))
    }

    fn with(config: &SdkConfig, connection: Connection) -> Self {
        let elsewhere = endpoint::is_elsewhere(config);
        let cloudformation = aws_sdk_cloudformation::config::Builder::from(config)
            .retry_classifier(QuotaIsFinal)
            .retry_partition(retry::budget())
            .interceptor(WholeAnswers)
            .build();
        let sts = aws_sdk_sts::config::Builder::from(config)
            .retry_partition(retry::budget())
            .interceptor(WholeAnswers)
            .build();
        let organizations = aws_sdk_organizations::config::Builder::from(config)
            .retry_partition(retry::budget())
            .build();
        // A server that is not AWS has no host for each bucket.
        let s3 = aws_sdk_s3::config::Builder::from(config)
            .force_path_style(elsewhere)
            .build();
        let paces = if elsewhere { Paces::none() } else { Paces::of_aws() };
        Self {
            account: aws_sdk_account::Client::new(config),
            cloudformation: aws_sdk_cloudformation::Client::from_conf(cloudformation),
            cloudwatch: aws_sdk_cloudwatch::Client::new(config),
            organizations: aws_sdk_organizations::Client::from_conf(organizations),
            s3: aws_sdk_s3::Client::from_conf(s3),
            ssm: aws_sdk_ssm::Client::new(config),
            sts: aws_sdk_sts::Client::from_conf(sts),
            call_as: crate::convert::call_as(connection.call_as),
            region: connection.region,
            clock: connection.clock,
            paces: Arc::new(paces),
            credentials: config.credentials_provider(),
            source: match connection.endpoint {
                Endpoint::InProcess(_) => None,
                Endpoint::Aws | Endpoint::Url(_) => Some(connection.credentials),
            },
        }
    }

    /// Where its credentials come from; none in process, where neither the environment nor a file is looked at.
    pub(crate) fn credential_source(&self) -> Option<&CredentialSource> {
        self.source.as_ref()
    }

    /// When the credentials that there are now expire; none when they do not, or nobody knows. Their source may have new ones then.
    pub async fn credentials_expire(&self) -> Option<Timestamp> {
        let credentials = self.credentials.as_ref()?.provide_credentials().await.ok()?;
        Timestamp::try_from(credentials.expiry()?).ok()
    }
}

async fn of_aws(connection: &Connection) -> Result<SdkConfig, ConnectError> {
    let config = loader(connection).load().await;
    endpoint::check_configured(&config)?;
    if endpoint::is_elsewhere(&config) {
        return Ok(on_this_machine(loader(connection), connection).load().await);
    }
    Ok(config)
}

async fn of_url(connection: &Connection, url: &str) -> Result<SdkConfig, ConnectError> {
    endpoint::check_given(url)?;
    let mut loader = loader(connection).endpoint_url(url);
    if endpoint::is_loopback_url(url) {
        loader = on_this_machine(loader, connection);
    }
    Ok(loader.load().await)
}

fn on_this_machine(loader: ConfigLoader, connection: &Connection) -> ConfigLoader {
    match connection.credentials {
        CredentialSource::Environment => loader.credentials_provider(credentials::local()),
        CredentialSource::Profile { .. } => loader,
    }
}

fn loader(connection: &Connection) -> ConfigLoader {
    let clock = SdkClock(Arc::clone(&connection.clock));
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(aws_config::Region::new(connection.region.to_string()))
        .retry_config(retry::attempts())
        .timeout_config(retry::limits())
        .sleep_impl(clock.clone())
        .time_source(clock);
    if let Some(name) = connection.credentials.profile() {
        loader = loader
            .profile_name(name)
            .credentials_provider(credentials::of_profile(connection, name));
    }
    match app_name() {
        Some(name) => loader.app_name(name),
        None => loader,
    }
}

fn in_process(connection: &Connection, transport: &Transport) -> SdkConfig {
    let clock = SdkClock(Arc::clone(&connection.clock));
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(aws_config::Region::new(connection.region.to_string()))
        .retry_config(retry::attempts())
        .timeout_config(retry::limits())
        .sleep_impl(clock.clone())
        .time_source(clock)
        .http_client(InProcess(Arc::clone(transport)))
        .endpoint_url(IN_PROCESS_URL)
        // It measures throughput on the clock, which says nothing about a body that is whole from the start.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .credentials_provider(SharedCredentialsProvider::new(credentials::made_up(
            &connection.credentials,
        )));
    config.set_app_name(app_name());
    config.build()
}

fn app_name() -> Option<AppName> {
    AppName::new(format!("stackfleet-{}", env!("CARGO_PKG_VERSION"))).ok()
}
