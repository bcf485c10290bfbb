//! A tar archive of a few small texts (POSIX.1-1988 ustar): written by hand, because reading it is everybody else's work.

const BLOCK: usize = 512;

/// An archive in the making.
#[derive(Default)]
pub(crate) struct Archive(Vec<u8>);

impl Archive {
    /// Adds a file that only its owner may read.
    pub(crate) fn add(&mut self, name: &str, text: &str) {
        let mut head = [0_u8; BLOCK];
        put(&mut head, 0, name.as_bytes());
        put(&mut head, 100, b"0000600\0");
        put(&mut head, 108, b"0000000\0");
        put(&mut head, 116, b"0000000\0");
        put(&mut head, 124, format!("{:011o}\0", text.len()).as_bytes());
        put(&mut head, 136, b"00000000000\0");
        put(&mut head, 148, b"        ");
        put(&mut head, 156, b"0");
        put(&mut head, 257, b"ustar\x0000");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        put(&mut head, 148, format!("{sum:06o}\0 ").as_bytes());
        self.0.extend_from_slice(&head);
        self.0.extend_from_slice(text.as_bytes());
        self.0.resize(self.0.len().next_multiple_of(BLOCK), 0);
    }

    /// The whole archive.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 2 * BLOCK, 0);
        self.0
    }
}

/// Writes a field; what is longer than a name may be is cut.
fn put(head: &mut [u8; BLOCK], at: usize, field: &[u8]) {
    head.iter_mut().skip(at).zip(field.iter().take(100)).for_each(|(own, byte)| *own = *byte);
}
