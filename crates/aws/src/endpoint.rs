//! Which addresses requests may go to: AWS itself, or this machine.

use aws_config::SdkConfig;
use aws_types::service_config::ServiceConfigKey;

use crate::connect::ConnectError;

/// The services whose endpoints the environment or a profile may override.
const SERVICES: [&str; 7] = [
    "Account",
    "CloudFormation",
    "CloudWatch",
    "Organizations",
    "S3",
    "SSM",
    "STS",
];

/// Refuses an address that would carry credentials over the network in clear text.
pub(crate) fn check_given(url: &str) -> Result<(), ConnectError> {
    let insecure = || ConnectError::InsecureEndpoint { url: url.to_owned() };
    let uri: http::Uri = url
        .parse()
        .map_err(|_| ConnectError::NotAnEndpoint { url: url.to_owned() })?;
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_loopback(&uri) => Ok(()),
        Some("http") => Err(insecure()),
        _ => Err(ConnectError::NotAnEndpoint { url: url.to_owned() }),
    }
}

/// Refuses endpoints that the environment or a profile sets, unless they are on this machine: a plan must not go elsewhere
/// because of a forgotten variable.
pub(crate) fn check_configured(config: &SdkConfig) -> Result<(), ConnectError> {
    let of_services = SERVICES.iter().filter_map(|service| of_service(config, service));
    let of_all = config.endpoint_url().map(str::to_owned);
    for url in of_services.chain(of_all) {
        if !is_loopback_url(&url) {
            return Err(ConnectError::ForeignEndpoint { url });
        }
    }
    Ok(())
}

/// Whether any service is not AWS's own; those that [`check_configured`] lets pass are on this machine.
pub(crate) fn is_elsewhere(config: &SdkConfig) -> bool {
    config.endpoint_url().is_some()
        || SERVICES
            .iter()
            .any(|service| of_service(config, service).is_some())
}

fn of_service(config: &SdkConfig, service: &str) -> Option<String> {
    let key = ServiceConfigKey::builder()
        .service_id(service)
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok()?;
    config.service_config()?.load_config(key)
}

/// Whether an address is on this machine.
pub(crate) fn is_loopback_url(url: &str) -> bool {
    url.parse().is_ok_and(|uri| is_loopback(&uri))
}

fn is_loopback(uri: &http::Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use aws_types::service_config::LoadServiceConfig;

    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for url in [
            "http://127.0.0.1:4577",
            "http://localhost:1",
            "http://[::1]:80/",
            "https://vpce-1.example",
        ] {
            assert!(check_given(url).is_ok(), "{url}");
        }
        for url in [
            "http://10.0.0.1",
            "http://127.0.0.1.example",
            "http://127.0.0.1@example.com/",
            "ftp://localhost",
            "4577",
        ] {
            assert!(check_given(url).is_err(), "{url}");
        }
    }

    /// What a profile's `services` section or `AWS_ENDPOINT_URL_STS` would say.
    #[derive(Debug)]
    struct OfSts(&'static str);

    impl LoadServiceConfig for OfSts {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            (key.service_id() == "STS").then(|| self.0.to_owned())
        }
    }

    #[test]
    fn an_endpoint_of_the_environment_is_refused_unless_it_is_on_this_machine() {
        let of_all = |url: &str| SdkConfig::builder().endpoint_url(url).build();
        let of_sts = |url| SdkConfig::builder().service_config(OfSts(url)).build();
        for local in [of_all("http://localhost:4566"), of_sts("http://127.0.0.1:4566")] {
            assert_eq!(check_configured(&local), Ok(()));
            assert!(is_elsewhere(&local));
        }
        for foreign in [of_all("https://proxy.example"), of_sts("https://proxy.example")] {
            let url = "https://proxy.example".to_owned();
            assert_eq!(
                check_configured(&foreign),
                Err(ConnectError::ForeignEndpoint { url })
            );
        }
        assert!(!is_elsewhere(&SdkConfig::builder().build()));
    }
}
