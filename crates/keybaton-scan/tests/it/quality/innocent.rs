//! What looks like a credential and is none.

use super::draw::{ALNUM, BASE64, Draw, HEX};

/// A path, and a line; `H` with a number is that many characters of hex, `U` a UUID, `B` base 64, `W` a name.
pub(super) const LINES: &[(&str, &str)] = &[
    ("src/a.py", "password = os.environ['DB_PASSWORD']\n"),
    ("src/a.py", "password = getpass.getpass('Password: ')\n"),
    ("src/a.py", "password = config.get('db', 'password')\n"),
    ("src/a.py", "token = request.headers.get('X-Auth-Token')\n"),
    ("src/a.py", "parser.add_argument('--password', help='The password for the database')\n"),
    ("src/a.py", "PASSWORD_FIELD = 'user_password'\n"),
    ("src/a.py", "raise ValueError('password must have 8 characters')\n"),
    ("src/a.py", "cache_key = 'user:W:v2'\n"),
    ("src/a.py", "key = f'{user}:{token}'\n"),
    ("src/a.py", "hashed_password = '$2b$12$B'\n"),
    ("src/a.py", "assert digest == 'H64'\n"),
    ("src/a.py", "commit = 'H40'\n"),
    ("src/a.py", "password: Optional[str] = None\n"),
    ("src/a.py", "url = 'https://user:password@example.com/'\n"),
    ("src/a.js", "const token = process.env.API_TOKEN;\n"),
    ("src/a.js", "const password = document.getElementById('password').value;\n"),
    ("src/a.js", "  passwordHint: 'At least 8 characters',\n"),
    ("src/a.js", "  id: 'U', token: tokens[0],\n"),
    ("src/a.js", "  'forgotPassword': 'Forgot your password?',\n"),
    ("src/a.js", "import { TOKEN_KEY } from './W-service2';\n"),
    ("src/a.js", "const primaryKey = 'W_id_2';\n"),
    ("src/a.js", "integrity: 'sha512-B+B==',\n"),
    ("src/a.ts", "  password: string;\n  token?: string;\n"),
    ("src/a.ts", "@Input() passwordInput = 'mat-W-3';\n"),
    ("src/A.java", "String password = request.getParameter(\"password\");\n"),
    ("src/A.java", "private static final String KEY_PASSWORD = \"db.W.password\";\n"),
    ("src/A.java", "@Value(\"${spring.datasource.password}\") private String password;\n"),
    ("src/A.java", "if (password.equals(\"\")) throw new Error(\"no password\");\n"),
    ("src/A.java", "private static final String TOKEN_TYPE = \"Bearer2\";\n"),
    ("src/A.java", "serialVersionUID = 7526472295622776147L; // key\n"),
    ("src/a.go", "password := os.Getenv(\"PASSWORD\")\n"),
    ("src/a.go", "tokenURL: \"https://oauth2.W.com/token\",\n"),
    ("src/a.go", "token.Lookup(\"W2\") // keyword\n"),
    ("src/a.rs", "let token = Token::new(TokenKind::Ident2, span);\n"),
    ("src/a.rs", "password: Option<SecretString>,\n"),
    ("src/a.rb", "  password: ENV.fetch('DB_PASSWORD'),\n"),
    ("src/a.rb", "  validates :password, length: { minimum: 8 }\n"),
    ("src/a.php", "$password = $_POST['password'];\n"),
    ("src/a.cs", "[Display(Name = \"Password2\")] public string Password { get; set; }\n"),
    ("src/a.cs", "<SigningKey>W.snk</SigningKey>\n"),
    ("src/a.c", "static const char *key = \"W_W\";\n"),
    ("src/a.c", "{ \"keypad5\", KEY_KP5 },\n"),
    ("conf/a.yml", "password: ${DB_PASSWORD}\n"),
    ("conf/a.yml", "password: <your password>\n"),
    ("conf/a.yml", "password: changeme\n"),
    ("conf/a.yml", "password: \"{{ vault_db_password }}\"\n"),
    ("conf/a.yml", "secretName: W-tls-2\n"),
    ("conf/a.yml", "secretKeyRef:\n  name: W\n  key: password1\n"),
    ("conf/a.yml", "token_ttl: 3600s\n"),
    ("conf/a.yml", "uses: actions/checkout@H40\n"),
    ("conf/a.yml", "key: node-v1-W\n"),
    ("conf/a.yml", "client_id: U\n"),
    ("conf/a.yml", "image: W@sha256:H64\n"),
    ("conf/.env.example", "DB_PASSWORD=\nAPI_KEY=your-api-key-here\n"),
    ("conf/.env", "TOKEN_FILE=/run/secrets/W1\n"),
    ("conf/.env", "SECRET_KEY=xxxxxxxxxxxxxxxx\n"),
    ("conf/a.sh", "PASSWORD=$(cat /run/secrets/db)\nPASSWORD=$1\n"),
    ("conf/a.sh", "read -s -p 'Password: ' password\n"),
    ("conf/a.tf", "  password = var.db_password\n  key_name = \"W-2\"\n"),
    ("conf/a.tf", "  kms_key_id = \"U\"\n"),
    ("conf/a.properties", "password.min.length=12\nlogin.password.label=Password 1\n"),
    ("conf/a.properties", "spring.datasource.password=${DB_PASS:}\n"),
    ("conf/a.xml", "<password>${env.PASSWORD}</password>\n"),
    ("conf/a.xml", "<input type=\"password\" name=\"password\" id=\"password1\"/>\n"),
    ("conf/a.xml", "<string name=\"password\">Wachtwoord</string>\n"),
    ("conf/a.json", "{\"type\": \"password\", \"name\": \"user_password\", \"key\": \"W.2\"}\n"),
    ("conf/a.json", "{\"sha\": \"H40\", \"token_endpoint\": \"https://W.org/oauth2/token\"}\n"),
    ("web/a.html", "<label for=\"pwd1\">Password</label><input id=\"pwd1\" type=\"password\">\n"),
    ("web/a.css", ".password-field2 { background: url(data:image/png;base64,BB) }\n"),
    ("web/app.min.js", "!function(e){var t={password:\"B\",apiKey:\"H32\"};e.token=t}(this);\n"),
    ("package-lock.json", "\"integrity\": \"sha512-B==\", \"secret\": \"H32\"\n"),
    ("Cargo.lock", "checksum = \"H64\"\n"),
    ("locale/de.json", "\"password\": \"Passwort2\", \"token\": \"Zugriffstoken\"\n"),
    ("doc/a.md", "Set `PASSWORD=<password>` and `API_KEY=YOUR_API_KEY` first.\n"),
    ("doc/a.md", "The token looks like `ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`.\n"),
    ("doc/a.md", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"),
    ("doc/a.md", "`https://user:pass@host:8080/` and `redis://:password@localhost:6379/0`\n"),
    ("doc/a.md", "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n"),
    ("certs/a.crt", "-----BEGIN CERTIFICATE-----\nB\nB\n-----END CERTIFICATE-----\n"),
    ("keys/a.txt", "-----BEGIN PUBLIC KEY-----\nB\n-----END PUBLIC KEY-----\nssh-rsa AAAAB3B user@host\n"),
    ("tests/a.py", "    login('user', 'password')\n    token = 'token1'\n    secret = 'mysecret'\n"),
    ("tests/a.py", "    self.assertEqual(key, 'some-key-1')\n"),
    ("tests/A.java", "    request.setToken(\"test-token-1234\");\n    user.setPassword(\"password\");\n"),
    ("tests/a.js", "    expect(token).toBe('abc123');\n    expect(key).toEqual('U');\n"),
    ("src/regex.py", "PASSWORD_RE = re.compile(r'^(?=.*[A-Z])(?=.*[0-9]).{8,}$')\n"),
    ("src/form.py", "password_pattern = '^[a-zA-Z0-9!@#]{8,16}$'\n"),
    ("src/key.js", "  if (event.key === 'ArrowDown2' || key == 'F12') {}\n"),
    ("src/key.py", "  sort(key='created_at_2', primary_key='U')\n"),
];

/// The line with its letters drawn.
pub(super) fn line(template: &str, draw: &mut Draw) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['H', 'U', 'B', 'W']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let digits: String = here[1..].chars().take_while(char::is_ascii_digit).collect();
        let alone = |text: &str| !text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        let joined = out.ends_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        let (drawn, used) = match &here[..1] {
            "H" if !digits.is_empty() => (draw.text(HEX, digits.parse().unwrap()), 1 + digits.len()),
            "U" if alone(&here[1..]) && !joined => (uuid(draw), 1),
            "B" if alone(&here[1..]) && !joined || here.starts_with("BB") => (draw.text(BASE64, 64), 1),
            "W" if alone(&here[1..]) && !joined => {
                ((*draw.one(&["invoice", "user", "order", "customer"])).to_owned(), 1)
            }
            letter => (letter.to_owned(), 1),
        };
        out.push_str(&drawn);
        rest = &here[used..];
    }
    out + rest
}

fn uuid(draw: &mut Draw) -> String {
    [8, 4, 4, 4, 12].map(|length| draw.text(HEX, length)).join("-")
}

/// Values of a known form with one thing wrong: too short, too long, another alphabet.
pub(super) fn near_miss(value: &str, draw: &mut Draw) -> String {
    match draw.below(3) {
        0 => value[..value.len() - 2].to_owned(),
        1 => value.to_owned() + &draw.text(ALNUM, 3),
        _ => format!("x{value}"),
    }
}
