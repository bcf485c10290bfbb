//! Dotenv files: what is kept, what is quoted, what is refused.

use serde_json::json;

use super::rig::Rig;

#[tokio::test]
async fn everything_but_the_value_stays_byte_for_byte() {
    let rig = Rig::dotenv(&json!({}));
    for (before, after) in [
        ("KEY=old\n", "KEY=new\n"),
        ("# KEY=no\n\n A=1 \nexport KEY=old # why\nB='x'", "# KEY=no\n\n A=1 \nexport KEY=new # why\nB='x'"),
        ("A=1\r\nKEY=old\r\nB=2\r\n", "A=1\r\nKEY=new\r\nB=2\r\n"),
        ("KEY='old' # c\n", "KEY='new' # c\n"),
        ("  KEY = \"o\\\"ld\"\n", "  KEY = \"new\"\n"),
        ("KEY=\n", "KEY=new\n"),
        ("KEY= # none yet\n", "KEY=new # none yet\n"),
        ("A='line\nKEY=inner\n'\nKEY=old", "A='line\nKEY=inner\n'\nKEY=new"),
        ("A=\"x\\\\\"\nKEY=old\n", "A=\"x\\\\\"\nKEY=new\n"),
        ("KEYS=1\nMY_KEY=2\nKEY.x=3\nKEY=old\n", "KEYS=1\nMY_KEY=2\nKEY.x=3\nKEY=new\n"),
        ("A=it's\nKEY=old#1\nnot an entry\n", "A=it's\nKEY=new\nnot an entry\n"),
        ("export=1\nexport\nKEY=old\n", "export=1\nexport\nKEY=new\n"),
        ("\u{e9}=1\nKEY=old", "\u{e9}=1\nKEY=new"),
    ] {
        assert_eq!(rig.turns(before, "new").await, after);
    }
}

#[tokio::test]
async fn a_new_variable_is_put_at_the_end() {
    let rig = Rig::dotenv(&json!({}));
    assert_eq!(rig.turns("", "new").await, "KEY=new\n");
    assert_eq!(rig.turns("A=1\n", "new").await, "A=1\nKEY=new\n");
    assert_eq!(rig.turns("A=1", "new").await, "A=1\nKEY=new\n");
    assert_eq!(rig.turns("A=1\r\nB=2", "new").await, "A=1\r\nB=2\r\nKEY=new\r\n");
    std::fs::remove_file(rig.path()).unwrap();
    rig.publish("new").await.unwrap();
    assert_eq!(rig.content(), "KEY=new\n");
}

#[tokio::test]
async fn a_file_of_which_nobody_can_say_what_it_means_is_refused_with_the_line() {
    let rig = Rig::dotenv(&json!({}));
    for (before, words) in [
        ("KEY=a\nB=1\nexport KEY=b\n", "line 1 and line 3"),
        ("A=1\nB='open\nKEY=a\n", "line 2: a quote is not closed"),
        ("KEY='a'b\n", "line 1: something stands behind the closing quote"),
        ("A=1\nKEY\n", "line 2: the variable has no value"),
        ("\u{feff}KEY=a\n", "byte order mark"),
    ] {
        let told = rig.refuses(before, "new").await;
        assert!(told.contains(words) && told.contains("app.env"), "{told}");
        rig.write(before);
        assert!(rig.served().await.is_err(), "{before:?}");
    }
}

#[tokio::test]
async fn a_value_is_quoted_only_where_every_reader_knows_quotes() {
    let url = "postgres://u:p@db/app?a=1&b=#x $HOME";
    let keep = Rig::dotenv(&json!({}));
    assert!(keep.refuses("KEY=old\n", url).await.contains("quotes = \"single\""));
    assert!(keep.refuses("A=1\n", url).await.contains("quotes = \"single\""));
    assert_eq!(keep.turns("KEY='old'\n", url).await, format!("KEY='{url}'\n"));
    assert_eq!(keep.turns("KEY=\"old\"\n", url).await, format!("KEY='{url}'\n"));
    assert_eq!(keep.turns("KEY=\"old\"\n", "a#b").await, "KEY=\"a#b\"\n");
    assert_eq!(keep.turns("KEY='old'\n", "it's").await, "KEY=\"it's\"\n");
    let single = Rig::dotenv(&json!({ "quotes": "single" }));
    assert_eq!(single.turns("KEY=old\n", url).await, format!("KEY='{url}'\n"));
    assert_eq!(single.turns("KEY=old\n", "plain-1").await, "KEY=plain-1\n");
}

#[tokio::test]
async fn a_value_that_no_quotes_can_hold_is_refused() {
    let rig = Rig::dotenv(&json!({ "quotes": "single" }));
    for value in ["two\nlines", "back\\slash", "it's \"$x\"", "bell\u{7}"] {
        assert!(rig.refuses("KEY='old'\n", value).await.contains("a plain or a JSON file"), "{value:?}");
    }
}

#[tokio::test]
async fn a_shell_reads_what_was_written() {
    let rig = Rig::dotenv(&json!({ "quotes": "single" }));
    for value in ["plain-1_./:@%+,=", "a b  c", "$HOME `id` #x & ; | * ~ ! \"", "\u{fc}\u{df} \u{1f511}"] {
        rig.turns("A=1\nKEY=old\n", value).await;
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", ". ./app.env; printf %s \"$KEY\""]).current_dir(rig.folder.path());
        assert_eq!(String::from_utf8(shell.output().unwrap().stdout).unwrap(), value);
    }
}

#[tokio::test]
async fn two_secrets_in_one_file_do_not_undo_each_other() {
    let first = Rig::dotenv(&json!({}));
    first.write("# both\nKEY=a\nOTHER=b\n");
    let settings: keybaton_connectors::file::VaultSettings =
        serde_json::from_value(json!({ "format": "dotenv", "folder": first.folder.path() })).unwrap();
    let second = keybaton_connectors::file::FileVault::new(&settings, "app.env#OTHER").unwrap();
    for round in 0..20 {
        let (one, two) = (format!("one{round}"), format!("two{round}"));
        let (a, b) = tokio::join!(first.publish(&one), super::rig::publish(&second, &two));
        a.and(b).unwrap();
        assert_eq!(first.content(), format!("# both\nKEY={one}\nOTHER={two}\n"));
    }
}
