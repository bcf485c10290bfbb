//! How fast one core scans: `cargo run --release -p keybaton-scan --example rate [FOLDER…]`.
//!
//! Without a folder it scans a tree that it makes in memory. It prints the time to the first byte, and megabytes per
//! second of scanning alone.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measurement prints, and stops when it cannot go on"
)]

use std::{
    env,
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

use keybaton_scan::{
    Rules, Scanner, Text,
    known::{Holder, Known, Recorder},
    source::Walk,
};
use keybaton_seal::{Alphabet, MasterKey, RecognitionKey, draw};
use keybaton_types::Installation;

/// What a source file looks like, over and over with other numbers.
const PIECE: &str = "\
fn parse_token(input: &str, state: &mut State) -> Result<Token, Error> {
    // a keyword is a name that the grammar keeps for itself
    let key = input.trim_start_matches(char::is_whitespace);
    match state.lookup(key, NNN) {
        Some(found) if found.kind == Kind::Keyword => Ok(Token::new(found.kind, key.len())),
        Some(found) => state.pass_on(found, \"expected a name, a number or a string\"),
        None => Err(Error::unexpected(key, file!(), NNN)),
    }
}

def handle(self, request, password=None, *, retries=NNN):
    url = self.base_url.join(f'/v1/users/{request.user_id}/sessions')
    response = self.client.post(url, json={'name': request.name, 'password': password})
    self.log.info('user %s signed in after %d tries', request.user_id, retries)
    return response.json()['session_id'] if response.ok else None

.button-primary { color: #3a7fNNN; margin: 0 auto; transition: all 0.3s ease-in-out; }
<div class=\"row\"><label for=\"name\">Name</label><input type=\"text\" id=\"name\" maxlength=\"NNN\"></div>
";

fn main() {
    let started = Instant::now();
    let rules = Rules::built_in();
    println!("start: {:?}", started.elapsed());
    let roots: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let (spent, bytes, hits) = if roots.is_empty() { made(&rules) } else { read(&rules, roots) };
    let rate = f64::from(u32::try_from(bytes / 1000).unwrap()) / 1000.0 / spent.as_secs_f64();
    println!("{bytes} bytes, {hits} hits, {rate:.0} MB/s per core");
    println!("of 1,000 managed keys: {:.0} MB/s per core", known());
}

/// How fast managed keys alone are looked for: of four lengths, drawn from letters and digits.
fn known() -> f64 {
    let key = RecognitionKey::new(&MasterKey::generate().unwrap(), &Installation("rate01".to_owned())).unwrap();
    let mut recorder = Recorder::new(&key).unwrap();
    for no in 0..1000_u64 {
        let drawn = draw(&Alphabet::ALPHANUMERIC, [24, 32, 40, 64][usize::try_from(no % 4).unwrap()]).unwrap();
        let holder = Holder { secret: "a/prod".parse().unwrap(), version: no, valid: true };
        recorder.record(&holder, &drawn, None).unwrap();
    }
    let known = Known::new(&key, &recorder.entries()).unwrap();
    let text = PIECE.repeat(20_000).replace("NNN", "173");
    let started = Instant::now();
    known.each(text.as_bytes(), &mut |_, _| panic!("nothing of it is there"));
    f64::from(u32::try_from(text.len() / 1000).unwrap()) / 1000.0 / started.elapsed().as_secs_f64()
}

fn made(rules: &Rules) -> (Duration, u64, u64) {
    let files: Vec<String> = (100..4196).map(|no| PIECE.repeat(12).replace("NNN", &no.to_string())).collect();
    let (mut scanner, mut hits) = (Scanner::new(rules), 0);
    let started = Instant::now();
    for file in &files {
        scanner.scan(&Text::new(file.as_bytes()).at(b"src/made.rs"), &mut |_| hits += 1);
    }
    (started.elapsed(), files.iter().map(|file| file.len() as u64).sum(), hits)
}

fn read(rules: &Rules, roots: Vec<PathBuf>) -> (Duration, u64, u64) {
    let sum = Mutex::new((Duration::ZERO, 0));
    let tally = Walk { threads: 1, ..Walk::over(roots) }.run(|| {
        let (mut scanner, sum) = (Scanner::new(rules), &sum);
        move |text| {
            let (started, mut hits) = (Instant::now(), 0);
            scanner.scan(text, &mut |_| hits += 1);
            let mut sum = sum.lock().unwrap();
            sum.0 += started.elapsed();
            sum.1 += hits;
        }
    });
    let (spent, hits) = sum.into_inner().unwrap();
    (spent, tally.bytes_read, hits)
}
