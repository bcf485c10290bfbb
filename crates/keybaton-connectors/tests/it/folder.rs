//! Relative paths of settings start at the folder of the configuration file, wherever keybaton was started.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::path::Path;

use keybaton_connectors::build::{BuildError, SettingsSource};
use keybaton_connectors::registry;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Settings in a file of this folder.
struct Beside(&'static str, Value);

impl SettingsSource for Beside {
    type Error = BuildError;

    fn read<T: DeserializeOwned>(&self) -> Result<T, BuildError> {
        self.1.read()
    }

    fn refuse(&self, error: BuildError) -> BuildError {
        error
    }

    fn folder(&self) -> &Path {
        Path::new(self.0)
    }
}

/// What the settings are, once the registry has read them from a file in `/srv/keys`.
fn issuer(name: &str, settings: Value) -> (String, String) {
    let issuer = registry::issuer(name, &Beside("/srv/keys", settings)).unwrap().unwrap();
    (format!("{issuer:?}"), format!("{:?}", issuer.own_probe().unwrap()))
}

fn probe(name: &str, settings: Value) -> String {
    format!("{:?}", registry::probe(name, &Beside("/srv/keys", settings)).unwrap().unwrap())
}

#[test]
fn a_certificate_file_is_beside_the_configuration() {
    let password = json!({ "env": "PASSWORD" });
    let (postgres, of_postgres) = issuer(
        "postgres",
        json!({ "url": "postgres://kb@db/app", "password": password, "owner": "app", "ca": "ca.pem" }),
    );
    let (mariadb, of_mariadb) = issuer(
        "mariadb",
        json!({ "url": "mysql://kb@db", "password": password, "account": "app", "ca_file": "ca.pem" }),
    );
    let (redis, of_redis) = issuer(
        "redis",
        json!({ "url": "rediss://db", "auth": { "password": password }, "user": "app", "ca_file": "ca.pem" }),
    );
    let probes = [
        probe("postgres", json!({ "postgres": "db/app", "ca": "ca.pem" })),
        probe("mariadb", json!({ "mariadb": "mysql://db", "ca_file": "ca.pem" })),
        probe("redis", json!({ "redis": "rediss://db", "ca_file": "ca.pem" })),
    ];
    for settings in [postgres, of_postgres, mariadb, of_mariadb, redis, of_redis].iter().chain(&probes) {
        assert!(settings.contains("\"/srv/keys/ca.pem\""), "{settings}");
    }
}

#[test]
fn an_absolute_path_is_left_alone() {
    let settings = probe("redis", json!({ "redis": "rediss://db", "ca_file": "/etc/ssl/ca.pem" }));
    assert!(settings.contains("\"/etc/ssl/ca.pem\""), "{settings}");
}
