//! The real server as a process of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// How long a server may take until it listens.
const READY_WITHIN: Duration = Duration::from_mins(1);

const READY_LINE: &str = "Affiant listens on http://";

/// Returns the program that the variable `AFFIANT_BIN` names; `cargo xtask test` sets it.
pub fn program() -> anyhow::Result<PathBuf> {
    let named = std::env::var_os("AFFIANT_BIN");
    let path = named.context("AFFIANT_BIN names no server; run `cargo xtask test`")?;
    Ok(PathBuf::from(path))
}

/// Returns a call of the program that takes no configuration from our environment.
pub fn command() -> anyhow::Result<Command> {
    Ok(command_of(&program()?))
}

/// Returns a call of another build of the program, likewise.
pub fn command_of(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AFFIANT_") {
            command.env_remove(name);
        }
    }
    // One pass, so that what is tested of passwords is not how long they take.
    command.env("AFFIANT_PASSWORD_PASSES", "1").stdin(Stdio::null());
    command
}

/// How to start a server.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Folder of the databases.
    pub data: PathBuf,
    /// Folder of the interviews.
    pub interviews: PathBuf,
    /// Further flags of `affiant serve`.
    pub flags: Vec<String>,
    /// Folder to start in.
    pub folder: PathBuf,
}

/// A server that runs; dropping it ends it at once.
#[derive(Debug)]
pub struct Server {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    /// Where it listens.
    pub address: SocketAddr,
    /// How long it took from the start of the process to the line that says it listens.
    pub ready_after: Duration,
}

impl Server {
    /// Starts a server on a free port of this machine and waits until it listens.
    ///
    /// Fails with what it printed when it ends before.
    pub fn start(setup: &Setup) -> anyhow::Result<Self> {
        Self::start_with(command()?, setup)
    }

    /// Starts a server by this call, which may name another program or set its environment.
    pub fn start_with(mut command: Command, setup: &Setup) -> anyhow::Result<Self> {
        let start = Instant::now();
        let mut child = command
            .arg("serve")
            .args(["--listen", "127.0.0.1:0"])
            .arg("--data")
            .arg(&setup.data)
            .arg("--interviews")
            .arg(&setup.interviews)
            .args(&setup.flags)
            .current_dir(&setup.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("the server did not start")?;
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (sender, ready) = channel();
        listen(child.stdout.take(), &lines, sender.clone());
        listen(child.stderr.take(), &lines, sender);
        match address(&ready) {
            Ok(address) => Ok(Self { child, lines, address, ready_after: start.elapsed() }),
            Err(error) => {
                drop(child.kill());
                drop(child.wait());
                Err(error.context(collected(&lines).join("\n")))
            }
        }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it printed so far.
    pub fn lines(&self) -> Vec<String> {
        collected(&self.lines)
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to stop.
    pub fn terminate(&self) -> anyhow::Result<()> {
        let call = format!("kill -TERM {}", self.child.id());
        let status = Command::new("sh").args(["-c", &call]).status()?;
        if !status.success() {
            bail!("the server cannot be told to stop");
        }
        Ok(())
    }

    /// Waits until it has ended.
    pub fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        Ok(self.child.wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to do.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Collects what comes out of the process; sends the address as soon as it is told.
fn listen(
    stream: Option<impl Read + Send + 'static>,
    lines: &Arc<Mutex<Vec<String>>>,
    ready: Sender<SocketAddr>,
) {
    let Some(stream) = stream else { return };
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let told = line.strip_prefix(READY_LINE).map(|it| it.trim_end_matches('/'));
            let address = told.and_then(|it| it.parse().ok());
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            if let Some(address) = address {
                let _ = ready.send(address);
            }
        }
    });
}

fn address(ready: &Receiver<SocketAddr>) -> anyhow::Result<SocketAddr> {
    ready.recv_timeout(READY_WITHIN).context("the server told no address")
}

fn collected(lines: &Mutex<Vec<String>>) -> Vec<String> {
    lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
