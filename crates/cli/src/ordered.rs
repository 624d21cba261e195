//! Work shared between threads, the results handed over in order, never more than a few kept waiting.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Results that may wait for a slow one before them.
const WAITING: usize = 64;
/// Stack of a working thread, in bytes: that of a main thread.
const STACK: usize = 8 << 20;

/// Where the work stands.
struct State<T> {
    /// The next piece to be begun.
    next: usize,
    /// The next result to be handed over.
    due: usize,
    ready: BTreeMap<usize, T>,
    stopped: bool,
}

struct Line<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
}

/// Does `count` pieces of work in `jobs` threads, each thread with tools of its own, and hands the results to `each`
/// in order, in the calling thread. Stops at the first error of `each`.
///
/// # Errors
/// That of `each`, or that a thread could not be started.
pub fn in_order<W, T: Send>(
    count: usize,
    jobs: usize,
    tools: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, usize) -> T + Sync,
    mut each: impl FnMut(usize, T) -> Result<(), String>,
) -> Result<(), String> {
    if jobs <= 1 || count <= 1 {
        let mut tools = tools();
        return (0..count).try_for_each(|piece| each(piece, work(&mut tools, piece)));
    }
    let state = State { next: 0, due: 0, ready: BTreeMap::new(), stopped: false };
    let line = Line { state: Mutex::new(state), changed: Condvar::new() };
    thread::scope(|scope| {
        for _ in 0..jobs.min(count) {
            let serve = || line.serve(count, &mut tools(), &work);
            if let Err(error) = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, serve) {
                line.stop();
                return Err(format!("impossible de lancer un fil de travail : {error}"));
            }
        }
        let outcome = line.hand_over(count, &mut each);
        line.stop();
        outcome
    })
}

impl<T: Send> Line<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    fn serve<W>(&self, count: usize, tools: &mut W, work: &impl Fn(&mut W, usize) -> T) {
        let guard = StopOnPanic(self);
        while let Some(piece) = self.begin(count) {
            let result = work(tools, piece);
            self.lock().ready.insert(piece, result);
            self.changed.notify_all();
        }
        std::mem::forget(guard);
    }

    /// The next piece, once the results before it are not too many.
    fn begin(&self, count: usize) -> Option<usize> {
        let mut state = self.lock();
        loop {
            if state.stopped || state.next >= count {
                return None;
            }
            if state.next < state.due + WAITING {
                state.next += 1;
                return Some(state.next - 1);
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn hand_over(&self, count: usize, each: &mut impl FnMut(usize, T) -> Result<(), String>) -> Result<(), String> {
        for piece in 0..count {
            let mut state = self.lock();
            let result = loop {
                if let Some(result) = state.ready.remove(&piece) {
                    break result;
                }
                if state.stopped {
                    return Err("un fil de travail s'est arrêté : signalez ce fichier aux auteurs".into());
                }
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            };
            state.due = piece + 1;
            drop(state);
            self.changed.notify_all();
            each(piece, result)?;
        }
        Ok(())
    }
}

/// A thread that panics must not leave the others waiting for ever.
struct StopOnPanic<'l, T: Send>(&'l Line<T>);

impl<T: Send> Drop for StopOnPanic<'_, T> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_order_and_few_wait() {
        for jobs in [1, 2, 7] {
            let begun = AtomicUsize::new(0);
            let handed = AtomicUsize::new(0);
            let mut seen = Vec::new();
            let work = |_: &mut (), piece: usize| {
                begun.fetch_add(1, Ordering::SeqCst);
                // The first is slow: the others wait for it, but not all of them.
                while piece == 0 && jobs > 1 && begun.load(Ordering::SeqCst) < WAITING {
                    thread::yield_now();
                }
                piece * 2
            };
            let outcome = in_order(
                500,
                jobs,
                || (),
                work,
                |piece, result| {
                    handed.fetch_add(1, Ordering::SeqCst);
                    assert!(begun.load(Ordering::SeqCst) <= handed.load(Ordering::SeqCst) + WAITING);
                    seen.push((piece, result));
                    Ok(())
                },
            );
            assert_eq!(outcome, Ok(()));
            assert_eq!(seen, (0..500).map(|n| (n, 2 * n)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_stops_the_work() {
        let begun = AtomicUsize::new(0);
        let work = |_: &mut (), _| begun.fetch_add(1, Ordering::SeqCst);
        let outcome =
            in_order(10_000, 3, || (), work, |piece, _| if piece == 5 { Err("plein".into()) } else { Ok(()) });
        assert_eq!(outcome, Err("plein".to_owned()));
        assert!(begun.load(Ordering::SeqCst) < 200);
    }
}
