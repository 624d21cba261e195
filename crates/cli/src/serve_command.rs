//! `clausule serve`: the pages, on this machine.

use crate::alerts_command::WayArgs;
use crate::backups;
use crate::daemon_args::DaemonArgs;
use crate::input;
use crate::isolate::{Bounds, Order};
use crate::oidc;
use crate::place::{self, PlaceArgs};
use crate::pool::Pool;
use check::Engine;
use contract::Document;
use daemon::Daemon;
use daemon::alerts::worker::{self, Post};
use draft::redline::{Applied, Opened, Plan, RedlineError, Signature};
use jiff::Timestamp;
use people::oidc::{Call, Client};
use readers::ReadError;
use readers::bundle::BundleError;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use web::{App, Backup, Host, Relay, Settings};

/// What changing a Word file may take.
const EDITING: Bounds = Bounds { time: Duration::from_secs(20), memory: 1 << 30, ocr: false };
/// How long a provider of identities may take to answer.
const ASKING: Duration = Duration::from_secs(15);
/// What taking an archive apart may take: its own bytes, those of its documents, and these once more as the answer.
const UNPACKING: Bounds = Bounds { time: Duration::from_secs(20), memory: 768 << 20, ocr: false };
/// How long a reading that is under way may hold up the end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub struct ServeArgs {
    /// Where the register is.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Adresse et port où répondre ; cette machine seule si rien n'est dit.
    #[arg(long, value_name = "ADRESSE:PORT", default_value = "127.0.0.1:8017")]
    pub listen: SocketAddr,
    /// Nom sous lequel le serveur est joint (répétable), par exemple clausule.exemple.fr.
    #[arg(long = "host", value_name = "NOM")]
    pub hosts: Vec<String>,
    /// Ouvre la page dans le navigateur.
    #[arg(long)]
    pub open: bool,
    /// Le serveur est joint en HTTPS, par un serveur placé devant : les cookies ne passent alors qu'en HTTPS.
    #[arg(long)]
    pub https: bool,
    /// Fichier TOML d'un fournisseur d'identité OpenID Connect ; à défaut la variable CLAUSULE_OIDC. Voir docs/web.md.
    #[arg(long, value_name = "FICHIER")]
    pub oidc: Option<PathBuf>,
    /// Le serveur placé devant note pour qui il parle (X-Forwarded-For) : les essais de mot de passe sont comptés par cette adresse.
    #[arg(long, requires = "https")]
    pub proxied: bool,
    /// N'utilise pas l'OCR pour les pages numérisées.
    #[arg(long)]
    pub no_ocr: bool,
    /// The ways in.
    #[command(flatten)]
    pub daemon: DaemonArgs,
    /// The ways out.
    #[command(flatten)]
    pub alerts: WayArgs,
}

/// Serves until the process is asked to end.
///
/// # Errors
/// When the register can't be opened or the address can't be taken.
pub fn run(args: &ServeArgs) -> Result<ExitCode, String> {
    if let Some(moment) = args.place.now {
        daemon::clock::begin_at(moment);
    }
    // Opened once now: what is wrong with the register is said before the address is.
    let mut store = args.place.open()?;
    let peopled = crate::people_command::anybody(&mut store, args.place.now())?;
    drop(store);
    let settings = Settings {
        place: args.place.place()?,
        org: args.place.org.clone(),
        person: Some(args.place.by()).filter(|by| !by.is_empty()).unwrap_or_else(|| "utilisateur".to_owned()),
        hosts: hosts(args, peopled)?,
        secure: args.https,
        shared: shared(args),
        proxied: args.proxied,
    };
    let ways = args.daemon.settings(&args.place, input::bounds(false))?;
    let post = args.alerts.post(&args.place.org)?;
    args.daemon.begin_log();
    let engine = Engine::new(points::embedded()).map_err(|e| e.to_string())?;
    let provider = oidc::client(args.oidc.as_deref())?;
    let app = App::new(settings, Box::new(Machine::new(args, provider)), engine);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Most of them wait: for the register, for a process apart, for a host that is probed.
        .max_blocking_threads(256)
        .enable_all()
        .build()
        .map_err(|e| format!("impossible de démarrer : {e}"))?;
    let done = runtime.block_on(serve(args, app, ways, post));
    // What is being read is taken up again at the next start.
    runtime.shutdown_timeout(PATIENCE);
    done?;
    Ok(ExitCode::SUCCESS)
}

/// Whether others than this machine's user may come: over the network, or through a server in front.
fn shared(args: &ServeArgs) -> bool {
    !args.listen.ip().is_loopback() || args.https || !args.hosts.is_empty()
}

/// Names we answer to. Without accounts only this machine may come.
fn hosts(args: &ServeArgs, peopled: bool) -> Result<Vec<String>, String> {
    let ip = args.listen.ip();
    if shared(args) && !peopled {
        return Err("sans compte, Clausule ne répond qu'à cette machine. Invitez d'abord quelqu'un : clausule people \
                    invite adresse@exemple.fr --name \"Nom\" --role administrator"
            .to_owned());
    }
    if !ip.is_loopback() && args.hosts.is_empty() {
        return Err("dites sous quel nom le serveur est joint : --host clausule.exemple.fr".to_owned());
    }
    let own = match ip {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    };
    Ok(args.hosts.iter().cloned().chain([own, "localhost".to_owned()]).collect())
}

async fn serve(args: &ServeArgs, app: App, ways: daemon::Settings, post: Option<Post>) -> Result<(), String> {
    let taken = |e: std::io::Error| {
        format!("{} : impossible de répondre ici ({e}) ; choisissez un autre port avec --listen", args.listen)
    };
    let listener = TcpListener::bind(args.listen).await.map_err(taken)?;
    let address = format!("http://{}/", listener.local_addr().map_err(taken)?);
    web::jobs::resume(&app).await?;
    let (place, random) = (ways.place.clone(), ways.random);
    let mut daemon = Daemon::start(ways).await?;
    if let Some(post) = post {
        let stop = daemon.stopping();
        daemon.spawn(worker::run(post, place, random, stop));
    }
    println!("Clausule est prêt : {address}");
    println!("Rien ne quitte cette machine. Pour arrêter : Ctrl+C.");
    if args.open {
        open(&address);
    }
    let wrong = |e: std::io::Error| format!("le serveur s'est arrêté : {e}");
    let mut ended = signal(SignalKind::terminate()).map_err(wrong)?;
    let stop = async move {
        tokio::select! {
            _ = ended.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    let served = web::serve(listener, app, stop).await.map_err(wrong);
    daemon.stop().await;
    served?;
    println!("Arrêté.");
    Ok(())
}

/// Asks the desktop to show an address; where there is none the printed address remains.
fn open(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started =
        Command::new(program).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if started.is_err() {
        eprintln!("clausule : navigateur introuvable ; ouvrez vous-même {address}");
    }
}

/// The machine as the pages see it.
struct Machine {
    place: PlaceArgs,
    readers: Pool,
    editors: Pool,
    archives: Pool,
    provider: Option<Client>,
    ways: WayArgs,
}

impl Machine {
    fn new(args: &ServeArgs, provider: Option<Client>) -> Self {
        let [readers, editors, archives] = [input::bounds(!args.no_ocr), EDITING, UNPACKING].map(Pool::new);
        Self { place: args.place.clone(), readers, editors, archives, provider, ways: args.alerts.clone() }
    }

    fn edit<T: DeserializeOwned>(&self, order: &Order, bytes: &[u8]) -> Result<T, String> {
        let made: Result<T, RedlineError> = self.editors.ask(order, bytes.to_vec())?;
        made.map_err(|e| e.to_string())
    }
}

impl Host for Machine {
    fn now(&self) -> Timestamp {
        self.place.now()
    }

    fn random(&self) -> [u8; 32] {
        place::random()
    }

    fn log(&self, line: &str) {
        eprintln!("clausule : {line}");
    }

    fn read(&self, name: &str, bytes: Vec<u8>) -> Result<Document, String> {
        let order = Order::Read { name: name.to_owned() };
        let read: Result<Document, ReadError> = self.readers.ask(&order, bytes)?;
        read.map_err(|e| e.to_string())
    }

    fn unpack(&self, bytes: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>, String> {
        let taken: Result<_, BundleError> = self.archives.ask(&Order::Unpack, bytes)?;
        taken.map_err(|e| e.to_string())
    }

    fn open_word(&self, bytes: &[u8]) -> Result<Opened, String> {
        self.edit(&Order::Open, bytes)
    }

    fn redline(&self, bytes: &[u8], plan: &Plan, signature: &Signature) -> Result<(Applied, Document), String> {
        self.edit(&Order::Redline(plan.clone(), signature.clone()), bytes)
    }

    fn provider(&self) -> Option<&Client> {
        self.provider.as_ref()
    }

    fn call(&self, call: &Call) -> Result<(u16, Vec<u8>), String> {
        let (method, form) = call.form.as_deref().map_or(("GET", ""), |form| ("POST", form));
        let mut headers = call.headers.clone();
        if method == "POST" {
            headers.push(("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        }
        let url = daemon::net::Url::parse(&call.url)?;
        // The provider is the administrator's own choice: a private address is meant.
        let answer = daemon::net::exchange(&url, method, &headers, form.as_bytes(), true, ASKING)?;
        Ok((answer.status, answer.body))
    }

    fn relay(&self) -> Option<Relay> {
        let server = self.ways.smtp.clone()?;
        Some(Relay { server, from: self.ways.from.clone(), to: self.ways.to.clone() })
    }

    fn send_test(&self, to: &str) -> Result<(), String> {
        self.ways.send_test(to, &place::random(), self.now())
    }

    fn backups(&self, org: &str) -> Result<(String, Vec<Backup>), String> {
        backups::list(&self.place.of(org))
    }

    fn back_up(&self, org: &str) -> Result<(), String> {
        backups::make(&self.place.of(org))
    }
}
