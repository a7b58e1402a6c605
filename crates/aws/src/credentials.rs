//! Whose credentials a connection has: those that the environment gives, or those of one profile.
//!
//! In the SDK's own chain keys in variables go before every profile. A profile that somebody named for this run must not give
//! way to what an earlier command left in the environment, so it is then the only source.

use std::sync::Arc;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::{self, ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};
use model::ids::AccountId;

use crate::clock::SdkClock;
use crate::connect::{ConnectError, Connection};

/// The variables that hold a key, which go before profiles when both are set.
const KEYS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
/// The keys of a profile that name an account, as a part of an ARN or alone.
const OF_ACCOUNT: [&str; 2] = ["role_arn", "sso_account_id"];
/// The keys of a profile that credentials come from.
const GIVES: [&str; 7] = [
    "aws_access_key_id",
    "credential_process",
    "login_session",
    "role_arn",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
];
/// Most profiles that a message lists.
const LISTED: usize = 10;

/// Where the credentials of a connection come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CredentialSource {
    /// The SDK's chain: variables, the profile of `AWS_PROFILE`, a role of the machine.
    #[default]
    Environment,
    /// One profile of the AWS configuration files, and nothing else.
    Profile {
        /// Its name.
        name: String,
        /// The account that it was named for. In process, where no file is looked at, requests come from this account.
        account: Option<AccountId>,
    },
}

impl CredentialSource {
    /// As a message says it; none when only the SDK knows. A profile that gives no credentials is passed over by the SDK without a
    /// word, so it is not named.
    pub(crate) async fn in_words(&self) -> Option<String> {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let name = match self {
            Self::Profile { name, .. } => return Some(format!("profile `{name}`")),
            Self::Environment if KEYS.iter().all(|key| set(key).is_some()) => {
                return Some("AWS_ACCESS_KEY_ID".to_owned());
            }
            Self::Environment => set("AWS_PROFILE")?,
        };
        let profiles = profiles().await?;
        let profile = profiles.get_profile(&name)?;
        let gives = GIVES.iter().any(|key| profile.get(key).is_some());
        gives.then(|| format!("profile `{name}` (AWS_PROFILE)"))
    }

    /// The profile to look settings up in, when it is not the one of `AWS_PROFILE`.
    pub(crate) fn profile(&self) -> Option<&str> {
        match self {
            Self::Environment => None,
            Self::Profile { name, .. } => Some(name),
        }
    }

    /// Refuses a profile that no file has, before anything is asked of AWS.
    pub(crate) async fn check(&self) -> Result<(), ConnectError> {
        let Some(name) = self.profile() else { return Ok(()) };
        // What is wrong with the files themselves is told with the first call.
        let Some(profiles) = profiles().await else {
            return Ok(());
        };
        if profiles.get_profile(name).is_some() {
            return Ok(());
        }
        Err(ConnectError::NoProfile {
            name: name.to_owned(),
            known: sorted(profiles.profiles()),
        })
    }
}

/// The provider of one profile: keys, a role, single sign-on or a process, as its files say.
pub(crate) fn of_profile(connection: &Connection, name: &str) -> SharedCredentialsProvider {
    let clock = SdkClock(Arc::clone(&connection.clock));
    let config = ProviderConfig::without_region()
        .with_region(Some(aws_config::Region::new(connection.region.to_string())))
        .with_sleep_impl(clock.clone())
        .with_time_source(clock);
    let provider = ProfileFileCredentialsProvider::builder()
        .configure(&config)
        .profile_name(name);
    SharedCredentialsProvider::new(provider.build())
}

/// What a server on this machine is asked with. Only the environment and files are tried: looking for an instance's role would
/// hang on a laptop.
pub(crate) fn local() -> SharedCredentialsProvider {
    let chain =
        CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
            .or_else("Profile", ProfileFileCredentialsProvider::builder().build())
            .or_else("Local", made_up(&CredentialSource::Environment));
    SharedCredentialsProvider::new(chain)
}

/// What is signed with where nobody checks it. Twelve digits after four letters are the account for a simulated AWS.
pub(crate) fn made_up(source: &CredentialSource) -> Credentials {
    let key = match source {
        CredentialSource::Profile {
            account: Some(account),
            ..
        } => format!("AKIA{account}"),
        _ => "stackfleet".to_owned(),
    };
    Credentials::new(key, "stackfleet", None, None, "Local")
}

/// The profiles whose role or single sign-on is of an account, by name. A profile of keys does not say whose they are.
pub(crate) async fn profiles_of(account: &AccountId) -> Vec<String> {
    let Some(profiles) = profiles().await else {
        return Vec::new();
    };
    let names_it = |name: &&str| {
        let profile = profiles.get_profile(name);
        let values = OF_ACCOUNT.iter().filter_map(|key| profile?.get(key));
        values
            .flat_map(|value| value.split(':'))
            .any(|part| part == account.as_str())
    };
    sorted(profiles.profiles().filter(names_it))
}

/// Names in one line, the first of them when there are many.
pub(crate) fn listed(names: &[String]) -> String {
    let shown: Vec<_> = names.iter().take(LISTED).map(String::as_str).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", shown.join(", "))
}

async fn profiles() -> Option<ProfileSet> {
    let (fs, env, files) = (Fs::real(), Env::real(), EnvConfigFiles::default());
    Box::pin(profile::load(&fs, &env, &files, None)).await.ok()
}

fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names
}
