//! What a user gives each preset, and what its vendor's documents say of paths, headers, fields and statuses.

use super::vendor::{Admin, Dialect, Paging, Proof};

/// A preset with what its server needs to know.
pub(super) struct Given {
    pub(super) preset: &'static str,
    /// The user's table without `preset`, `base` and `auth`.
    pub(super) table: &'static str,
    /// The user's `auth`.
    pub(super) auth: &'static str,
    pub(super) dialect: Dialect,
}

/// The usual: a JSON API with a bearer token.
const PLAIN: Dialect = Dialect {
    keys: "",
    admin: Admin::Bearer,
    create: 200,
    delete: 204,
    form: false,
    sent_label: "/name",
    made: r#"{"id":ID,"name":LABEL,"key":VALUE}"#,
    entry: r#"{"id":ID,"name":LABEL}"#,
    list: r#"{"data":[ENTRIES]}"#,
    paging: Paging::None,
    proof: Proof::Bearer("/"),
    numeric: false,
    inactive_first: false,
    most: 1000,
    sent: &[],
};

/// Every preset that makes an issuer.
pub(super) const ALL: &[Given] = &[
    Given {
        preset: "sendgrid",
        table: r#"scopes = ["mail.send"]"#,
        auth: r#"{ bearer = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/v3/api_keys",
            create: 201,
            made: r#"{"api_key":VALUE,"api_key_id":ID,"name":LABEL,"scopes":["mail.send"]}"#,
            entry: r#"{"name":LABEL,"api_key_id":ID}"#,
            list: r#"{"result":[ENTRIES]}"#,
            proof: Proof::Bearer("/v3/scopes"),
            most: 100,
            sent: &[("/scopes/0", "mail.send")],
            ..PLAIN
        },
    },
    Given {
        preset: "cloudflare",
        table: r#"
            account_id = "023e105f4ecef8ad9ca31a8372d0c353"
            policies = [{ effect = "allow", resources = { "com.cloudflare.api.account.x" = "*" }, permission_groups = [{ id = "c8f" }] }]
        "#,
        auth: r#"{ bearer = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/accounts/023e105f4ecef8ad9ca31a8372d0c353/tokens",
            delete: 200,
            made: r#"{"success":true,"errors":[],"messages":[],"result":{"id":ID,"name":LABEL,"status":"active","issued_on":"2024-07-01T05:20:00Z","value":VALUE}}"#,
            entry: r#"{"id":ID,"name":LABEL,"status":"active","issued_on":"2024-07-01T05:20:00Z","last_used_on":"2024-07-02T05:20:00Z"}"#,
            list: r#"{"success":true,"errors":[],"messages":[],"result":[ENTRIES],"result_info":{"page":1,"per_page":50,"total_count":TOTAL}}"#,
            paging: Paging::Number { parameter: "page", first: 1 },
            proof: Proof::Bearer("/accounts/023e105f4ecef8ad9ca31a8372d0c353/tokens/verify"),
            sent: &[("/policies/0/permission_groups/0/id", "c8f"), ("/policies/0/effect", "allow")],
            ..PLAIN
        },
    },
    Given {
        preset: "openai",
        table: "",
        auth: r#"{ bearer = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/organization/admin_api_keys",
            delete: 200,
            made: r#"{"object":"organization.admin_api_key","id":ID,"name":LABEL,"created_at":1711471533,"value":VALUE}"#,
            entry: r#"{"object":"organization.admin_api_key","id":ID,"name":LABEL,"redacted_value":"sk-admin...x","created_at":1711471533,"last_used_at":1711471534}"#,
            list: r#"{"object":"list","data":[ENTRIES],"first_id":FIRST,"last_id":LAST,"has_more":MORE}"#,
            paging: Paging::Cursor { parameter: "after" },
            proof: Proof::Bearer("/organization/admin_api_keys"),
            ..PLAIN
        },
    },
    Given {
        preset: "openai-project",
        table: r#"project_id = "proj_abc""#,
        auth: r#"{ bearer = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/organization/projects/proj_abc/service_accounts",
            delete: 200,
            made: r#"{"object":"organization.project.service_account","id":ID,"name":LABEL,"role":"member","created_at":1711471533,"api_key":{"object":"organization.project.service_account.api_key","value":VALUE,"name":"Secret Key","created_at":1711471533,"id":"key_abc"}}"#,
            entry: r#"{"object":"organization.project.service_account","id":ID,"name":LABEL,"role":"member","created_at":1711471533}"#,
            list: r#"{"object":"list","data":[ENTRIES],"first_id":FIRST,"last_id":LAST,"has_more":MORE}"#,
            paging: Paging::Cursor { parameter: "after" },
            proof: Proof::Bearer("/models"),
            ..PLAIN
        },
    },
    Given {
        preset: "datadog",
        table: r#"application_key = { env = "B" }"#,
        auth: r#"{ header = "DD-API-KEY", value = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/api/v2/api_keys",
            admin: Admin::Header("DD-API-KEY"),
            create: 201,
            sent_label: "/data/attributes/name",
            made: r#"{"data":{"type":"api_keys","id":ID,"attributes":{"name":LABEL,"key":VALUE,"last4":"abcd","created_at":"2024-07-01T05:20:00.000000+00:00"}}}"#,
            entry: r#"{"type":"api_keys","id":ID,"attributes":{"name":LABEL,"last4":"abcd","created_at":"2024-07-01T05:20:00.000000+00:00","date_last_used":null}}"#,
            list: r#"{"data":[ENTRIES],"meta":{"max_allowed":50,"page":{"total_filtered_count":TOTAL}}}"#,
            paging: Paging::Number { parameter: "page[number]", first: 0 },
            proof: Proof::Header("/api/v1/validate", "DD-API-KEY", 403),
            sent: &[("/data/type", "api_keys"), ("header:dd-application-key", "second-secret-canary")],
            ..PLAIN
        },
    },
    Given {
        preset: "twilio",
        table: r#"
            account = "AC0123456789abcdef0123456789abcdef"
            probe = { http = "GET /2010-04-01/Accounts/{{ account }}/Messages.json?PageSize=1" }
        "#,
        auth: r#"{ basic = { user = "AC0123456789abcdef0123456789abcdef", password = { env = "A" } } }"#,
        dialect: Dialect {
            keys: "/v1/Keys",
            admin: Admin::Basic("AC0123456789abcdef0123456789abcdef"),
            create: 201,
            form: true,
            sent_label: "FriendlyName",
            made: r#"{"sid":ID,"friendly_name":LABEL,"date_created":"Mon, 13 Jun 2016 22:50:08 +0000","date_updated":"Mon, 13 Jun 2016 22:50:08 +0000","secret":VALUE,"policy":null}"#,
            entry: r#"{"sid":ID,"friendly_name":LABEL,"date_created":"Mon, 13 Jun 2016 22:50:08 +0000","date_updated":"Mon, 13 Jun 2016 22:50:08 +0000","flags":["rest_api"]}"#,
            list: r#"{"keys":[ENTRIES],"meta":{"page":0,"page_size":50,"next_page_url":NEXT,"key":"keys"}}"#,
            paging: Paging::Url { parameter: "PageToken" },
            proof: Proof::Basic("/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json", None),
            sent: &[("AccountSid", "AC0123456789abcdef0123456789abcdef")],
            ..PLAIN
        },
    },
    Given {
        preset: "fastly",
        table: r#"
            username = "deploy@example.com"
            password = { env = "B" }
            scope = "purge_select global:read"
            services = ["s1", "s2"]
        "#,
        auth: r#"{ header = "Fastly-Key", value = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/tokens",
            admin: Admin::Header("Fastly-Key"),
            form: true,
            sent_label: "name",
            made: r#"{"id":ID,"user_id":"u","name":LABEL,"access_token":VALUE,"scope":"purge_select","created_at":"2024-07-01T05:20:00Z"}"#,
            entry: r#"{"id":ID,"user_id":"u","name":LABEL,"last_used_at":"2024-07-02T05:20:00Z","created_at":"2024-07-01T05:20:00Z","ip":"192.0.2.1"}"#,
            list: "[ENTRIES]",
            proof: Proof::Header("/tokens/self", "Fastly-Key", 403),
            sent: &[
                ("password", "second-secret-canary"),
                ("username", "deploy@example.com"),
                ("scope", "purge_select global:read"),
                ("services[]", "s1"),
            ],
            ..PLAIN
        },
    },
    Given {
        preset: "okta",
        table: r#"
            domain = "acme.okta.com"
            app_id = "0oafxqCAJWWGELFTYASJ"
            client_id = "client-1"
        "#,
        auth: r#"{ header = "Authorization", prefix = "SSWS ", value = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/api/v1/apps/0oafxqCAJWWGELFTYASJ/credentials/secrets",
            admin: Admin::Prefixed("SSWS "),
            create: 201,
            sent_label: "",
            made: r#"{"id":ID,"status":"ACTIVE","client_secret":VALUE,"secret_hash":"h","created":"2023-02-21T20:08:24.000Z"}"#,
            entry: r#"{"id":ID,"status":STATUS,"client_secret":"hidden","secret_hash":"h","created":"2023-02-21T20:08:24.000Z"}"#,
            list: "[ENTRIES]",
            proof: Proof::Basic("/oauth2/v1/token", Some("client-1")),
            inactive_first: true,
            most: 2,
            ..PLAIN
        },
    },
    Given {
        preset: "grafana",
        table: "service_account_id = 42",
        auth: r#"{ bearer = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/api/serviceaccounts/42/tokens",
            delete: 200,
            made: r#"{"id":ID,"name":LABEL,"key":VALUE}"#,
            entry: r#"{"id":ID,"name":LABEL,"created":"2022-03-23T10:31:02Z","expiration":null,"lastUsedAt":null,"secondsUntilExpiration":0,"hasExpired":false,"isRevoked":false}"#,
            list: "[ENTRIES]",
            proof: Proof::Bearer("/api/org"),
            numeric: true,
            ..PLAIN
        },
    },
    Given {
        preset: "gitlab",
        table: r#"
            project = "platform/deploy"
            scopes = ["read_repository"]
            access_level = 30
        "#,
        auth: r#"{ header = "PRIVATE-TOKEN", value = { env = "A" } }"#,
        dialect: Dialect {
            keys: "/projects/platform%2Fdeploy/access_tokens",
            admin: Admin::Header("PRIVATE-TOKEN"),
            create: 201,
            made: r#"{"scopes":["read_repository"],"active":true,"name":LABEL,"revoked":false,"created_at":"2021-01-21T19:35:37.921Z","user_id":166,"id":ID,"expires_at":"2021-01-31","token":VALUE,"access_level":30}"#,
            entry: r#"{"user_id":141,"scopes":["api"],"name":LABEL,"expires_at":"2021-01-31","id":ID,"active":true,"created_at":"2021-01-20T22:11:48.151Z","last_used_at":null,"revoked":false,"access_level":40}"#,
            list: "[ENTRIES]",
            paging: Paging::Link { parameter: "page" },
            proof: Proof::Header("/personal_access_tokens/self", "PRIVATE-TOKEN", 401),
            numeric: true,
            sent: &[("/scopes/0", "read_repository")],
            ..PLAIN
        },
    },
];
