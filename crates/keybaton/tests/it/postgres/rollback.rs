//! Back to the old login.

use super::bench::{Roles, SECRET};

#[tokio::test]
async fn a_rollback_serves_the_old_login_again_and_destroys_the_new_one() {
    let long = "overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";
    let Some(roles) = Roles::adopted("e2e_back", long).await else { return };
    roles.keybaton.rotate_until(SECRET, "draining").await;
    let new = roles.login().await;
    assert_ne!(new, roles.first());
    assert_eq!(roles.live().await.len(), 2);
    roles.keybaton.run(&format!("rollback {SECRET}")).await.exits(0);
    assert_eq!(roles.login().await, roles.first());
    roles.agree("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }");
    roles.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(4);
    assert!(roles.open(&new).await.is_err());
    assert_eq!(roles.login().await, roles.first());
    roles.assert_whole().await;
}

#[tokio::test]
async fn a_new_login_that_breaks_in_the_drain_is_rolled_back_by_itself() {
    let long = "overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";
    let Some(roles) = Roles::adopted("e2e_auto", long).await else { return };
    roles.keybaton.rotate_until(SECRET, "draining").await;
    let new = roles.login().await;
    roles.database.execute(&format!("ALTER ROLE \"{}\" PASSWORD 'somebody changed it'", new.role)).await;
    let mut rotate = roles.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining-back").await;
    assert_eq!(roles.login().await, roles.first());
    assert!(roles.open(&roles.first()).await.is_ok());
}
