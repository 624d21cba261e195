//! Our own probes: a web page, a port, a certificate, a name. Each check is written down and synced at once; a sheet of checks
//! is filed every hour, and at once when a service goes down or comes back. What nobody observed is not on any sheet.
//!
//! A restart loses and doubles nothing: the close of a sheet is written down before it is filed, so that the same bytes are
//! filed again, and known.

use crate::http::from_source;
use crate::keeper::Refusal;
use crate::target::{Check, Settings, Target};
use crate::{Keeper, Metrics, clock};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::Owned;

/// A sheet covers at most this many seconds, counted from the hour.
const SHEET: i64 = 3_600;
/// A check speaks for at most this many intervals.
const REACH: i64 = 2;

/// A line of a probe's journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// A sheet begins, with what the last check of the former said, or that it could not be made.
    Open {
        from: Timestamp,
        carried: Option<bool>,
        #[serde(default)]
        untried: bool,
    },
    /// A check.
    Check(Check),
    /// The sheet ends here.
    Close { to: Timestamp },
}

/// The sheet being filled.
#[derive(Debug, Default)]
struct Sheet {
    from: Option<Timestamp>,
    /// What the check before said; none inside where it could not be made.
    before: Option<Option<bool>>,
    checks: Vec<Check>,
    to: Option<Timestamp>,
}

/// A probe at work.
pub(crate) struct Probe {
    owned: Owned,
    settings: Settings,
    journal: PathBuf,
    sheet: Sheet,
}

impl Probe {
    /// Takes up where the journal ends.
    pub(crate) fn open(owned: Owned, folder: &Path) -> Result<Self, String> {
        let settings: Settings = serde_json::from_value(serde_json::Value::Object(owned.source.settings.clone()))
            .map_err(|e| format!("réglages de sonde illisibles : {e}"))?;
        settings.check()?;
        let journal = folder.join(format!("{}-{}.jsonl", owned.org, owned.source.id));
        fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        let mut sheet = Sheet::default();
        // The last line may be cut: a check that was not written whole was not made.
        let text = fs::read_to_string(&journal).unwrap_or_default();
        for line in text.split_inclusive('\n').filter(|l| l.ends_with('\n')) {
            match serde_json::from_str(line) {
                Ok(Line::Open { from, carried, untried }) => {
                    let before = if untried { Some(None) } else { carried.map(Some) };
                    sheet = Sheet { from: Some(from), before, ..Sheet::default() };
                }
                Ok(Line::Check(check)) => sheet.checks.push(check),
                Ok(Line::Close { to }) => sheet.to = Some(to),
                Err(_) => {}
            }
        }
        Ok(Self { owned, settings, journal, sheet })
    }

    pub(crate) fn every(&self) -> Duration {
        Duration::from_secs(u64::from(self.settings.every))
    }

    /// Files what a former run left. What came after its last check is unobserved.
    pub(crate) async fn recover(&mut self, keeper: &Keeper) -> Result<(), String> {
        let Some(last) = self.sheet.checks.last() else { return Ok(()) };
        let reach = SignedDuration::from_secs(i64::from(self.settings.every) * REACH);
        let end = last.at.saturating_add(reach).unwrap_or(last.at).min(hour_after(last.at)).min(clock::now());
        let end = Timestamp::from_second(end.as_second()).unwrap_or(end).max(last.at);
        self.close(end, keeper).await?;
        self.sheet = Sheet::default();
        Ok(())
    }

    /// Checks once, and closes the sheet at the hour or when the service goes or comes.
    pub(crate) async fn round(&mut self, keeper: &Keeper, metrics: &Metrics) -> Result<(), String> {
        // A sheet that could not be filed goes first: what comes after its close belongs to the next one.
        if let Some(to) = self.sheet.to {
            self.close(to, keeper).await?;
        }
        let settings = self.settings.clone();
        let check = tokio::task::spawn_blocking(move || settings.once()).await.map_err(|e| e.to_string())?;
        let seen = match check.up() {
            Some(true) => "up",
            Some(false) => "down",
            None => "untried",
        };
        metrics.count("clausule_probe_checks_total", seen);
        if let Some(from) = self.sheet.from.filter(|f| hour_after(*f) <= check.at) {
            self.close(hour_after(from), keeper).await?;
        }
        if self.sheet.from.is_none() {
            self.begin(check.at, None)?;
        }
        let (at, up) = (check.at, check.up());
        let before = self.sheet.checks.last().map(Check::up).or(self.sheet.before);
        self.note(&Line::Check(check.clone()))?;
        self.sheet.checks.push(check);
        let single = matches!(self.settings.target, Target::Tls { .. });
        if single || before.is_some_and(|b| b != up) || (before.is_none() && up != Some(true)) {
            self.close(at, keeper).await?;
        }
        Ok(())
    }

    fn begin(&mut self, from: Timestamp, before: Option<Option<bool>>) -> Result<(), String> {
        let line = Line::Open { from, carried: before.flatten(), untried: before == Some(None) };
        let line = serde_json::to_string(&line).map_err(|e| e.to_string())?;
        store::write_durably(&self.journal, format!("{line}\n").as_bytes()).map_err(|e| e.to_string())?;
        self.sheet = Sheet { from: Some(from), before, ..Sheet::default() };
        Ok(())
    }

    fn note(&self, line: &Line) -> Result<(), String> {
        let text = serde_json::to_string(line).map_err(|e| e.to_string())?;
        let open = OpenOptions::new().append(true).create(true).open(&self.journal);
        open.and_then(|mut f| f.write_all(format!("{text}\n").as_bytes()).and_then(|()| f.sync_data()))
            .map_err(|e| e.to_string())
    }

    /// Files the sheet and begins the next one where it ends.
    async fn close(&mut self, to: Timestamp, keeper: &Keeper) -> Result<(), String> {
        let (Some(from), Some(last)) = (self.sheet.from, self.sheet.checks.last()) else {
            let before = self.sheet.before;
            return self.begin(to, before);
        };
        let before = Some(last.up());
        // What was written down before a restart stands.
        let to = match self.sheet.to {
            Some(to) => to,
            None => {
                self.note(&Line::Close { to })?;
                self.sheet.to = Some(to);
                to
            }
        };
        let (check, host, target) = self.settings.names();
        let sheet = json!({
            "kind": "clausule.probe/1", "check": check, "name": self.owned.source.name, "host": host, "target": target,
            "every_s": self.settings.every, "from": from, "to": to, "carried": self.sheet.before.flatten(),
            "checks": self.sheet.checks,
        });
        let mut arrival = from_source(&self.owned, "probe");
        arrival.name = format!("sonde-{}.json", self.owned.source.id);
        arrival.bytes = format!("{sheet}\n").into_bytes();
        match keeper.file(arrival, None).await {
            Ok(_) => self.begin(to, before),
            Err(Refusal::Refused(why)) => {
                tracing::error!(source = self.owned.source.name, why, "a probe's sheet was refused");
                self.begin(to, before)
            }
            // The sheet stays closed in the journal and is filed at the next round.
            Err(Refusal::Later(why)) => Err(why),
        }
    }
}

/// The next full hour.
fn hour_after(at: Timestamp) -> Timestamp {
    Timestamp::from_second((at.as_second().div_euclid(SHEET) + 1) * SHEET).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn keeper(dir: &Path, metrics: &Arc<Metrics>) -> Keeper {
        let place = store::Place::folder(dir);
        Keeper::start(place, || [7; 32], Arc::new(|_| String::new()), Arc::clone(metrics)).expect("a thread").0
    }

    fn probe(dir: &Path, port: u16) -> Probe {
        let settings = json!({"check": "tcp", "address": format!("127.0.0.1:{port}"), "every": 10, "private": true});
        let text =
            json!({"id": "abcd2345", "name": "porte", "way": "probe", "zone": "Europe/Paris", "settings": settings});
        let source: store::Source = serde_json::from_value(text).expect("a source");
        Probe::open(Owned { org: "principal".to_owned(), source }, &dir.join("sondes")).expect("opens")
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_outage_is_filed_at_once_and_a_restart_doubles_nothing() {
        let dir = std::env::temp_dir().join(format!("clausule-probe-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        let metrics = Arc::new(Metrics::default());
        let keeper = keeper(&dir, &metrics);
        let door = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = door.local_addr().expect("its address").port();
        let mut first = probe(&dir, port);
        first.round(&keeper, &metrics).await.expect("checked");
        assert!(first.sheet.checks[0].ok && !metrics.text().contains("filed_total{"), "nothing to tell yet");
        drop(door);
        // Another sheet begins where the hour ends: either way the outage is told now.
        first.round(&keeper, &metrics).await.expect("checked");
        assert!(first.sheet.checks.is_empty() && first.sheet.before == Some(Some(false)));
        let filed = metrics.text().matches("clausule_proofs_filed_total{via=\"probe\"}").count();
        assert_eq!(filed, 1, "{}", metrics.text());

        first.round(&keeper, &metrics).await.expect("checked");
        assert_eq!(first.sheet.checks.len(), 1, "still down: no news");
        let to = first.sheet.checks[0].at;
        first.note(&Line::Close { to }).expect("written");
        let journal = fs::read(&first.journal).expect("read");
        for duplicates in [0, 1] {
            // Killed before and after the filing: the journal ends with the close of the same sheet.
            fs::write(&first.journal, &journal).expect("written");
            probe(&dir, port).recover(&keeper).await.expect("recovered");
            let text = metrics.text();
            assert_eq!(text.contains("duplicate_total{via=\"probe\"} 1"), duplicates == 1, "{text}");
        }
        fs::write(&first.journal, [&journal[..], b"{\"check\":{\"at\":\"2026"].concat()).expect("written");
        assert_eq!(probe(&dir, port).sheet.checks.len(), 1, "a line that was cut is none");
    }
}
