//! Signing in without a password, in headless Chromium and the real program: by a certified OpenID Connect provider run here from
//! npm, and by a passkey of Chromium's virtual authenticator. Skipped, aloud, where Chromium, node or npm is not installed.

mod browser;
#[path = "../../daemon/tests/common/ports.rs"]
mod ports;

use browser::Browser;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Running {
    /// Starts a program and waits for a line that holds these words.
    fn start(command: &mut Command, words: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let own = Self(child);
        assert!(lines.any(|line| line.is_ok_and(|l| l.contains(words))), "it never says {words:?}");
        // The program goes on speaking; nobody reading would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        own
    }
}

/// A port that nobody listens on now.
fn folder(name: &str) -> PathBuf {
    let data = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&data);
    std::fs::create_dir_all(&data).expect("a folder");
    data
}

fn clausule(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_clausule")).args(arguments).arg("--data").arg(data).output().expect("it runs")
}

/// Invites somebody; gives the address of the invitation.
fn invitation(data: &Path, email: &str, role: &str) -> String {
    let made = clausule(data, &["people", "invite", email, "--name", "Claire Petit", "--role", role]);
    let said = String::from_utf8(made.stdout).expect("text");
    said.lines().find_map(|l| l.trim().strip_prefix('/')).expect("an address").to_owned()
}

fn serve(data: &Path, port: u16, more: &[&str]) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clausule"));
    command.args(["serve", "--by", "Camille", "--listen", &format!("127.0.0.1:{port}"), "--data"]).arg(data).args(more);
    command.env("CLAUSULE_OIDC_SECRET", "secret-de-test-%&");
    Running::start(&mut command, "prêt : ")
}

/// The folder of the provider's package, fetched once; `None`, said aloud, where it can't be had.
fn package() -> Option<PathBuf> {
    let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("oidc-provider");
    std::fs::create_dir_all(&home).expect("a folder");
    if !home.join("node_modules/oidc-provider").is_dir() {
        let fetched = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "oidc-provider@8.8.1"])
            .arg("--prefix")
            .arg(&home)
            .stdout(Stdio::null())
            .status();
        if !fetched.is_ok_and(|s| s.success()) {
            eprintln!("SKIPPED: npm can't fetch oidc-provider here (apt-get install npm, and a registry)");
            return None;
        }
    }
    Some(home)
}

#[test]
fn a_certified_provider_signs_people_in() {
    let Some(browser) = Browser::open() else { return };
    let Some(modules) = package() else { return };
    let data = folder("access-oidc");
    let (port, theirs) = (ports::free(), ports::free());
    let (address, issuer) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{theirs}"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access/provider.mjs");
    let mut node = Command::new("node");
    node.arg(script).args([&theirs.to_string(), &format!("{address}/connexion/oidc/retour")]).arg(&modules);
    let _provider = Running::start(node.stderr(Stdio::null()), "listening");
    let file = data.join("fournisseur.toml");
    let text = format!(
        "name = \"Identité d'essai\"\nissuer = \"{issuer}\"\nclient_id = \"clausule\"\naddress = \"{address}\"\n"
    );
    std::fs::write(&file, text).expect("written");
    let invited = invitation(&data, "claire@exemple.fr", "manager");
    let _server = serve(&data, port, &["--oidc", &file.display().to_string()]);

    // Somebody nobody invited signs in there and is sent away with a reason.
    let sign_in = |name: &str| {
        browser.until("/interaction/");
        browser.until_true("document.querySelector('input[name=login]')");
        browser.enter("input[name=login]", name);
        browser.enter("input[name=password]", "quelconque");
        browser.click("button[type=submit]");
        browser.says("Authorize");
        browser.click("button[type=submit]");
    };
    browser.go(&format!("{address}/connexion"));
    browser.click("a[href^='/connexion/oidc']");
    sign_in("inconnue");
    browser.until("/connexion/oidc/retour");
    browser.says("rattachée à aucun compte");
    // The provider still knows who is there; its own sign-out comes first.
    browser.chrome("Network.clearBrowserCookies", &json!({}));

    browser.go(&format!("{address}/{invited}"));
    browser.click("a[href$='/oidc']");
    sign_in("claire");
    browser.until("/contrats");
    browser.says("Contrats suivis");
    browser.go(&format!("{address}/compte"));
    browser.says("Dr claire");
    browser.says(&issuer);
    browser.click("form[action='/deconnexion'] button");
    browser.until("/connexion");

    // Known by the provider's name for her from now on; it asks nothing again.
    browser.go(&format!("{address}/connexion?suite=/preuves"));
    browser.click("a[href^='/connexion/oidc']");
    browser.until("/preuves");
    browser.says("Apporter des preuves");
    // A second answer with the same code or none: refused in words.
    browser.go(&format!("{address}/connexion/oidc/retour?code=x&state=y"));
    browser.says("Recommencez");
}

#[test]
fn a_passkey_takes_the_place_of_password_and_code() {
    let Some(browser) = Browser::open() else { return };
    let data = folder("access-passkey");
    let port = ports::free();
    let invited = invitation(&data, "claire@exemple.fr", "administrator");
    let _server = serve(&data, port, &[]);
    let address = format!("http://localhost:{port}");
    browser.chrome("WebAuthn.enable", &json!({}));
    let options = json!({"protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true});
    let made = browser.chrome("WebAuthn.addVirtualAuthenticator", &json!({ "options": options }));
    let authenticator = made["authenticatorId"].as_str().expect("an authenticator").to_owned();

    browser.go(&format!("{address}/{invited}"));
    browser.enter("#mdp", "le chat dort sous la lampe");
    browser.click("form button.go");
    browser.until("/contrats");
    browser.go(&format!("{address}/compte"));
    browser.until_true("!document.querySelector('form[data-passkey]').hidden");
    // A wrong password adds nothing.
    browser.enter("#cle-nom", "Téléphone");
    browser.enter("#cle-mdp", "pas le bon du tout");
    browser.click("form[data-passkey] button");
    browser.says("Le mot de passe n’est pas le bon");
    browser.run("document.querySelector('#cle-mdp').value = ''");
    browser.enter("#cle-mdp", "le chat dort sous la lampe");
    browser.click("form[data-passkey] button");
    browser.says("pas encore utilisée");
    let kept = browser.chrome("WebAuthn.getCredentials", &json!({ "authenticatorId": authenticator }));
    assert_eq!(kept["credentials"].as_array().map(Vec::len), Some(1));

    let sign_in = || {
        browser.chrome("Network.clearBrowserCookies", &json!({}));
        browser.go(&format!("{address}/connexion?suite=/compte"));
        browser.until_true("!document.querySelector('form[data-passkey]').hidden");
        browser.click("form[data-passkey] button");
    };
    sign_in();
    browser.until("/compte");
    browser.says("dernière connexion le");
    sign_in();
    browser.until("/compte");

    // Whoever does not show who they are does not come in.
    browser.chrome("WebAuthn.setUserVerified", &json!({"authenticatorId": authenticator, "isUserVerified": false}));
    sign_in();
    browser.says("Rien n’a été fait");
    browser.chrome("WebAuthn.setUserVerified", &json!({"authenticatorId": authenticator, "isUserVerified": true}));
    sign_in();
    browser.until("/compte");

    // The settings fit a phone, and a backup made there is a real one.
    for page in [
        "compte",
        "reglages",
        "reglages/organisation",
        "reglages/courrier",
        "reglages/sauvegarde",
        "reglages/conservation",
    ] {
        browser.width(390);
        browser.go(&format!("{address}/{page}"));
        let over = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert!(over.as_i64().unwrap_or(0) <= 1, "{page}: {over} pixels too wide");
        browser.shoot(&format!("reglages-{}", page.replace('/', "-")));
    }
    browser.go(&format!("{address}/reglages/sauvegarde"));
    browser.says("Aucune sauvegarde");
    browser.click("form[action='/reglages/sauvegarde'] button");
    browser.says("principal-2");
    let made: Vec<PathBuf> =
        std::fs::read_dir(data.join("sauvegardes")).expect("a folder").flatten().map(|e| e.path()).collect();
    let back = folder("access-restored");
    let restored = clausule(&back, &["restore", &made.first().expect("a backup").display().to_string()]);
    assert!(restored.status.success(), "{}", String::from_utf8_lossy(&restored.stderr));

    // A key that was taken away opens nothing.
    sign_in();
    browser.until("/compte");
    browser.click("form[action^='/compte/cles/'][action$='/retirer'] button");
    browser.until_true("!document.querySelector('form[action$=\"/retirer\"]')");
    sign_in();
    browser.says("n’ouvre aucun compte ici");
    let told = |kind: &str| -> Vec<String> {
        let complaints: Vec<String> = browser.complaints();
        complaints.into_iter().filter(|c| c.contains(kind)).collect()
    };
    assert_eq!(told("Content Security Policy"), Vec::<String>::new());
    // By numbers browsers allow no passkey, and the page does not offer any.
    browser.go(&format!("http://127.0.0.1:{port}/connexion"));
    assert_eq!(browser.run("return document.querySelector('form[data-passkey]')"), Value::Null);
}
