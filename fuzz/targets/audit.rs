//! Any change of an audit chain: the verifier names the first row that does not fit, and never one before it.
#![no_main]

use keybaton_ports::AuditRow;
use keybaton_store::audit::{Head, first_broken};
use keybaton_types::{SecretId, Timestamp};
use libfuzzer_sys::{
    arbitrary::{self, Arbitrary},
    fuzz_target,
};

/// What somebody with the database does to it.
#[derive(Arbitrary, Debug)]
enum Deed {
    Flip { row: u8, byte: u16, bit: u8 },
    Remove(u8),
    Swap(u8, u8),
    Repeat(u8),
    Renumber(u8, u8),
    Tail,
}

fn chain(rows: u8) -> (Vec<AuditRow>, Head) {
    let secret = SecretId::new("payments", "prod").expect("a name");
    let mut head = Head::default();
    let mut made = Vec::new();
    for no in 1..=u64::from(rows % 12) {
        let record = keybaton_ports::Record {
            actor: "fuzz".to_owned(),
            by: None,
            event: None,
            note: Some(format!("row {no}")),
            heard: None,
            confirmed: Vec::new(),
        };
        let at = Timestamp(i64::try_from(no).expect("small"));
        let row = head.follow(&secret, at, &record, None).expect("a row");
        head = Head::of(&row);
        made.push(row);
    }
    (made, head)
}

/// Does it; says the lowest index that it touched.
fn act(rows: &mut Vec<AuditRow>, deed: &Deed) -> Option<usize> {
    let place = |row: u8| (!rows.is_empty()).then(|| usize::from(row) % rows.len());
    match *deed {
        Deed::Flip { row, byte, bit } => {
            let place = place(row)?;
            let mut bytes = std::mem::take(&mut rows[place].body).into_bytes();
            let at = usize::from(byte) % bytes.len().max(1);
            bytes[at] ^= 1 << (bit % 7);
            rows[place].body = String::from_utf8_lossy(&bytes).into_owned();
            Some(place)
        }
        Deed::Remove(row) => place(row).inspect(|&place| drop(rows.remove(place))),
        Deed::Swap(a, b) => {
            let (a, b) = (place(a)?, place(b)?);
            rows.swap(a, b);
            Some(a.min(b))
        }
        Deed::Repeat(row) => {
            let place = place(row)?;
            rows.insert(place, rows[place].clone());
            Some(place)
        }
        Deed::Renumber(row, no) => {
            let place = place(row)?;
            rows[place].no = no.into();
            Some(place)
        }
        Deed::Tail => rows.pop().map(|_| rows.len()),
    }
}

fuzz_target!(|drawn: (u8, Vec<Deed>)| {
    let (count, deeds) = drawn;
    let (rows, head) = chain(count);
    assert_eq!(first_broken(&rows, &head), None, "an untouched chain is whole");
    let mut changed = rows.clone();
    let touched = deeds.iter().filter_map(|deed| act(&mut changed, deed)).min();
    let found = first_broken(&changed, &head);
    assert_eq!(found.is_none(), changed == rows, "{deeds:?}");
    if let (Some(found), Some(touched)) = (found, touched) {
        assert!(found > u64::try_from(touched).expect("small"), "row {found} was not touched by {deeds:?}");
    }
});
