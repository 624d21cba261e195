//! The provider of identities of `clausule serve`: a file that may be read by others, and a secret that may not.

use crate::input;
use people::oidc::Client;
use serde::Deserialize;
use std::env;
use std::path::{Path, PathBuf};

/// The file of `--oidc`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    issuer: String,
    client_id: String,
    address: String,
    #[serde(default = "usual")]
    scopes: String,
    acr_values: Option<String>,
    secret_in_body: Option<bool>,
    secret_file: Option<PathBuf>,
}

fn usual() -> String {
    "email profile".to_owned()
}

/// The provider that an option or the environment names; none where neither does.
///
/// # Errors
/// When the file can't be read or used, or there is no secret; the sentence never holds the secret.
#[expect(
    clippy::disallowed_methods,
    reason = "a secret stands in the environment, not in arguments that others can list"
)]
pub fn client(option: Option<&Path>) -> Result<Option<Client>, String> {
    let named = option.map(Path::to_owned).or_else(|| env::var_os("CLAUSULE_OIDC").map(PathBuf::from));
    let Some(path) = named else { return Ok(None) };
    let shown = input::display(&path);
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{shown} : {}", input::explain(&e)))?;
    let named: Named = toml::from_str(&text).map_err(|e| format!("{shown} : {}", e.message()))?;
    let secret = match &named.secret_file {
        Some(file) => {
            // Beside the file that names it, wherever the program was started.
            let file = path.parent().unwrap_or(Path::new("")).join(file);
            let read = std::fs::read_to_string(&file);
            read.map_err(|e| format!("{} : {}", input::display(&file), input::explain(&e)))?
        }
        None => env::var("CLAUSULE_OIDC_SECRET")
            .map_err(|_| format!("{shown} : mettez le secret dans CLAUSULE_OIDC_SECRET, ou nommez secret_file"))?,
    };
    let client = Client {
        name: named.name,
        issuer: named.issuer,
        id: named.client_id,
        secret: secret.trim().to_owned(),
        address: named.address,
        scopes: named.scopes,
        acr: named.acr_values,
        post: named.secret_in_body,
    };
    client.checked().map(Some).map_err(|wrong| format!("{shown} : {wrong}"))
}
