//! The file that `keybaton init` writes.

use keybaton_config::starter;

use crate::text::load;

#[test]
fn the_starter_is_valid_as_it_is() {
    let config = load(starter()).unwrap();
    assert!(config.secrets.is_empty() && config.warnings.is_empty());
}

#[test]
fn the_example_in_the_starter_is_valid_when_its_comments_are_removed() {
    // Prose begins with "# ", the example with "#" alone.
    let open = |line: &str| match line.strip_prefix('#') {
        Some(rest) if (!rest.starts_with([' ', ':'])) || rest.starts_with("  {") => rest.to_owned(),
        _ => line.to_owned(),
    };
    let text: Vec<String> = starter().lines().map(open).collect();
    let config = load(&text.join("\n").replace("  { env = \"NAME\" }  {", "# {")).unwrap();
    assert_eq!(config.secrets.keys().map(ToString::to_string).collect::<Vec<_>>(), ["payments/prod"]);
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}
