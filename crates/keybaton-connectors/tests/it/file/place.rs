//! Two names for one place are one place.

use keybaton_connectors::registry;
use serde_json::json;

#[test]
fn a_place_has_one_name_whatever_the_table_calls_it() {
    let place =
        |table: serde_json::Value, name: &str| registry::vault("file", &table).unwrap().unwrap().place(name).unwrap();
    let one = place(json!({ "folder": "/srv/app", "format": "dotenv" }), "./.env#A");
    assert_eq!(one, place(json!({ "folder": "/srv", "format": "dotenv", "key": "A" }), "x/../app/.env"));
    assert_ne!(one, place(json!({ "folder": "/srv/app", "format": "dotenv" }), ".env#B"));
}
