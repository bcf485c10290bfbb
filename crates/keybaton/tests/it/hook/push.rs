//! What is blocked before a push.

use super::{Repository, key};

/// A repository with the hook, one harmless commit, and a remote.
async fn with_remote() -> Repository {
    let repository = Repository::new();
    repository.git(&["init", "-q", "--bare", "far.git"]).exits(0);
    repository.git(&["remote", "add", "far", "./far.git"]).exits(0);
    repository.install().await;
    repository.stage("a.txt", "a\n");
    repository.commit().exits(0);
    repository
}

#[tokio::test]
async fn a_push_of_a_key_is_blocked_even_when_a_later_commit_removes_it() {
    let repository = with_remote().await;
    repository.git(&["push", "-q", "far", "main"]).exits(0);
    repository.slip("b.py", &format!("token = \"{}\"\n", key()));
    repository.slip("b.py", "token = read()\n");
    repository.git(&["push", "-q", "far", "main"]).exits(1).says(&["b.py:1:", "this push is blocked", "hint:"]);
    repository.git(&["reset", "-q", "--hard", "HEAD~2"]).exits(0);
    repository.stage("c.txt", "c\n");
    repository.commit().exits(0);
    repository.git(&["push", "-q", "far", "main"]).exits(0);
}

#[tokio::test]
async fn what_the_remote_has_already_is_not_looked_at_again() {
    let repository = with_remote().await;
    repository.slip("old.py", &format!("token = \"{}\"\n", key()));
    repository.git(&["push", "-q", "--no-verify", "far", "main"]).exits(0);
    repository.git(&["checkout", "-q", "-b", "side"]).exits(0);
    repository.stage("d.txt", "d\n");
    repository.commit().exits(0);
    repository.git(&["push", "-q", "far", "side"]).exits(0);
    repository.git(&["push", "-q", "far", "--delete", "side"]).exits(0);
}

#[tokio::test]
async fn a_hook_of_others_still_hears_what_is_pushed() {
    let repository = with_remote().await;
    repository.keybaton.run("hook uninstall").await.exits(0);
    repository.program(".git/hooks/pre-push", "#!/bin/sh\necho \"$1\" >heard\ncat >>heard\n");
    repository.install().await.says(&["what was there stays"]);
    repository.git(&["push", "-q", "far", "main"]).exits(0);
    let heard = repository.read("heard");
    assert!(heard.starts_with("far\nrefs/heads/main ") && heard.contains("refs/heads/main 0000"), "{heard}");
}
