//! Any bytes as a patch of git and as the name of an object: lines and numbers agree, or it is refused.
#![no_main]

use keybaton_scan::git::{
    ObjectName,
    patch::{self, Content},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = ObjectName::parse(bytes);
    let (mut told, mut hunks) = (0, 0);
    let read = patch::read(bytes, &mut |entry, content| {
        assert!(entry.path.len() <= bytes.len());
        if let Content::Lines { bytes: lines, first_line, added } = content {
            hunks += 1;
            told += lines.len();
            assert!(first_line >= 1);
            let count = lines.split_inclusive(|byte| *byte == b'\n').count();
            for range in added.iter() {
                let last = u64::from(*range.end()) - u64::from(first_line);
                assert!(*range.start() >= first_line && last < count.max(1) as u64 || *range.end() == u32::MAX);
            }
        }
        Ok(())
    });
    assert!(told <= bytes.len(), "more lines come out than went in");
    assert!(read.is_ok() || hunks <= bytes.len());
});
