//! What every request shares: settings, the machine, the engine, the register.

use crate::ceremony::Waiting;
use crate::host::Host;
use crate::jobs::Queue;
use crate::overview::Overview;
use crate::provider::Provider;
use crate::trouble::Trouble;
use check::Engine;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{Place, Store};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Registers open at once, of all organisations.
const OPEN: usize = 4;
/// Passwords hashed at once.
const HASHING: usize = 2;
/// Among how many turns the keys of repeated requests are shared out.
const TURNS: usize = 64;

/// How the application was started.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the register is.
    pub place: Place,
    /// The organisation of a machine without accounts.
    pub org: String,
    /// The person of a machine without accounts, written into the ledger.
    pub person: String,
    /// Names under which the application is reached, without port; others are refused (DNS rebinding).
    pub hosts: Vec<String>,
    /// Whether browsers reach us over HTTPS, through a server in front: cookies then go no other way.
    pub secure: bool,
    /// Whether others than this machine's user may come: nobody is then let in without an account, even while there is none.
    pub shared: bool,
    /// Whether the server in front writes down whom it speaks for (`X-Forwarded-For`).
    pub proxied: bool,
}

/// The application's state; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    settings: Settings,
    host: Box<dyn Host>,
    engine: Engine,
    infos: report::Catalogue,
    idle: Mutex<HashMap<String, Vec<Store>>>,
    room: Semaphore,
    queue: Mutex<Queue>,
    peopled: AtomicBool,
    hashing: Semaphore,
    lists: Mutex<HashMap<String, Arc<Overview>>>,
    waiting: Waiting,
    provider: Provider,
    listing: tokio::sync::Mutex<()>,
    turns: Vec<tokio::sync::Mutex<()>>,
    secret: [u8; 32],
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "App({:?})", self.0.settings)
    }
}

impl App {
    /// An application over this machine.
    pub fn new(settings: Settings, host: Box<dyn Host>, engine: Engine) -> Self {
        let infos = report::Catalogue::from(&engine.catalogue);
        let peopled = AtomicBool::new(settings.shared);
        let secret = host.random();
        Self(Arc::new(Inner {
            settings,
            host,
            engine,
            infos,
            idle: Mutex::default(),
            room: Semaphore::new(OPEN),
            queue: Mutex::default(),
            peopled,
            hashing: Semaphore::new(HASHING),
            lists: Mutex::default(),
            waiting: Waiting::default(),
            provider: Provider::default(),
            listing: tokio::sync::Mutex::default(),
            turns: std::iter::repeat_with(tokio::sync::Mutex::default).take(TURNS).collect(),
            secret,
        }))
    }

    /// How it was started.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The machine.
    pub fn host(&self) -> &dyn Host {
        &*self.0.host
    }

    /// The engine with its catalogue.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The words of the points, for reports.
    pub fn infos(&self) -> &report::Catalogue {
        &self.0.infos
    }

    /// Works on the register of an organisation, off the threads that answer; a register is opened once and kept.
    ///
    /// # Errors
    /// What the register says, in words for users.
    pub async fn store<T: Send + 'static>(
        &self,
        org: &str,
        work: impl FnOnce(&mut Store) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Trouble> {
        let (app, org) = (self.clone(), org.to_owned());
        let _room = self.0.room.acquire().await.map_err(|_| Trouble::Broken("the register is closed".into()))?;
        let done = spawn_blocking(move || app.store_now(&org, work)).await;
        done.map_err(|e| Trouble::Broken(e.to_string()))?
    }

    /// The same on the calling thread, which must be allowed to block.
    ///
    /// # Errors
    /// As [`App::store`].
    pub fn store_now<T>(&self, org: &str, work: impl FnOnce(&mut Store) -> store::Result<T>) -> Result<T, Trouble> {
        let kept = self.idle().get_mut(org).and_then(Vec::pop);
        let mut store = match kept {
            Some(store) => store,
            None => Store::open(&self.0.settings.place, org, &|| self.0.host.random(), self.0.host.now())?,
        };
        let done = work(&mut store);
        // A register that failed may be in an unknown state; the next one is opened anew.
        if !matches!(done, Err(store::Error::Query(_) | store::Error::Open(_))) {
            self.idle().entry(org.to_owned()).or_default().push(store);
        }
        Ok(done?)
    }

    /// Whether there are accounts, so that everybody must sign in. Once so, it stays so.
    ///
    /// # Errors
    /// When the register can't be read.
    pub async fn is_peopled(&self) -> Result<bool, Trouble> {
        if self.0.peopled.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let count = self.store(&self.0.settings.org, Store::count_accounts_anywhere).await?;
        self.0.peopled.store(count > 0, Ordering::Relaxed);
        Ok(count > 0)
    }

    /// Hashes or verifies a password, off the threads that answer; few at once, for each takes 19 MiB.
    ///
    /// # Errors
    /// When the application is ending.
    pub async fn hash<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
        let _room = self.0.hashing.acquire().await.map_err(|_| Trouble::Broken("no room to hash".into()))?;
        spawn_blocking(work).await.map_err(|e| Trouble::Broken(e.to_string()))
    }

    /// Every contract of an organisation in a line, the worst first, as of today.
    ///
    /// # Errors
    /// When the register can't be read.
    pub async fn overview(&self, org: &str) -> Result<Arc<Overview>, Trouble> {
        let (known, today) = (self.lists().get(org).cloned(), self.today());
        if let Some(known) = known {
            let moved = self.store(org, |store| store.moved_since(i64::MAX)).await?;
            if known.holds(moved.size, today) {
                return Ok(known);
            }
        }
        // One makes it anew; the others wait and find it made.
        let _alone = self.0.listing.lock().await;
        let known = self.lists().get(org).cloned();
        let fresh = self.store(org, move |store| Overview::refresh(known, store, today)).await?;
        self.lists().insert(org.to_owned(), Arc::clone(&fresh));
        Ok(fresh)
    }

    /// The day in France.
    pub fn today(&self) -> follow::Day {
        let zone = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
        self.0.host.now().to_zoned(zone).date().into()
    }

    fn lists(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Overview>>> {
        self.0.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else works under this mark, and keeps others waiting while the answer is held.
    pub(crate) async fn turn(&self, mark: ledger::Digest) -> tokio::sync::MutexGuard<'_, ()> {
        let turns = &self.0.turns;
        turns[usize::from(mark.0[0]) % turns.len()].lock().await
    }

    /// Bytes that follow from a text and from a secret of this run, which is nowhere written.
    pub(crate) fn derived(&self, text: &str) -> ledger::Digest {
        ledger::Digest::of(&[&self.0.secret, text.as_bytes()].concat())
    }

    /// What was begun and waits for its answer.
    pub(crate) fn waiting(&self) -> &Waiting {
        &self.0.waiting
    }

    /// What is known of the provider of identities.
    pub(crate) fn provider(&self) -> &Provider {
        &self.0.provider
    }

    /// Who waits for what was brought to be read.
    pub(crate) fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, HashMap<String, Vec<Store>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
