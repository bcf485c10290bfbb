//! The settings for each dialect of the sandbox, as a user would write them.

use keybaton_connectors::http::{IssuerSettings, ProbeSettings};
use keybaton_sandbox::Dialect;

/// The example of DESIGN section 6; only the times are short.
const ACME: &str = r#"
auth = { bearer = { env = "ACME_ADMIN_TOKEN" } }
timeout     = "500ms"
propagation = "0s"
quiescence  = "1s"
create  = { request = "POST /v1/keys", json = { name = "{{ label }}" }, id = "$.id", value = "$.secret" }
list    = { request = "GET /v1/keys", items = "$.keys[*]", id = "$.id", label = "$.name", created = "$.created_at", last_used = "$.last_used_at", creator = "$.created_by", enabled = "$.enabled", next = "$.page.next" }
disable = { request = "POST /v1/keys/{{ id }}/disable" }
enable  = { request = "POST /v1/keys/{{ id }}/enable" }
revoke  = { request = "DELETE /v1/keys/{{ id }}", gone = [404] }
"#;

/// Forms, a header of its own, wrapped answers, Unix times, `Link` paging, ids that need escaping.
const NESTED: &str = r#"
auth = { header = "X-Admin", prefix = "Token ", value = { env = "NESTED_ADMIN" } }
timeout = "500ms"
create  = { request = "POST /api/admin/credentials", form = { label = "{{ label }}" }, id = "$.result.credential.ref", value = "$.result.credential.material.token" }
list    = { request = "GET /api/admin/credentials", items = "$.result.items[*]", id = "$.credential.ref", label = "$.credential.label", created = "$.credential.times.created", last_used = "$.credential.times.used", creator = "$.credential.made_by", enabled = { path = "$.credential.state", equals = "ACTIVE" } }
disable = { request = "PUT /api/admin/credentials/{{ id }}/state", form = { state = "SUSPENDED" } }
enable  = { request = "PUT /api/admin/credentials/{{ id }}/state", form = { state = "ACTIVE" } }
revoke  = { request = "DELETE /api/admin/credentials/{{ id }}", gone = [404, 410] }
"#;

/// A bare array, ids that are numbers, basic authentication, nothing to switch.
const ARRAY: &str = r#"
auth = { basic = { user = "admin", password = { env = "ARRAY_ADMIN" } } }
timeout = "500ms"
create  = { request = "POST /tokens", json = { description = "{{ label }}" }, id = "$.id", value = "$.key" }
list    = { request = "GET /tokens", items = "$[*]", id = "$.id", label = "$.description", created = "$.created" }
revoke  = { request = "DELETE /tokens/{{ id }}", gone = [404] }
"#;

/// The settings of an issuer that speaks the dialect.
pub(crate) fn issuer(dialect: Dialect, base: &str) -> IssuerSettings {
    let rest = match dialect {
        Dialect::Acme => ACME,
        Dialect::Nested => NESTED,
        Dialect::Array => ARRAY,
    };
    toml::from_str(&format!("base = \"{base}\"\n{rest}")).unwrap()
}

/// The settings of a probe of the sandbox, in any dialect.
pub(crate) fn probe(base: &str) -> ProbeSettings {
    let table = format!(
        r#"
        http = "GET {base}/health"
        bearer = "{{{{ value }}}}"
        ok = [200]
        unauthorized = [401, 403]
        "#
    );
    toml::from_str(&table).unwrap()
}
