//! Starting, watching and stopping the workers: one for each folder, mailbox and probe in service, over all organisations.

use crate::folder::{self, Folder};
use crate::http::Machines;
use crate::keeper::Keeper;
use crate::limit::Limits;
use crate::lmtp::{self, Mailroom};
use crate::metrics::Metrics;
use crate::probe::Probe;
use crate::{Settings, imap};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Gate, Owned, Source, Way};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Sources are looked up this often: one that was revoked stops, a new one starts.
const SOURCES: Duration = Duration::from_secs(5);
/// Longest wait for workers to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// The daemon at work.
#[derive(Debug)]
pub struct Daemon {
    keeper: Keeper,
    thread: std::thread::JoinHandle<()>,
    machines: Machines,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// What every worker is given.
#[derive(Clone)]
struct Shared {
    keeper: Keeper,
    gate: Arc<Mutex<Gate>>,
    metrics: Arc<Metrics>,
    settings: Settings,
    stop: watch::Receiver<bool>,
}

impl Daemon {
    /// Starts everything.
    ///
    /// # Errors
    /// When the register can't be opened or an address can't be taken, in French.
    pub async fn start(settings: Settings) -> Result<Self, String> {
        let metrics = Arc::new(Metrics::default());
        let gate = Arc::new(Mutex::new(Gate::open(&settings.place).map_err(|e| e.to_string())?));
        let started =
            Keeper::start(settings.place.clone(), settings.random, Arc::clone(&settings.pdf), Arc::clone(&metrics));
        let (keeper, thread) = started.map_err(|e| format!("impossible de démarrer : {e}"))?;
        let (stop, stopped) = watch::channel(false);
        let machines = Machines {
            keeper: keeper.clone(),
            gate: Arc::clone(&gate),
            limits: Arc::new(Limits::default()),
            feeds: Arc::default(),
            metrics: Arc::clone(&metrics),
            place: settings.place.clone(),
            random: settings.random,
        };
        let mut tasks = JoinSet::new();
        if let Some(address) = settings.lmtp {
            if !address.ip().is_loopback() {
                return Err("LMTP ne s'ouvre que sur cette machine : --lmtp 127.0.0.1:2424".to_owned());
            }
            let (keeper, gate) = (keeper.clone(), Arc::clone(&gate));
            let room = Mailroom { keeper, gate, metrics: Arc::clone(&metrics), relay: settings.relay.clone() };
            let listening = lmtp::listen(address, room, stopped.clone()).await;
            listening.map_err(|e| format!("LMTP {address} : impossible d'écouter ici ({e})"))?;
        }
        if let Some(address) = settings.machines {
            let listener = tokio::net::TcpListener::bind(address).await;
            let listener = listener.map_err(|e| format!("{address} : impossible d'écouter ici ({e})"))?;
            let (router, mut stop) = (crate::http::router(machines.clone()), stopped.clone());
            tasks.spawn(async move {
                let ended = async move {
                    let _ = stop.changed().await;
                };
                let service = router.into_make_service_with_connect_info::<SocketAddr>();
                if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(ended).await {
                    tracing::error!(%error, "the machines' address is closed");
                }
            });
        }
        let shared = Shared { keeper: keeper.clone(), gate, metrics, settings, stop: stopped };
        tasks.spawn(supervise(shared));
        tracing::info!("started");
        Ok(Self { keeper, thread, machines, stop, tasks })
    }

    /// The routes for machines, to be served beside the pages.
    pub fn router(&self) -> axum::Router {
        crate::http::router(self.machines.clone())
    }

    /// The keeper, for other workers.
    #[must_use]
    pub fn keeper(&self) -> Keeper {
        self.keeper.clone()
    }

    /// Told `true` when everything must stop.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Runs one more worker; it must end when [`Daemon::stopping`] says so.
    pub fn spawn(&mut self, worker: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(worker);
    }

    /// Stops: nothing new is taken, what waits is filed, the ledger is signed.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(PATIENCE, all).await.is_err() {
            tracing::warn!("some workers did not end in time: what they had in hand is taken up at the next start");
            self.tasks.abort_all();
        }
        self.keeper.end().await;
        let thread = self.thread;
        let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        tracing::info!("stopped");
    }
}

/// Waits; `true` when it is time to stop.
async fn pause(stop: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => *stop.borrow(),
        _ = stop.changed() => true,
    }
}

/// Folders given on the command line, as sources of their own.
fn given(settings: &Settings) -> Vec<Owned> {
    let source = |dir: &PathBuf| Source {
        id: "watch".to_owned(),
        name: dir.display().to_string(),
        way: Way::Folder,
        contract: None,
        tool: None,
        zone: "Europe/Paris".to_owned(),
        settings: [("dir".to_owned(), serde_json::json!(dir))].into_iter().collect(),
        created: String::new(),
        revoked: None,
    };
    settings.watch.iter().map(|dir| Owned { org: settings.org.clone(), source: source(dir) }).collect()
}

/// A worker's organisation, source and folder.
type Key = (String, String, String);

async fn supervise(mut shared: Shared) {
    let mut running: HashMap<Key, (watch::Sender<bool>, JoinHandle<()>)> = HashMap::new();
    let key = |o: &Owned| (o.org.clone(), o.source.id.clone(), o.source.name.clone());
    loop {
        let gate = Arc::clone(&shared.gate);
        let found = tokio::task::spawn_blocking(move || gate.lock().unwrap_or_else(PoisonError::into_inner).fetched());
        match found.await {
            Ok(Ok(mut all)) => {
                all.extend(given(&shared.settings));
                running.retain(|known, (stop, task)| {
                    let wanted = all.iter().any(|o| key(o) == *known);
                    if !wanted {
                        let _ = stop.send(true);
                    }
                    wanted && !task.is_finished()
                });
                for owned in all {
                    running.entry(key(&owned)).or_insert_with(|| {
                        let (stop, stopped) = watch::channel(false);
                        let mut own = shared.clone();
                        own.stop = stopped;
                        (stop, tokio::spawn(work(owned, own)))
                    });
                }
            }
            Ok(Err(error)) => tracing::error!(%error, "the sources can't be read"),
            Err(error) => tracing::error!(%error, "the sources can't be read"),
        }
        if pause(&mut shared.stop, SOURCES).await {
            break;
        }
    }
    for (stop, _) in running.values() {
        let _ = stop.send(true);
    }
    for (_, (_, task)) in running {
        let _ = task.await;
    }
}

/// Logs a worker's trouble; it is tried again.
fn trouble(shared: &Shared, owned: &Owned, worker: &str, why: &str) {
    shared.metrics.count("clausule_worker_errors_total", worker);
    tracing::warn!(org = owned.org, source = owned.source.name, worker, why, "to be tried again");
}

async fn work(owned: Owned, mut shared: Shared) {
    match owned.source.way {
        Way::Folder => {
            let dir = owned.source.settings.get("dir").and_then(|d| d.as_str()).unwrap_or_default();
            let mut folder = Folder::new(PathBuf::from(dir), owned.clone());
            loop {
                let done = folder.round(&shared.keeper, &shared.metrics).await;
                let wait = match done {
                    Ok(_) => folder::EVERY,
                    Err(error) => {
                        trouble(&shared, &owned, "folder", &format!("dossier illisible : {error}"));
                        Duration::from_secs(30)
                    }
                };
                if pause(&mut shared.stop, wait).await {
                    return;
                }
            }
        }
        Way::Imap => mailbox(owned, shared).await,
        Way::Probe => probe(owned, shared).await,
        Way::Http | Way::Mail | Way::Glpi => {}
    }
}

async fn mailbox(owned: Owned, mut shared: Shared) {
    let settings = serde_json::Value::Object(owned.source.settings.clone());
    let settings: imap::Settings = match serde_json::from_value(settings) {
        Ok(settings) => settings,
        Err(error) => return trouble(&shared, &owned, "imap", &error.to_string()),
    };
    loop {
        let relay = shared.settings.relay.clone();
        let mut stop = shared.stop.clone();
        let done = tokio::select! {
            done = imap::round(&owned, &settings, &shared.keeper, relay.as_deref()) => done,
            _ = stop.changed() => return,
        };
        if let Err(why) = done {
            trouble(&shared, &owned, "imap", &why);
        }
        if pause(&mut shared.stop, Duration::from_secs(u64::from(settings.every.max(5)))).await {
            return;
        }
    }
}

async fn probe(owned: Owned, mut shared: Shared) {
    let folder = shared.settings.place.data.join("sondes");
    let mut probe = match Probe::open(owned.clone(), &folder) {
        Ok(probe) => probe,
        Err(why) => return trouble(&shared, &owned, "probe", &why),
    };
    while let Err(why) = probe.recover(&shared.keeper).await {
        trouble(&shared, &owned, "probe", &why);
        if pause(&mut shared.stop, probe.every()).await {
            return;
        }
    }
    loop {
        let start = crate::clock::tick();
        if let Err(why) = probe.round(&shared.keeper, &shared.metrics).await {
            trouble(&shared, &owned, "probe", &why);
        }
        if pause(&mut shared.stop, probe.every().saturating_sub(start.elapsed())).await {
            return;
        }
    }
}
