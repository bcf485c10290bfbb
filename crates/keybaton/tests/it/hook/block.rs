//! What is blocked before a commit, and what is not.

use super::{Repository, key};

#[tokio::test]
async fn a_commit_with_a_key_is_blocked_and_the_message_says_what_to_do() {
    let repository = Repository::new();
    repository.install().await.says(&["tried out", "a canary was blocked in", "KEYBATON_SKIP=1"]);
    repository.stage("deploy.py", &format!("import os\ntoken = \"{}\"\n", key()));
    let said = repository.commit();
    assert!(!said.text.contains(&key()), "the message repeats the key");
    said.exits(1).says(&[
        "deploy.py:2:",
        "^^^^",
        "this commit is blocked",
        "hint:",
        "keybaton:allow",
        "KEYBATON_SKIP=1 git commit",
    ]);
    assert_eq!(repository.commits(), 0);
    repository.stage("deploy.py", "import os\ntoken = os.environ[\"TOKEN\"]\n");
    repository.commit().exits(0);
    assert_eq!(repository.commits(), 1);
}

#[tokio::test]
async fn a_commit_that_removes_a_key_passes() {
    let repository = Repository::new();
    repository.install().await;
    repository.slip("deploy.py", &format!("one\ntoken = \"{}\"\ntwo\n", key()));
    repository.stage("deploy.py", "one\ntoken = read()\ntwo\n");
    repository.commit().exits(0);
    repository.slip("gone.py", &format!("token = \"{}\"\n", key()));
    repository.git(&["rm", "-q", "gone.py"]).exits(0);
    repository.commit().exits(0);
}

#[tokio::test]
async fn what_is_staged_counts_and_not_what_is_in_the_work_tree() {
    let repository = Repository::new();
    repository.install().await;
    let leaky = format!("token = \"{}\"\n", key());
    repository.stage("a.py", &leaky);
    std::fs::write(repository.path("a.py"), "token = read()\n").unwrap();
    repository.commit().exits(1);
    repository.stage("a.py", "token = read()\n");
    std::fs::write(repository.path("a.py"), &leaky).unwrap();
    repository.commit().exits(0);
}

#[tokio::test]
async fn a_commit_from_another_work_tree_or_a_folder_below_is_looked_at_too() {
    let repository = Repository::new();
    repository.install().await;
    repository.stage("a.txt", "a\n");
    repository.commit().exits(0);
    repository.git(&["worktree", "add", "-q", "other", "-b", "side"]).exits(0);
    std::fs::write(repository.path("other/b.py"), format!("token = \"{}\"\n", key())).unwrap();
    repository.git(&["-C", "other", "add", "b.py"]).exits(0);
    repository.git(&["-C", "other", "commit", "-q", "-m", "b"]).exits(1).says(&["b.py:1:"]);
    std::fs::create_dir(repository.path("below")).unwrap();
    std::fs::write(repository.path("below/c.py"), format!("token = \"{}\"\n", key())).unwrap();
    repository.git(&["-C", "below", "add", "c.py"]).exits(0);
    repository.git(&["-C", "below", "commit", "-q", "-m", "c"]).exits(1).says(&["below/c.py:1:"]);
    repository.keybaton.run("hook status other").await.exits(0);
}

#[tokio::test]
async fn without_the_program_nothing_is_committed() {
    let repository = Repository::new();
    repository.install().await;
    repository.stage("a.txt", "nothing in it\n");
    let hook = repository.read(".git/hooks/pre-commit");
    let named = hook.lines().find(|line| line.starts_with("keybaton='")).unwrap();
    repository.program(".git/hooks/pre-commit", &hook.replace(named, "keybaton='/nowhere/keybaton'"));
    repository
        .commit()
        .exits(1)
        .says(&["this commit is blocked, because the program keybaton is not installed here", "hint:"]);
    repository.keybaton.run("hook status").await.exits(1).prints(&["not where the hook looks for it"]);

    repository.program("crashing", "#!/bin/sh\nkill -SEGV $$\n");
    let crashing = format!("keybaton='{}'", repository.path("crashing").display());
    repository.program(".git/hooks/pre-commit", &hook.replace(named, &crashing));
    repository.commit().exits(1).says(&["this commit is blocked, because the program keybaton crashed", "hint:"]);
    assert_eq!(repository.commits(), 0);

    repository.program(".git/hooks/pre-commit", &hook);
    repository.commit().exits(0);
}
