//! The keeper: one thread that owns the registers and files what comes in. Several proofs that wait are one commit; each is
//! answered after it. Whatever comes in is bounded: by number, and by bytes held in memory.

use crate::{MOST, Metrics, Random, ReadPdf, clock};
use jiff::Zoned;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{Error, Filed, Incoming, Place, Store};
use tokio::runtime::Runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Most proofs of one commit.
const TOGETHER: usize = 64;
/// Most proofs and other work waiting.
const WAITING: usize = 256;
/// Bytes of proofs held in memory, in KiB: four of the largest.
const ROOM: u32 = 4 * (MOST as u32 >> 10);
/// The ledger is signed this often while it moves.
const SIGN_EVERY: Duration = Duration::from_secs(60);

/// A proof as it came in.
#[derive(Debug, Clone, Default)]
pub struct Arrival {
    /// The organisation.
    pub org: String,
    /// Its name, without folders.
    pub name: String,
    /// Its bytes as received.
    pub bytes: Vec<u8>,
    /// What the command wrote to its error output.
    pub stderr: Option<Vec<u8>>,
    /// The command's exit code.
    pub exit_code: Option<i32>,
    /// The connector declared.
    pub tool: Option<String>,
    /// The zone of times written without one.
    pub zone: Option<String>,
    /// The way in: `http`, `mail`, `folder`, `agent`, `probe`.
    pub via: &'static str,
    /// What is known of its origin.
    pub origin: Map<String, Value>,
    /// The contract it is for, where the source says so.
    pub contract: Option<String>,
    /// Tells apart two proofs with the same bytes.
    pub occasion: String,
    /// The machine the sender names.
    pub host: Option<String>,
    /// When the sender says it ended (RFC 3339).
    pub ended: Option<String>,
    /// When we got it.
    pub received: Zoned,
}

/// Why a proof was not filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It never will be: what is wrong with it.
    Refused(String),
    /// Not now: to be sent again.
    Later(String),
}

impl Refusal {
    /// In words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Refused(text) | Self::Later(text) => text,
        }
    }

    fn of(error: &Error) -> Self {
        match error {
            Error::Absent(text) | Error::Refused(text) => Self::Refused(text.clone()),
            other => Self::Later(other.to_string()),
        }
    }
}

/// Part of the room that one source may hold: whatever it sends, and however slowly, the others have the rest.
const SHARE: u32 = ROOM / 2;

/// A source's part of the room.
pub(crate) type Share = OwnedSemaphorePermit;

/// Room held for a proof's bytes; given back when its last holder lets it go.
#[derive(Debug, Clone)]
pub struct Room {
    _all: Arc<OwnedSemaphorePermit>,
    _share: Option<Arc<Share>>,
}

/// Work on a register besides filing, done on the keeper's thread.
pub type Work = Box<dyn FnOnce(Result<&mut Store, &Error>) + Send>;

struct Waiting {
    arrival: Box<Arrival>,
    text: Option<String>,
    answer: oneshot::Sender<Result<Filed, Refusal>>,
    /// The room it takes, given back when it is done with.
    _room: Option<Room>,
}

/// What so many bytes take of a room that has `most`.
fn wanted(bytes: usize, most: u32) -> u32 {
    u32::try_from(bytes >> 10).unwrap_or(most).clamp(1, most)
}

enum Job {
    File(Waiting),
    Work(String, Work),
    End,
}

/// A handle to the keeper.
#[derive(Clone)]
pub struct Keeper {
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
    shares: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    pdf: ReadPdf,
    metrics: Arc<Metrics>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Keeper")
    }
}

impl Keeper {
    /// Starts the thread. It ends, everything signed, when [`Keeper::end`] is called.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(
        place: Place,
        random: Random,
        pdf: ReadPdf,
        metrics: Arc<Metrics>,
    ) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (jobs, inbox) = mpsc::channel(WAITING);
        let desk = Desk { place, random, stores: HashMap::new(), metrics: Arc::clone(&metrics), moved: false };
        // A timer of the thread's own: the ledger is signed in time even if nothing more comes.
        let timer = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let run = move || desk.run(inbox, &timer, SIGN_EVERY);
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(run)?;
        let room = Arc::new(Semaphore::new(ROOM as usize));
        Ok((Self { jobs, room, shares: Arc::default(), pdf, metrics }, thread))
    }

    /// Waits for room for so many bytes, to be had before they are read and given to [`Keeper::file`] with the proof.
    pub async fn room(&self, bytes: usize) -> Option<Room> {
        self.room_within(None, bytes).await
    }

    /// The same within the share that a source already holds.
    pub(crate) async fn room_within(&self, share: Option<Share>, bytes: usize) -> Option<Room> {
        let all = Arc::clone(&self.room).acquire_many_owned(wanted(bytes, ROOM)).await.ok()?;
        Some(Room { _all: Arc::new(all), _share: share.map(Arc::new) })
    }

    /// Waits until a source may hold so many bytes more.
    pub(crate) async fn share(&self, source: &str, bytes: usize) -> Option<Share> {
        let own = {
            let mut all = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(source.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(SHARE as usize))))
        };
        own.acquire_many_owned(wanted(bytes, SHARE)).await.ok()
    }

    /// Files a proof. It is on the disk when this gives `Ok`.
    ///
    /// # Errors
    /// Why it is not, for good or for now.
    pub async fn file(&self, arrival: Arrival, room: Option<Room>) -> Result<Filed, Refusal> {
        let via = arrival.via;
        self.metrics.wait(1);
        let done = self.ask(arrival, room).await;
        self.metrics.wait(-1);
        let counted = match &done {
            Ok(filed) if filed.duplicate => "clausule_proofs_duplicate_total",
            Ok(_) => "clausule_proofs_filed_total",
            Err(Refusal::Refused(_)) => "clausule_proofs_refused_total",
            Err(Refusal::Later(_)) => "clausule_proofs_deferred_total",
        };
        self.metrics.count(counted, via);
        done
    }

    async fn ask(&self, arrival: Arrival, room: Option<Room>) -> Result<Filed, Refusal> {
        let stopping = || Refusal::Later("le service s'arrête".to_owned());
        if arrival.bytes.len() > MOST {
            return Err(Refusal::Refused(format!("plus de {} Mio : envoyez un extrait", MOST >> 20)));
        }
        let room = match room {
            Some(room) => Some(room),
            None => self.room(arrival.bytes.len()).await,
        };
        let text = if arrival.bytes.starts_with(b"%PDF-") {
            let (read, bytes) = (Arc::clone(&self.pdf), arrival.bytes.clone());
            // A PDF that kills its reader has no text: the fact says so.
            Some(tokio::task::spawn_blocking(move || read(bytes)).await.unwrap_or_default())
        } else {
            None
        };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { arrival: Box::new(arrival), text, answer, _room: room };
        self.jobs.send(Job::File(waiting)).await.map_err(|_| stopping())?;
        answered.await.map_err(|_| stopping())?
    }

    /// Runs work on an organisation's register and gives what it gives.
    ///
    /// # Errors
    /// When the register can't be opened, the work failed, or the daemon stops.
    pub async fn with<T: Send + 'static>(
        &self,
        org: &str,
        work: impl FnOnce(&mut Store) -> store::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let (answer, answered) = oneshot::channel();
        let work: Work = Box::new(move |store| {
            let done = store.map_err(|e| e.to_string()).and_then(|s| work(s).map_err(|e| e.to_string()));
            // Nobody waits any more: what was done stays done.
            let _ = answer.send(done);
        });
        let stopping = "le service s'arrête";
        self.jobs.send(Job::Work(org.to_owned(), work)).await.map_err(|_| stopping)?;
        answered.await.map_err(|_| stopping)?
    }

    /// Whether its thread still takes work.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.jobs.is_closed()
    }

    /// Asks the thread to end once what waits is done.
    pub async fn end(&self) {
        let _ = self.jobs.send(Job::End).await;
    }
}

/// The thread's own side.
struct Desk {
    place: Place,
    random: Random,
    stores: HashMap<String, Store>,
    metrics: Arc<Metrics>,
    /// Whether the ledger moved since it was signed.
    moved: bool,
}

impl Desk {
    fn run(mut self, mut inbox: mpsc::Receiver<Job>, timer: &Runtime, every: Duration) {
        let mut signed = clock::tick();
        'open: loop {
            let mut batch = Vec::new();
            let mut next = if self.moved {
                let wait = every.saturating_sub(signed.elapsed());
                match timer.block_on(async { tokio::time::timeout(wait, inbox.recv()).await }) {
                    Ok(None) => break,
                    Ok(first) => first,
                    Err(_) => None,
                }
            } else {
                match inbox.blocking_recv() {
                    None => break,
                    first => first,
                }
            };
            while let Some(job) = next.take() {
                match job {
                    Job::File(waiting) => {
                        batch.push(waiting);
                        if batch.len() < TOGETHER {
                            next = inbox.try_recv().ok();
                        }
                    }
                    Job::Work(org, work) => {
                        self.file(std::mem::take(&mut batch));
                        self.moved = true;
                        match self.store(&org) {
                            Ok(store) => work(Ok(store)),
                            Err(error) => work(Err(&error)),
                        }
                    }
                    Job::End => {
                        self.file(batch);
                        break 'open;
                    }
                }
            }
            self.file(batch);
            self.sign_after(every, &mut signed);
        }
        self.sign_after(Duration::ZERO, &mut signed);
    }

    fn sign_after(&mut self, age: Duration, signed: &mut Instant) {
        if !self.moved || signed.elapsed() < age {
            return;
        }
        self.moved = false;
        for (org, store) in &mut self.stores {
            if let Err(error) = store.sign() {
                tracing::error!(org, %error, "the ledger could not be signed");
                self.moved = true;
            }
        }
        *signed = clock::tick();
    }

    fn store(&mut self, org: &str) -> Result<&mut Store, Error> {
        if !self.stores.contains_key(org) {
            let store = Store::open(&self.place, org, &self.random, clock::now())?;
            self.stores.insert(org.to_owned(), store);
        }
        self.stores.get_mut(org).ok_or_else(|| Error::Absent(org.to_owned()))
    }

    /// Files what waits, one commit an organisation.
    fn file(&mut self, batch: Vec<Waiting>) {
        let mut orgs: Vec<(String, Vec<Waiting>)> = Vec::new();
        for waiting in batch {
            let org = &waiting.arrival.org;
            match orgs.iter_mut().find(|(o, _)| o == org) {
                Some((_, own)) => own.push(waiting),
                None => orgs.push((org.clone(), vec![waiting])),
            }
        }
        for (org, own) in orgs {
            match self.commit(&org, &own) {
                Ok(done) => own.into_iter().zip(done).for_each(|(w, filed)| self.answer(w, filed)),
                Err(refusal) if own.len() == 1 => {
                    own.into_iter().for_each(|w| self.answer(w, Err(refusal.clone())));
                }
                // One of them may be to blame: each on its own.
                Err(_) => own.into_iter().for_each(|w| {
                    let one = [w];
                    let done = self.commit(&org, &one).and_then(|mut d| d.pop().unwrap_or_else(lost));
                    one.into_iter().for_each(|w| self.answer(w, done.clone()));
                }),
            }
        }
    }

    fn commit(&mut self, org: &str, own: &[Waiting]) -> Result<Vec<Result<Filed, Refusal>>, Refusal> {
        let now = clock::now();
        let store = self.store(org).map_err(|e| Refusal::of(&e))?;
        let proofs: Vec<(Incoming, &Zoned)> = own.iter().map(|w| (w.incoming(), &w.arrival.received)).collect();
        // A reader that panics on one proof must not end the daemon; the register is opened anew.
        let done = catch_unwind(AssertUnwindSafe(|| store.file_all(&proofs, now)));
        let Ok(done) = done else {
            self.stores.remove(org);
            tracing::error!(org, "a proof made the reader fail");
            return Err(Refusal::Refused("cette preuve ne peut pas être lue".to_owned()));
        };
        let done = done.map_err(|error| {
            tracing::error!(org, %error, "proofs could not be stored");
            Refusal::of(&error)
        })?;
        let done = own.iter().zip(done).map(|(w, filed)| {
            let mut filed = filed?;
            let by = w.arrival.origin.get("source_name").and_then(Value::as_str).unwrap_or_default();
            store.settle(&mut filed, w.arrival.contract.as_deref(), by, now)?;
            Ok(filed)
        });
        let done = done.map(|d: store::Result<Filed>| d.map_err(|e| Refusal::of(&e))).collect();
        self.moved = true;
        self.metrics.committed(now.as_second());
        Ok(done)
    }

    fn answer(&self, waiting: Waiting, done: Result<Filed, Refusal>) {
        let Arrival { org, via, bytes, origin, .. } = &*waiting.arrival;
        let source = origin.get("source").and_then(Value::as_str).unwrap_or_default();
        match &done {
            Ok(filed) => tracing::info!(
                org,
                via,
                source,
                proof = filed.proof,
                duplicate = filed.duplicate,
                bytes = bytes.len(),
                "filed"
            ),
            Err(refusal) => tracing::warn!(org, via, source, bytes = bytes.len(), why = refusal.text(), "not filed"),
        }
        // The sender may be gone: the proof is filed all the same, and known as a duplicate when it comes again.
        let _ = waiting.answer.send(done);
    }
}

fn lost() -> Result<Filed, Refusal> {
    Err(Refusal::Later("rien n'a été enregistré".to_owned()))
}

impl Waiting {
    fn incoming(&self) -> Incoming<'_> {
        let a = &*self.arrival;
        Incoming {
            name: &a.name,
            bytes: &a.bytes,
            text: self.text.as_ref().map(String::as_bytes),
            stderr: a.stderr.as_deref(),
            exit_code: a.exit_code,
            source: a.tool.as_deref(),
            zone: a.zone.as_deref(),
            via: a.via,
            origin: a.origin.clone(),
            contract: a.contract.as_deref(),
            occasion: &a.occasion,
            host: a.host.as_deref(),
            ended: a.ended.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests;
