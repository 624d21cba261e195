//! Processes apart for a program that serves: a few work at once, the others wait their turn, idle ones are kept for the next file.

use crate::isolate::{Bounds, Isolate, Order};
use serde::de::DeserializeOwned;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Processes of one kind that work at once: each may take all the memory that its bounds allow.
const AT_ONCE: usize = 4;
/// Idle processes kept for the next file.
const KEPT: usize = 2;

/// Processes with the same bounds.
pub struct Pool {
    bounds: Bounds,
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    working: usize,
    idle: Vec<Isolate>,
}

/// Gives the turn back, whatever happens meanwhile.
struct Turn<'a>(&'a Pool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().working -= 1;
        self.0.ended.notify_one();
    }
}

impl Pool {
    /// No process is started before it is needed.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, state: Mutex::default(), ended: Condvar::new() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has something done in a process apart, when it is this caller's turn.
    ///
    /// # Errors
    /// When the process can't be started, takes more than its bounds or breaks down.
    pub fn ask<T: DeserializeOwned>(&self, order: &Order, bytes: Vec<u8>) -> Result<T, String> {
        let mut state =
            self.ended.wait_while(self.lock(), |s| s.working >= AT_ONCE).unwrap_or_else(PoisonError::into_inner);
        state.working += 1;
        let own = state.idle.pop();
        drop(state);
        let _turn = Turn(self);
        let mut apart = own.unwrap_or_else(|| Isolate::new(self.bounds));
        let answer = apart.ask(order, &Arc::new(bytes)).map_err(|e| e.to_string());
        let mut state = self.lock();
        if state.idle.len() < KEPT {
            state.idle.push(apart);
        }
        answer
    }
}
