//! A connection with an end: whoever answers a byte at a time does not hold its asker.

use crate::clock;
use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Bytes that give a second more: the slowest pace borne once the time is over.
const PACE: u64 = 64 << 10;

/// A stream that fails when its time is over, however its bytes are spread. Large files get more time as they come.
#[derive(Debug)]
pub struct Paced {
    stream: TcpStream,
    start: Instant,
    time: Duration,
    moved: u64,
}

impl Paced {
    pub(crate) fn new(stream: TcpStream, time: Duration) -> Self {
        Self { stream, start: clock::tick(), time, moved: 0 }
    }

    /// The time left.
    fn left(&self) -> io::Result<Option<Duration>> {
        let all = self.time + Duration::from_secs(self.moved / PACE);
        let left = all.saturating_sub(self.start.elapsed());
        if left.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(Some(left)) }
    }
}

impl Read for Paced {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        let read = self.stream.read(bytes)?;
        self.moved += read as u64;
        Ok(read)
    }
}

impl Write for Paced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        let written = self.stream.write(bytes)?;
        self.moved += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use crate::net;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::time::Duration;

    #[test]
    fn an_answer_that_trickles_has_an_end() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("asked");
            // A byte each time well before a wait would end.
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n".iter().cycle().take(200) {
                if stream.write_all(&[*byte]).is_err() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        let mut stream = net::dial(address, Duration::from_millis(700)).expect("connected");
        let mut answer = Vec::new();
        let ended = stream.read_to_end(&mut answer).expect_err("no end of its own");
        assert_eq!(net::explain(&ended), "pas de réponse à temps");
        assert!(answer.len() < 100, "{}", answer.len());
        drop(stream);
        server.join().expect("it ends");
    }
}
