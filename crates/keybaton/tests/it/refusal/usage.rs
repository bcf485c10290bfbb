//! Flags and names that do not exist.

use crate::stage::Keybaton;

#[tokio::test]
async fn a_wrong_flag_is_answered_with_the_right_one() {
    let ended =
        Keybaton::new().run("rotate payments/prod --wat").await.exits(2).says(&["--wait", "Usage: keybaton rotate"]);
    assert_eq!(ended.out, "");
}

#[tokio::test]
async fn a_wrong_command_is_answered_with_the_right_one() {
    Keybaton::new().run("rotat").await.exits(2).says(&["'rotate'"]);
}

#[tokio::test]
async fn a_name_that_is_no_secret_is_shown_how_one_looks() {
    Keybaton::new().run("rotate payments").await.exits(2).says(&["NAME/ENV, such as payments/prod"]);
}

#[tokio::test]
async fn a_duration_that_is_none_is_refused() {
    Keybaton::new().run("rotate payments/prod --wait=soon").await.exits(2).says(&["--wait"]);
}

#[tokio::test]
async fn a_value_cannot_be_given_in_the_arguments() {
    let ended = Keybaton::new().run("adopt payments/prod --id a --from sk_live_canary_1").await.exits(2);
    ended.says(&["env:NAME"]);
    Keybaton::new().run("adopt payments/prod --id a --value x").await.exits(2);
}
