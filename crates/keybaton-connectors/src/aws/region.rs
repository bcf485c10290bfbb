//! Regions, and where the services of one are reached.

use crate::build::BuildError;

/// A service of AWS, as signatures name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Service {
    /// Identity and Access Management: one for a partition.
    Iam,
    /// Secrets Manager: one for a region.
    Secrets,
    /// The Security Token Service: one for a region.
    Tokens,
}

impl Service {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Secrets => "secretsmanager",
            Self::Tokens => "sts",
        }
    }

    /// The address in a region, and the region that its signatures name (AWS General Reference, "Service endpoints").
    pub(super) fn home(self, region: &str) -> (String, &str) {
        let suffix = suffix(region);
        match self {
            Self::Secrets | Self::Tokens => (format!("https://{}.{region}.{suffix}", self.name()), region),
            Self::Iam if region.starts_with("cn-") => (format!("https://iam.cn-north-1.{suffix}"), "cn-north-1"),
            Self::Iam if region.starts_with("us-gov-") => (format!("https://iam.us-gov.{suffix}"), "us-gov-west-1"),
            Self::Iam if region.starts_with("eusc-") => {
                (format!("https://iam.eusc-de-east-1.{suffix}"), "eusc-de-east-1")
            }
            Self::Iam => (format!("https://iam.{suffix}"), "us-east-1"),
        }
    }
}

/// Checks that a text can be a region: it becomes a part of a host's name.
pub(super) fn check(at: &str, region: &str) -> Result<(), BuildError> {
    let plain = region.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if plain && region.contains('-') {
        return Ok(());
    }
    Err(BuildError::setting(at, format!("{region:?} is no region such as eu-central-1")))
}

fn suffix(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "amazonaws.com.cn",
        Some("eusc") => "amazonaws.eu",
        _ => "amazonaws.com",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_addresses_and_a_region_of_its_own() {
        let home = |service: Service, region: &'static str| service.home(region);
        for (service, region, url, signed) in [
            (Service::Secrets, "eu-central-1", "https://secretsmanager.eu-central-1.amazonaws.com", "eu-central-1"),
            (Service::Tokens, "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (Service::Iam, "eu-central-1", "https://iam.amazonaws.com", "us-east-1"),
            (Service::Iam, "cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (Service::Iam, "us-gov-east-1", "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            (Service::Iam, "eusc-de-east-1", "https://iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ] {
            assert_eq!(home(service, region), (url.to_owned(), signed));
        }
    }

    #[test]
    fn what_is_no_region_never_becomes_a_host() {
        assert!(check("region", "eu-central-1").is_ok());
        for region in ["", "frankfurt", "eu-central-1.evil.example", "EU-CENTRAL-1", "a/b-c", "a-b@c"] {
            assert!(check("region", region).is_err(), "{region}");
        }
    }
}
