//! Ports for the servers that tests start: below those that the system gives to connections, so that no connection of another
//! test, nor of the test itself while it waits for its server, takes one meanwhile.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

/// A port of this machine where nobody listens; this process is given it once.
pub fn free() -> u16 {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let mut tried = (0..10_000).map(|_| {
        let place = process::id().wrapping_mul(97).wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
        20_000 + (place % 12_000) as u16
    });
    let open = |port: &u16| {
        let here = (Ipv4Addr::LOCALHOST, *port);
        TcpListener::bind(here).is_ok() && UdpSocket::bind(here).is_ok()
    };
    tried.find(open).expect("a free port")
}
