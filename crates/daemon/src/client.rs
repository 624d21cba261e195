//! What webhooks and time stamps send: a POST over [`net`](crate::net), plain only where that may be.

use crate::net::{Request, Url};
use std::time::Duration;

/// The longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// In French.
    pub message: String,
    /// Whether trying again may help.
    pub again: bool,
}

/// Sends bytes and gives the answer's body. Plain HTTP is for this machine only, unless `plain` allows it: what is
/// signed by its content, such as a time stamp, may travel openly. Redirects are not followed.
pub(crate) fn post(
    url: &str,
    kind: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    plain: bool,
) -> Result<Vec<u8>, Failure> {
    let url = allowed(url, plain)?;
    let mut all = vec![("Content-Type".to_owned(), kind.to_owned())];
    all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    // The address is the administrator's own: a private one is meant.
    let request = Request { method: "POST", headers: &all, body, private: true, time: PATIENCE, ..Request::default() };
    let answer = request.send(&url).map_err(|e| Failure { message: format!("{} : {e}", url.host), again: true })?;
    match answer.status {
        200..300 => Ok(answer.body),
        status => {
            let again = status >= 500 || matches!(status, 408 | 429);
            Err(Failure { message: format!("{} a répondu {status}", url.host), again })
        }
    }
}

/// An address that may be used: plain HTTP is for this machine only, unless `plain` allows it.
pub(crate) fn allowed(url: &str, plain: bool) -> Result<Url, Failure> {
    let wrong = |message: String| Failure { message, again: false };
    let url = Url::parse(url).map_err(wrong)?;
    let bare = url.host.trim_start_matches('[').trim_end_matches(']');
    let here =
        bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|i| i.is_loopback());
    if url.secure || here || plain {
        Ok(url)
    } else {
        Err(wrong("http:// n'est permis que vers cette machine : utilisez https://".to_owned()))
    }
}

/// The machine of an address, without the path, which may hold secrets.
pub(crate) fn host(url: &str) -> String {
    Url::parse(url).map(|u| u.host).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        assert!(allowed("https://exemple.fr/x", false).is_ok());
        assert!(allowed("http://127.0.0.1:8000/x", false).is_ok());
        assert!(allowed("http://[::1]:8000/x", false).is_ok());
        assert!(allowed("http://exemple.fr/x", false).is_err());
        assert!(allowed("http://exemple.fr/tsr", true).is_ok());
        assert!(allowed("http://localhost@exemple.fr/", false).is_err(), "no user in an address");
        assert!(allowed("ftp://exemple.fr", true).is_err());
        assert_eq!(host("https://exemple.fr:444/jeton?x"), "exemple.fr");
    }
}
