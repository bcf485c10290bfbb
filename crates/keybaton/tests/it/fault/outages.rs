//! Audit, vault and issuer are down, one after another and together, in every phase that a rotation comes to.

use std::{fs, time::Duration};

use keybaton_sandbox::{Fault, Operation};

use super::rig::{is_idle, until};
use crate::{
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET},
};

const TERMS: &str = "vault = \"files\"\nname = \"app.key\"\n\
    overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }\n\
    [vault.files]\ntype = \"file\"";

/// What is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Down {
    Audit,
    Vault,
    Issuer,
    Everything,
}

impl Down {
    fn is(self, other: Self) -> bool {
        self == other || self == Self::Everything
    }

    async fn begin(self, bench: &Bench) {
        if self.is(Self::Issuer) {
            for operation in [Operation::List, Operation::Create, Operation::Destroy, Operation::Disable] {
                for _ in 0..3 {
                    bench.service.state().push_fault(operation, Fault::ErrorNotDone { status: 503 });
                }
            }
        }
        if self.is(Self::Vault) {
            fs::rename(bench.keybaton.path("app.key"), bench.keybaton.path("away.key")).unwrap();
            fs::create_dir(bench.keybaton.path("app.key")).unwrap();
        }
        if self.is(Self::Audit) {
            bench.sql("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").await;
        }
    }

    async fn end(self, bench: &Bench) {
        bench.service.state().clear_faults();
        if self.is(Self::Vault) {
            fs::remove_dir(bench.keybaton.path("app.key")).unwrap();
            fs::rename(bench.keybaton.path("away.key"), bench.keybaton.path("app.key")).unwrap();
        }
        if self.is(Self::Audit) {
            bench.sql("DROP TRIGGER refuse").await;
        }
    }
}

/// What an application has read and goes on using.
fn in_use(bench: &Bench) -> Option<String> {
    fs::read_to_string(bench.keybaton.path("app.key")).ok()
}

#[tokio::test]
async fn whatever_is_down_consumers_work_on_and_the_rotation_ends_by_itself() {
    let bench = Bench::bare(TERMS).await;
    bench.keybaton.write("app.key", OLD_VALUE);
    bench.adopt().await.exits(0);
    let (_serve, _) = serve(&bench).await;
    for down in [Down::Audit, Down::Vault, Down::Issuer, Down::Everything] {
        let before = in_use(&bench).unwrap();
        down.begin(&bench).await;
        // asked for while the ask itself can be written: what is done about it waits
        bench.run(&format!("rotate {SECRET} --yes")).await;
        let creates = bench.service.state().calls(Operation::Create);
        for _ in 0..10 {
            tokio::time::sleep(Duration::from_millis(200)).await;
            assert!(bench.service.lets_in(&before).await, "{down:?}: a consumer is refused");
        }
        if down.is(Down::Audit) {
            assert_eq!(bench.service.state().calls(Operation::Create), creates, "a key was made without a record");
        }
        down.end(&bench).await;
        let mut resumed = false;
        let ended = async {
            loop {
                let row = bench.status().await;
                let now = in_use(&bench).unwrap();
                if is_idle(&row) && now != before && bench.service.lets_in(&now).await {
                    return;
                }
                // what came too early to be written down is asked for again, by whoever asked
                if is_idle(&row) && now == before && !resumed {
                    bench.run(&format!("rotate {SECRET} --yes")).await;
                    resumed = true;
                }
            }
        };
        let went = tokio::time::timeout(Duration::from_mins(2), ended).await;
        assert!(went.is_ok(), "{down:?}: {}", bench.run(&format!("explain {SECRET}")).await.transcript());
        bench.run("audit verify").await.exits(0);
    }
    until(&bench, "rest", is_idle).await;
    bench.assert_whole().await;
}
