//! A mail server that keeps what it takes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Takes mail on a port of this machine for as long as the test runs.
#[derive(Debug)]
pub struct Sink {
    /// Its address, as the setting `smtp` wants it.
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    taken: Mutex<Vec<String>>,
    /// How many it takes before it stops to answer.
    most: usize,
    is_full: AtomicBool,
}

impl Sink {
    /// A mail server that takes so many letters; whoever sends it one more waits for an answer.
    pub fn of(most: usize) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let shared =
            Arc::new(Shared { taken: Mutex::default(), most, is_full: AtomicBool::new(false) });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let shared = Arc::clone(&serving);
                // Whoever is gone before the end has sent nothing.
                thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Ok(Self { url, shared })
    }

    /// The letters that it took, each as it came.
    pub fn taken(&self) -> Vec<String> {
        self.shared.taken().clone()
    }

    /// Whether somebody waits whom it does not answer any more.
    pub fn is_full(&self) -> bool {
        self.shared.is_full.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn taken(&self) -> std::sync::MutexGuard<'_, Vec<String>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream.try_clone()?);
        let (mut line, mut letter) = (String::new(), None::<String>);
        stream.write_all(b"220 sink\r\n")?;
        while lines.read_line(&mut line)? > 0 {
            match &mut letter {
                Some(text) if line == ".\r\n" => {
                    if self.taken().len() >= self.most {
                        self.is_full.store(true, Ordering::SeqCst);
                        // Until whoever waits is gone.
                        line.clear();
                        while lines.read_line(&mut line)? > 0 {}
                        return Ok(());
                    }
                    self.taken().push(std::mem::take(text));
                    letter = None;
                    stream.write_all(b"250 taken\r\n")?;
                }
                Some(text) => text.push_str(&line),
                None if line == "DATA\r\n" => {
                    letter = Some(String::new());
                    stream.write_all(b"354 go on\r\n")?;
                }
                None => stream.write_all(b"250 well\r\n")?,
            }
            line.clear();
        }
        Ok(())
    }
}
