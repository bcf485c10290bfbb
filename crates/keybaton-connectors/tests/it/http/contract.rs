//! The contract of every issuer, held against every dialect.

use keybaton_connectors::http::{HttpIssuer, HttpProbe};
use keybaton_ports::Issuer;
use keybaton_sandbox::{Dialect, Options, Sandbox};
use keybaton_testkit::contract::{Subject, issuer_contract};

use super::dialect;
use super::rig::{ADMIN, secret, text};

async fn subject(dialect: Dialect) -> Subject {
    let mut options = Options::new(ADMIN);
    options.dialect = dialect;
    let sandbox = Sandbox::start(options).await.unwrap();
    let issuer = |base: &str, admin: &str| -> Box<dyn Issuer> {
        Box::new(HttpIssuer::new(&dialect::issuer(dialect, base), &secret(), vec![text(admin)]).unwrap())
    };
    Subject {
        issuer: issuer(sandbox.url(), ADMIN),
        probe: Box::new(HttpProbe::new(&dialect::probe(sandbox.url())).unwrap()),
        wrong_credential: issuer(sandbox.url(), "wrong"),
        unreachable: issuer("http://127.0.0.1:1", ADMIN),
        // The sandbox lives as long as the subject, and needs no time.
        pass: Box::new(move |_| {
            let _ = sandbox.url();
        }),
    }
}

#[tokio::test]
async fn the_http_issuer_keeps_the_contract_in_every_dialect() {
    for dialect in Dialect::ALL {
        issuer_contract(async || subject(dialect).await).await;
    }
}
