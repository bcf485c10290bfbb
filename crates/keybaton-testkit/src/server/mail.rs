//! A mail server of one's own: aiosmtpd with STARTTLS, which wants a user and a password.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::certificate::Certificate;
use super::folder;
use super::process::{Account, Process};
use super::{free_port, python::python};

/// The longest time that it may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server. What it gets it writes as one JSON document a line.
const PROGRAM: &str = r#"
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult
port, certificate, key, letters, password = int(sys.argv[1]), *sys.argv[2:5], sys.stdin.readline().strip()
def knows(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"keybaton" and data.password.decode() == password, handled=False)
class Kept:
    async def handle_DATA(self, server, session, envelope):
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        told = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "subject": letter["subject"], "id": letter["message-id"],
                "references": letter["references"], "bcc": letter["bcc"], "text": letter.get_content(), "tls": session.ssl is not None}
        with open(letters, "a") as file:
            file.write(json.dumps(told) + "\n")
        return "250 OK"
async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    make = lambda: SMTP(Kept(), tls_context=context, require_starttls=True, auth_required=True, authenticator=knows, loop=loop)
    server = await loop.create_server(make, "127.0.0.1", port)
    await server.serve_forever()
asyncio.run(main())
"#;

/// A running mail server.
pub struct Mail {
    port: u16,
    certificate: Certificate,
    letters: PathBuf,
    process: Process,
}

impl Mail {
    /// Starts one that lets the user `keybaton` in with this password.
    pub fn start(password: &str) -> Self {
        let account = Account { ids: None };
        let folder = folder::run(&folder::root(account), account);
        let certificate = Certificate::write(&folder, account);
        let (port, letters) = (free_port(), folder.join("letters"));
        let word = folder.join("password");
        std::fs::write(&word, format!("{password}\n")).expect("write a password");
        let mut command = account.command(Path::new("python3"));
        command
            .env("PYTHONPATH", python())
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["-c", PROGRAM])
            .arg(port.to_string())
            .arg(&certificate.server)
            .arg(&certificate.key)
            .arg(&letters);
        command.stdin(std::fs::File::open(&word).expect("read the password"));
        let process = Process::start(command, &folder.join("log"));
        let mail = Self { port, certificate, letters, process };
        mail.wait();
        mail
    }

    /// Its port on loopback.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate of the authority that vouches for it.
    pub fn authority(&self) -> &Path {
        &self.certificate.authority
    }

    /// What it was sent, in order.
    pub fn letters(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(&self.letters).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).expect("a letter")).collect()
    }

    fn wait(&self) {
        let until = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "the mail server did not start: {}", self.process.log_tail());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
