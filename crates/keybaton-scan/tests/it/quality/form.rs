//! True forms, made up: a value for every rule file, with a right checksum that is computed here a second time.

use keybaton_scan::shape::{Part, parse};

use super::draw::{ALNUM, BASE32, BASE64, Draw};

/// A rule as its file says.
pub(super) struct Form {
    pub(super) id: String,
    pub(super) near: Vec<String>,
    pub(super) checksum: String,
    extent: String,
    shape: String,
}

/// The rules of all files.
pub(super) fn all() -> Vec<Form> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut forms = Vec::new();
    for path in paths {
        let table: toml::Table = std::fs::read_to_string(&path).unwrap().parse().unwrap();
        let source = table["source"].as_str().unwrap();
        assert!(source.starts_with("https://") || source.starts_with("docs/"), "{}: {source}", path.display());
        for rule in table["rule"].as_array().unwrap() {
            let text = |key: &str| rule.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            let near = rule.get("near").and_then(toml::Value::as_array).cloned().unwrap_or_default();
            let near = near.iter().map(|word| word.as_str().unwrap().to_owned()).collect();
            let [id, checksum, extent, shape] = ["id", "checksum", "extent", "shape"].map(text);
            forms.push(Form { id, near, checksum, extent, shape });
        }
    }
    forms
}

impl Form {
    /// A value of this form.
    pub(super) fn value(&self, draw: &mut Draw) -> String {
        if self.checksum == "json-web-token" {
            let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
            return format!("{header}.eyJzdWIiOi{}.{}", draw.text(ALNUM, 40), draw.text(ALNUM, 43));
        }
        let mut value = String::new();
        let shape = parse(&self.shape).unwrap();
        let skipped = usize::from(shape.inner);
        for (no, part) in shape.parts.iter().enumerate() {
            if no >= skipped {
                value.push_str(&piece(part, draw));
            }
        }
        match self.extent.as_str() {
            "pem" => value = block(draw),
            "putty" => value = format!("PuTTY-User-Key-File-3: ssh-rsa\n{}\nPrivate-MAC: ", draw.text(BASE64, 64)),
            _ => {}
        }
        self.prove(&mut value);
        value
    }

    /// What stands right before the value because its form says so.
    pub(super) fn lead(&self) -> String {
        let shape = parse(&self.shape).unwrap();
        if !shape.inner {
            return String::new();
        }
        let Part::Text(texts) = &shape.parts[0] else { panic!("{}: no text before the value", self.id) };
        String::from_utf8(texts[0].to_vec()).unwrap()
    }

    fn prove(&self, value: &mut String) {
        let whole = value.clone();
        let after = |tail: usize| whole.split_once('_').map_or("", |(_, rest)| &rest[..rest.len() - tail]).to_owned();
        let head = |tail: usize| whole[..whole.len() - tail].to_owned();
        let (body, proof) = match self.checksum.as_str() {
            "" => return,
            "crc32-base62" => (head(6), base(crc32(&after(6)), 62, 6)),
            "crc32-base62-whole" => (head(6), base(crc32(&head(6)), 62, 6)),
            "crc32-base64" => (head(6), little_base64(crc32(&head(6)[4..]))),
            "crc32-hex" => (head(8), format!("{:08x}", crc32(&after(9)))),
            "crc32-hex-swapped" => (head(8), format!("{:08x}", crc32(&head(9)).swap_bytes())),
            "crc32-hex-upper" => (head(8), format!("{:08X}", crc32(&head(8)))),
            "gitlab-routable" => (head(7), base(crc32(&head(7)), 36, 7)),
            "bech32" => (head(6), bech32(&head(6))),
            "nkey" => (String::new(), nkey(&whole)),
            other => panic!("{}: {other}", self.id),
        };
        *value = body + &proof;
    }
}

fn piece(part: &Part, draw: &mut Draw) -> String {
    match part {
        Part::Text(texts) => String::from_utf8(draw.one(texts).to_vec()).unwrap(),
        Part::Run { set, min, max } => {
            let alphabet: String = set.bytes().map(char::from).collect();
            let most = usize::from(*max).min(usize::from(*min) + 40);
            let length = usize::from(*min) + draw.below(most - usize::from(*min) + 1);
            draw.text(&alphabet, length)
        }
        Part::Counts { set, counts } => {
            let alphabet: String = set.bytes().map(char::from).collect();
            let length = usize::from(*draw.one(counts));
            draw.text(&alphabet, length)
        }
    }
}

fn block(draw: &mut Draw) -> String {
    let kind = ["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"][draw.below(4)];
    let lines: Vec<String> = (0..4 + draw.below(12)).map(|_| draw.text(BASE64, 64)).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----", lines.join("\n"))
}

fn crc32(text: &str) -> u32 {
    let mut crc = !0_u32;
    for byte in text.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

fn base(mut number: u32, base: u32, width: usize) -> String {
    let digits: &[u8] = if base == 62 {
        b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    } else {
        b"0123456789abcdefghijklmnopqrstuvwxyz"
    };
    let mut out = Vec::new();
    while out.len() < width {
        out.push(digits[(number % base) as usize]);
        number /= base;
    }
    out.reverse();
    String::from_utf8(out).unwrap()
}

fn little_base64(number: u32) -> String {
    let bits = u64::from(number.swap_bytes()) << 4;
    (0..6).rev().map(|no| char::from(BASE64.as_bytes()[(bits >> (6 * no) & 63) as usize])).collect()
}

fn bech32(head: &str) -> String {
    let characters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let (prefix, data) = head.rsplit_once('1').unwrap();
    let prefix = prefix.to_lowercase();
    let mut values: Vec<u32> = prefix.bytes().map(|byte| u32::from(byte) >> 5).collect();
    values.push(0);
    values.extend(prefix.bytes().map(|byte| u32::from(byte) & 31));
    values.extend(data.to_lowercase().chars().map(|c| u32::try_from(characters.find(c).unwrap()).unwrap()));
    values.extend([0; 6]);
    let mut sum = 1_u32;
    for value in values {
        let top = sum >> 25;
        sum = (sum & 0x1ff_ffff) << 5 ^ value;
        for (bit, generator) in [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3_u32].iter().enumerate()
        {
            sum ^= if top >> bit & 1 == 1 { *generator } else { 0 };
        }
    }
    sum ^= 1;
    let tail = (0..6).map(|no| char::from(characters.as_bytes()[(sum >> (5 * (5 - no)) & 31) as usize]));
    tail.collect::<String>().to_uppercase()
}

fn nkey(text: &str) -> String {
    let mut bits: Vec<bool> = Vec::new();
    for character in text.chars() {
        let five = BASE32.find(character).unwrap();
        bits.extend((0..5).rev().map(|bit| five >> bit & 1 == 1));
    }
    let byte = |bits: &[bool]| bits.iter().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
    let mut raw: Vec<u8> = bits.chunks_exact(8).map(byte).take(34).collect();
    let mut crc = 0_u16;
    for byte in &raw {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc >> 15 == 1 { crc << 1 ^ 0x1021 } else { crc << 1 };
        }
    }
    raw.extend(crc.to_le_bytes());
    let bits: Vec<bool> = raw.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let five = |bits: &[bool]| bits.iter().fold(0, |five, bit| five << 1 | usize::from(*bit)) << (5 - bits.len());
    bits.chunks(5).map(|bits| char::from(BASE32.as_bytes()[five(bits)])).collect()
}
