//! Passwords, secrets and keys without a form, as people and machines make them, and the places where they stand.

use super::draw::{ALNUM, BASE64, Draw, HEX, LOWER};

const WORDS: [&str; 24] = [
    "summer", "dragon", "Welcome", "Orange", "rabbit", "Berlin", "monkey", "Winter", "coffee", "Liver", "tiger",
    "Office", "purple", "Madrid", "garden", "Falcon", "silver", "Chelsea", "kitten", "Arsenal", "banana", "Server",
    "october", "Blue",
];

/// A password.
pub(super) fn password(draw: &mut Draw) -> String {
    let length = 8 + draw.below(9);
    let word = *draw.one(&WORDS);
    let other = *draw.one(&WORDS);
    let year = 1970 + draw.below(56);
    let sign = *draw.one(&["!", "#", "@", "$", "*", "&", "%", "+"]);
    match draw.below(12) {
        0 | 1 => draw.text(ALNUM, length),
        2 => draw.text(&format!("{LOWER}0123456789"), length),
        3 => draw.text(&format!("{ALNUM}!#%&*+-=?@^_~"), length),
        4 => format!("{word}{year}{sign}"),
        5 => format!("{word}{sign}{}", draw.text("0123456789", 3)),
        6 => format!("{}{}", draw.text("bcdfghjklmnpqrstvwxz", 5), draw.text("0123456789", 3)),
        7 => format!("{word}{sign}{other}{}", draw.below(90) + 10),
        8 => word.replace('a', "4").replace('e', "3").replace('i', "1") + "X" + &draw.text("0123456789", 2) + sign,
        9 => draw.text("bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ", 10),
        10 => format!("{word}{other}{}", draw.below(9000) + 1000),
        // words alone are true passwords too; nothing tells them from names
        _ => format!("{}{}", word.to_lowercase(), other.to_lowercase()),
    }
}

/// A key, token or secret that a machine made.
pub(super) fn made(draw: &mut Draw) -> String {
    let length = *draw.one(&[20, 24, 32, 40]);
    match draw.below(6) {
        0 => draw.text(HEX, 32),
        1 => draw.text(HEX, 40),
        2 => draw.text(HEX, 64),
        3 => draw.text(ALNUM, length),
        4 => draw.text(BASE64, 43) + "=",
        _ => draw.text(&format!("{ALNUM}-_"), 36),
    }
}

/// Where a password stands: a path, and a text with `{}` in place of the value.
pub(super) const PASSWORDS: &[(&str, &str)] = &[
    ("src/db.py", "DB_PASSWORD = \"{}\"\n"),
    ("app/settings.py", "DATABASES = {'default': {'USER': 'app', 'PASSWORD': '{}', 'HOST': 'db1'}}\n"),
    ("src/Main.java", "    private static final String PASSWORD = \"{}\";\n"),
    ("src/Mail.java", "        mailer.setPassword(\"{}\");\n"),
    ("src/Conn.java", "  Connection c = DriverManager.getConnection(url, \"app\", \"{}\");\n"),
    ("src/Auth.java", "new UsernamePasswordCredentials(\"app\", \"{}\")\n"),
    ("src/login.ts", "const credentials = { username: 'ops', password: '{}' };\n"),
    ("src/types.ts", "  private readonly dbPassword: string = \"{}\";\n"),
    ("lib/client.rb", "  config.smtp_password = '{}'\n"),
    ("lib/conn.rb", "  :password => \"{}\",\n"),
    ("wp-config.php", "define('DB_PASSWORD', '{}');\n"),
    ("inc/db.php", "$db_pass = '{}';\n"),
    ("inc/array.php", "  'password' => '{}',\n"),
    ("main.go", "\tpassword := \"{}\"\n"),
    ("conf.go", "\tConfig{User: \"app\", Password: \"{}\"}\n"),
    ("App.cs", "var cred = new NetworkCredential(\"app\", \"{}\");\n"),
    ("Web.config", "<add key=\"DbPassword\" value=\"{}\" />\n"),
    ("App.config", "<add name=\"m\" connectionString=\"Server=db1;Database=m;User Id=sa;Password={};\" />\n"),
    ("conn.cs", "  string cs = \"Data Source=db1;uid=sa;pwd={};Timeout=3\";\n"),
    ("Db.kt", "    val url = \"jdbc:mysql://db1/app?user=app&password={}\"\n"),
    ("config/application.yml", "spring:\n  datasource:\n    password: {}\n"),
    ("config/db.yml", "  db_pass: \"{}\"\n"),
    ("k8s/deploy.yaml", "        - name: DB_PASSWORD\n          value: \"{}\"\n"),
    ("app.properties", "jdbc.password={}\n"),
    ("server.properties", "ssl.keystore.password = {}\n"),
    (".env", "DB_PASSWORD={}\nDB_HOST=db1\n"),
    (".env.production", "MAIL_PASSWORD=\"{}\"\n"),
    ("deploy.sh", "export PGPASSWORD='{}'\n"),
    ("backup.sh", "mysqldump -u root -p{} app > app.sql\n"),
    ("sync.sh", "sshpass -p '{}' rsync -a . host1:/srv\n"),
    ("call.sh", "curl -u admin:{} http://host1/api\n"),
    ("main.tf", "  administrator_login_password = \"{}\"\n"),
    ("vars.tfvars", "db_password = \"{}\"\n"),
    ("config.json", "{\"user\": \"app\", \"password\": \"{}\"}\n"),
    ("settings.xml", "    <password>{}</password>\n"),
    ("redis.conf", "requirepass {}\n"),
    ("src/conn.js", "mongoose.connect('mongodb://app:{}@db1.internal:27017/app');\n"),
    ("src/pool.py", "engine = create_engine(\"postgresql://app:{}@db1/app\")\n"),
    ("setup.sql", "CREATE USER 'app'@'%' IDENTIFIED BY '{}';\n"),
    ("tests/test_login.py", "    password = \"{}\"\n"),
    ("src/test/java/LoginTest.java", "        user.setPassword(\"{}\");\n"),
    ("script.ps1", "$password = ConvertTo-SecureString \"{}\" -AsPlainText -Force\n"),
    ("Dockerfile", "ENV MYSQL_ROOT_PASSWORD={}\n"),
    ("docker-compose.yml", "      - POSTGRES_PASSWORD={}\n"),
    ("README.md", "Log in with password: `{}`\n"),
    ("Info.plist", "<key>Password</key>\n<string>{}</string>\n"),
    ("main.c", "#define WIFI_PASSWORD \"{}\"\n"),
    ("net.cpp", "const char* password = \"{}\";\n"),
    ("check.js", "if (req.body.password === '{}') {\n"),
];

/// Where a key, token or secret stands.
pub(super) const MADE: &[(&str, &str)] = &[
    ("src/api.py", "API_KEY = '{}'\n"),
    ("src/client.js", "const apiKey = \"{}\";\n"),
    ("src/oauth.ts", "  clientSecret: '{}',\n"),
    ("config/secrets.yml", "  secret_key_base: {}\n"),
    ("settings.py", "SECRET_KEY = \"{}\"\n"),
    (".env", "JWT_SECRET={}\n"),
    ("app.properties", "service.api-key={}\n"),
    ("main.go", "\tauthToken := \"{}\"\n"),
    ("conf.json", "{\"access_token\": \"{}\"}\n"),
    ("main.tf", "  api_token = \"{}\"\n"),
    ("Key.java", "  private static final String ENCRYPTION_KEY = \"{}\";\n"),
    ("call.sh", "curl -H \"Authorization: Bearer {}\" http://host1/\n"),
    ("App.config", "<add key=\"ApiKey\" value=\"{}\" />\n"),
    ("tests/test_api.py", "    client = Client(api_key=\"{}\")\n"),
    ("lib/tw.rb", "  consumer_secret: \"{}\"\n"),
    ("inc/k.php", "$config['private_key'] = '{}';\n"),
    ("values.yaml", "  webhookSecret: \"{}\"\n"),
    ("src/url.py", "URL = 'http://host1/v1?api_key={}&q=a'\n"),
];
