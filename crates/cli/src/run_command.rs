//! `clausule prove run -- command`: runs it, passes its output through, and files what it said with its exit code, or sends it
//! to a Clausule elsewhere. What was captured is on the disk before it is filed or sent; what could not be is tried again at
//! the next run. The command's exit code is kept, whatever becomes of its proof.

use crate::place::PlaceArgs;
use daemon::net::{self, Url};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;
use store::Incoming;

/// Bytes of each output kept: one more than a proof may have, so that a longer one proves nothing and says so.
const KEPT: u64 = evidence::MAX_BYTES as u64 + 1;
/// Wait for an output that something else still holds open after the command ended.
const LINGER: Duration = Duration::from_secs(5);
/// Waits between tries to send.
const TRIES: [u64; 3] = [0, 2, 5];
/// What a wrapper that was killed left behind is kept so long, in seconds; and where its lock can't tell that it was.
const LEFT: i64 = 3_600;
const LEFT_UNLOCKED: i64 = 7 * 86_400;
/// Held for as long as a capture goes on.
const LOCK: &str = "verrou";
/// Longest wait for the server.
const TIME: Duration = Duration::from_secs(60);

/// Arguments of `prove run`.
#[derive(Debug, clap::Args)]
pub struct RunArgs {
    /// Envoie à ce Clausule au lieu de classer ici, par exemple `https://clausule.exemple.fr/depot`.
    #[arg(long, value_name = "URL", requires = "token_file")]
    pub to: Option<String>,
    /// Fichier qui contient le jeton de la source, seul.
    #[arg(long, value_name = "FICHIER")]
    pub token_file: Option<PathBuf>,
    /// Accepte http:// vers une autre machine : le jeton et la preuve passent en clair.
    #[arg(long)]
    pub in_clear: bool,
    /// Nom de la preuve ; celui de la commande sinon.
    #[arg(long)]
    pub name: Option<String>,
    /// Format de la sortie (clausule evidence --list), reconnu sinon ; avec --to, celui de la source.
    #[arg(long, value_name = "NOM", conflicts_with = "to")]
    pub tool: Option<String>,
    /// Contrat de la preuve, trouvé d'après son contenu sinon ; avec --to, celui de la source.
    #[arg(long = "for", value_name = "CONTRAT", conflicts_with = "to")]
    pub contract: Option<String>,
    /// Dossier de ce qui attend d'être classé ou envoyé.
    #[arg(long, value_name = "DOSSIER")]
    pub spool: Option<PathBuf>,
    /// La commande et ses arguments.
    #[arg(required = true, last = true)]
    pub command: Vec<OsString>,
}

/// What is known of a run besides its outputs.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    to: Option<String>,
    name: String,
    program: String,
    exit_code: i32,
    host: String,
    zone: String,
    started: String,
    ended: String,
    tool: Option<String>,
    contract: Option<String>,
}

/// Runs the command. Its exit code is ours; 127 when it can't be started.
///
/// # Errors
/// When nothing can be captured: then the command was not run.
pub fn run(place: &PlaceArgs, args: &RunArgs) -> Result<ExitCode, String> {
    let url = args.to.as_deref().map(|to| target(to, args.in_clear)).transpose()?;
    let spool = spool(place, args)?;
    sweep(&spool, place.now());
    let sent = Spool { dir: spool, place, url, token: args.token_file.clone() };
    let (dir, lock, meta) = capture(place, args, &sent.dir)?;
    let code = meta.exit_code;
    let text = serde_json::to_string(&meta).map_err(|e| e.to_string())?;
    let whole = dir.with_extension("");
    let kept = store::write_durably(&dir.join("meta.json"), text.as_bytes()).and_then(|()| fs::rename(&dir, &whole));
    drop(lock);
    match kept.and_then(|()| File::open(&sent.dir)?.sync_all()) {
        Err(error) => eprintln!("clausule : la preuve n'a pas pu être gardée ({error})"),
        Ok(()) => sent.flush(args.to.as_deref()),
    }
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

fn target(to: &str, in_clear: bool) -> Result<Url, String> {
    let url = Url::parse(to)?;
    let here = ["localhost", "127.0.0.1", "[::1]"].contains(&url.host.as_str());
    if !url.secure && !here && !in_clear {
        return Err("--to en http:// enverrait le jeton en clair : écrivez https://, ou ajoutez --in-clear".to_owned());
    }
    Ok(url)
}

fn spool(place: &PlaceArgs, args: &RunArgs) -> Result<PathBuf, String> {
    let dir = match &args.spool {
        Some(dir) => dir.clone(),
        None => place.folder()?.join("attente"),
    };
    crate::place::restrict(&dir).map_err(|e| format!("{} : {e}", dir.display()))?;
    Ok(dir)
}

fn stamp(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string()
}

/// Runs the command with its outputs copied into a folder of their own.
fn capture(place: &PlaceArgs, args: &RunArgs, spool: &Path) -> Result<(PathBuf, File, Meta), String> {
    let here = jiff::tz::TimeZone::system();
    let zone = here.iana_name().unwrap_or("Europe/Paris").to_owned();
    let started = place.now().to_zoned(here.clone());
    let dir = spool.join(format!("{}-{}.tmp", started.timestamp().as_nanosecond(), std::process::id()));
    let wrong = |e: io::Error| format!("{} : {e}", dir.display());
    fs::create_dir(&dir).map_err(wrong)?;
    let lock = File::create(dir.join(LOCK)).map_err(wrong)?;
    if lock.lock().is_err() {
        // A file system without locks: age alone tells.
        fs::remove_file(dir.join(LOCK)).map_err(wrong)?;
    }
    let outputs = [File::create(dir.join("stdout")).map_err(wrong)?, File::create(dir.join("stderr")).map_err(wrong)?];
    let (program, rest) = args.command.split_first().ok_or("aucune commande")?;
    let shown = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
    let code = match Command::new(program).args(rest).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Err(error) => {
            let said = format!("clausule : {shown} : {error}\n");
            eprint!("{said}");
            let [_, mut err] = outputs;
            err.write_all(said.as_bytes()).and_then(|()| err.sync_all()).map_err(wrong)?;
            127
        }
        Ok(mut child) => {
            let (done, ended) = mpsc::channel();
            let [out, err] = outputs;
            copy(child.stdout.take(), out, io::stdout(), done.clone());
            copy(child.stderr.take(), err, io::stderr(), done);
            let status = child.wait().map_err(|e| e.to_string())?;
            for _ in 0..2 {
                // A helper left behind may hold an output open for ever.
                let _ = ended.recv_timeout(LINGER);
            }
            exit_code(status)
        }
    };
    let ended = place.now().to_zoned(here);
    let name = args.name.clone().unwrap_or_else(|| format!("{shown}.txt"));
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let (started, ended) = (stamp(&started), stamp(&ended));
    let (to, tool, contract) = (args.to.clone(), args.tool.clone(), args.contract.clone());
    Ok((dir, lock, Meta { to, name, program: shown, exit_code: code, host, zone, started, ended, tool, contract }))
}

/// Removes captures whose wrapper was killed: the command was not followed to its end, which proves nothing. One that is still
/// held, or young, is let be.
fn sweep(spool: &Path, now: Timestamp) {
    let mut swept = 0;
    for dir in fs::read_dir(spool).into_iter().flatten().flatten().map(|e| e.path()) {
        if dir.extension().is_none_or(|e| e != "tmp") || !dir.is_dir() {
            continue;
        }
        let touched = fs::metadata(&dir).and_then(|m| m.modified()).ok().and_then(|t| Timestamp::try_from(t).ok());
        let (held, left) = match File::open(dir.join(LOCK)) {
            Ok(lock) => (lock.try_lock().is_err(), LEFT),
            Err(_) => (false, LEFT_UNLOCKED),
        };
        let old = touched.is_some_and(|t| now.duration_since(t).as_secs() > left);
        if old && !held && fs::remove_dir_all(&dir).is_ok() {
            swept += 1;
        }
    }
    if swept > 0 {
        eprintln!("clausule : {swept} capture(s) interrompue(s) en cours de route, retirée(s) de {}", spool.display());
    }
}

/// Copies an output to the terminal and to its file, on a thread; the file takes no more than it may.
fn copy(
    from: Option<impl Read + Send + 'static>,
    mut file: File,
    mut terminal: impl Write + Send + 'static,
    done: mpsc::Sender<()>,
) {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 64 << 10];
        let mut left = KEPT;
        if let Some(mut from) = from {
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                let part = &buffer[..read];
                // Whoever reads us may be gone: the command goes on, and its proof too.
                let _ = terminal.write_all(part).and_then(|()| terminal.flush());
                let kept = part.get(..read.min(usize::try_from(left).unwrap_or(usize::MAX))).unwrap_or(part);
                if file.write_all(kept).is_ok() {
                    left -= kept.len() as u64;
                }
            }
        }
        let _ = file.sync_all();
        let _ = done.send(());
    });
}

fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

/// What waits to be filed or sent.
struct Spool<'a> {
    dir: PathBuf,
    place: &'a PlaceArgs,
    url: Option<Url>,
    token: Option<PathBuf>,
}

/// Why one could not be filed or sent.
enum Held {
    /// It may work later.
    Later(String),
    /// It never will: put aside.
    Never(String),
}

impl Spool<'_> {
    /// Files or sends whatever waits for this place, oldest first; stops at the first that has to wait.
    fn flush(&self, to: Option<&str>) {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|e| e.path());
        let mut all: Vec<PathBuf> = entries.filter(|p| p.is_dir() && p.extension().is_none()).collect();
        all.sort();
        let waiting = all.len();
        for (at, dir) in all.into_iter().enumerate() {
            let meta = fs::read(dir.join("meta.json")).ok().and_then(|b| serde_json::from_slice::<Meta>(&b).ok());
            let Some(meta) = meta.filter(|m| m.to.as_deref() == to) else { continue };
            match self.one(&dir, &meta) {
                Ok(()) => {
                    let _ = fs::remove_dir_all(&dir);
                }
                Err(Held::Never(why)) => {
                    let _ = fs::rename(&dir, dir.with_extension("refuse"));
                    eprintln!("clausule : la preuve de {} est refusée et mise de côté ({why})", meta.program);
                }
                Err(Held::Later(why)) => {
                    eprintln!("clausule : {} preuve(s) en attente dans {} ({why})", waiting - at, self.dir.display());
                    return;
                }
            }
        }
    }

    fn one(&self, dir: &Path, meta: &Meta) -> Result<(), Held> {
        let read = |name: &str| {
            let mut bytes = Vec::new();
            let file = File::open(dir.join(name));
            file.and_then(|f| f.take(KEPT).read_to_end(&mut bytes)).map_err(|e| Held::Later(e.to_string()))?;
            Ok(bytes)
        };
        let (out, err) = (read("stdout")?, read("stderr")?);
        match &self.url {
            Some(url) => self.send(url, meta, &out, &err),
            None => self.file(meta, &out, &err),
        }
    }

    fn file(&self, meta: &Meta, out: &[u8], err: &[u8]) -> Result<(), Held> {
        let mut store = self.place.open().map_err(Held::Later)?;
        let mut origin = serde_json::Map::new();
        origin.insert("program".to_owned(), json!(meta.program));
        origin.insert("started".to_owned(), json!(meta.started));
        let incoming = Incoming {
            name: &meta.name,
            bytes: out,
            stderr: Some(err),
            exit_code: Some(meta.exit_code),
            source: meta.tool.as_deref(),
            zone: Some(&meta.zone),
            via: "run",
            origin,
            contract: meta.contract.as_deref(),
            occasion: &meta.started,
            host: Some(&meta.host),
            ended: Some(&meta.ended),
            ..Incoming::default()
        };
        let received = meta.ended.parse::<Timestamp>().unwrap_or_else(|_| self.place.now());
        let received = received.to_zoned(self.place.here().time_zone().clone());
        match store.file(&incoming, &received, self.place.now()) {
            Ok(_) => {
                // Signed again by the next command if it fails now: the proof itself is stored.
                let _ = store.sign();
                Ok(())
            }
            Err(store::Error::Absent(why) | store::Error::Refused(why)) => Err(Held::Never(why)),
            Err(error) => Err(Held::Later(error.to_string())),
        }
    }

    fn send(&self, url: &Url, meta: &Meta, out: &[u8], err: &[u8]) -> Result<(), Held> {
        let path = self.token.as_ref().ok_or_else(|| Held::Later("pas de jeton".to_owned()))?;
        let token = fs::read_to_string(path).map_err(|e| Held::Later(format!("{} : {e}", path.display())))?;
        let boundary = format!("clausule-{}", ledger::Digest::of(format!("{}{}", meta.started, meta.host).as_bytes()));
        let mut headers = vec![
            ("Authorization".to_owned(), format!("Bearer {}", token.trim())),
            ("Content-Type".to_owned(), format!("multipart/form-data; boundary={boundary}")),
        ];
        let code = meta.exit_code.to_string();
        let told = [
            ("name", &meta.name),
            ("host", &meta.host),
            ("zone", &meta.zone),
            ("started", &meta.started),
            ("ended", &meta.ended),
            ("occasion", &meta.started),
            ("program", &meta.program),
            ("exit-code", &code),
        ];
        headers.extend(told.map(|(name, value)| (format!("Clausule-{name}"), plain(value))));
        let mut body = Vec::with_capacity(out.len() + err.len() + 512);
        for (name, bytes) in [("stdout", out), ("stderr", err)] {
            body.extend_from_slice(
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let mut last = String::new();
        for wait in TRIES {
            std::thread::sleep(Duration::from_secs(wait));
            match net::exchange(url, "POST", &headers, &body, true, TIME) {
                Ok(answer) if matches!(answer.status, 200 | 201) => return Ok(()),
                Ok(answer) if matches!(answer.status, 400 | 413 | 415 | 422) => {
                    return Err(Held::Never(format!("réponse {} : {}", answer.status, detail(&answer.body))));
                }
                Ok(answer) if answer.status == 401 => return Err(Held::Later("le jeton n'est pas reconnu".to_owned())),
                Ok(answer) => last = format!("réponse {}", answer.status),
                Err(why) => last = why,
            }
        }
        Err(Held::Later(last))
    }
}

/// A header takes no accents: what else a name holds is replaced.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '_' }).collect()
}

fn detail(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    value["detail"].as_str().unwrap_or_default().chars().take(200).collect()
}
