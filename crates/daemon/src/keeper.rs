//! The keeper: one thread that owns the registers and files what comes in. Several proofs that wait are one commit; each is
//! answered after it. Whatever comes in is bounded: by number, and by bytes held in memory.

use crate::{MOST, Metrics, Random, ReadPdf, clock};
use jiff::Zoned;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use store::{Error, Filed, Incoming, Place, Store};
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

/// Room held for a proof's bytes; given back when its last holder lets it go.
pub type Room = Arc<OwnedSemaphorePermit>;

/// Work on a register besides filing, done on the keeper's thread.
pub type Work = Box<dyn FnOnce(Result<&mut Store, &Error>) + Send>;

struct Waiting {
    arrival: Box<Arrival>,
    text: Option<String>,
    answer: oneshot::Sender<Result<Filed, Refusal>>,
    /// The room it takes, given back when it is done with.
    _room: Option<Room>,
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
        let thread = std::thread::Builder::new().name("keeper".to_owned()).spawn(move || desk.run(inbox))?;
        Ok((Self { jobs, room: Arc::new(Semaphore::new(ROOM as usize)), pdf, metrics }, thread))
    }

    /// Waits for room for so many bytes, to be had before they are read and given to [`Keeper::file`] with the proof.
    pub async fn room(&self, bytes: usize) -> Option<Room> {
        let wanted = u32::try_from(bytes >> 10).unwrap_or(ROOM).clamp(1, ROOM);
        Arc::clone(&self.room).acquire_many_owned(wanted).await.ok().map(Arc::new)
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
    fn run(mut self, mut inbox: mpsc::Receiver<Job>) {
        let mut signed = clock::tick();
        'open: while let Some(first) = inbox.blocking_recv() {
            let mut batch = Vec::new();
            let mut next = Some(first);
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
            self.sign_after(SIGN_EVERY, &mut signed);
        }
        self.sign_after(Duration::ZERO, &mut signed);
    }

    fn sign_after(&mut self, age: Duration, signed: &mut Instant) {
        if !self.moved || signed.elapsed() < age {
            return;
        }
        for (org, store) in &mut self.stores {
            if let Err(error) = store.sign() {
                tracing::error!(org, %error, "the ledger could not be signed");
            }
        }
        (self.moved, *signed) = (false, clock::tick());
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
        self.moved = true;
        self.metrics.committed(now.as_second());
        Ok(done.into_iter().map(|d| d.map_err(|e| Refusal::of(&e))).collect())
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
