//! Compiling in a process of its own, which ends when it takes too much.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{ScopedJoinHandle, scope, sleep};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, nice, setrlimit};

use crate::compiled::{Compiled, MAX_COMPONENT};
use crate::engine::Engine;
use crate::fault::LoadError;

/// Largest code that is taken, in bytes: Python's has 37 MB.
const MAX_CODE: u64 = 256 << 20;

/// Longest explanation that is taken, in bytes.
const MAX_WORDS: u64 = 4 << 10;

/// Our allocator reserves 1 GiB when it begins, which would count as memory that is used.
const RESERVES_NOTHING: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "0");

/// How often it is looked whether the process has ended.
const LOOK: Duration = Duration::from_millis(5);

/// The command of this program that compiles a component: see [`Apart::new`].
pub const COMPILE_COMMAND: &str = "compile-component";

/// The status of a process that was given no component.
const BROKEN: u8 = 3;

/// How much compiling one component may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompileLimits {
    /// Memory, in bytes of the address space.
    pub memory: u64,
    /// Time of a processor, in seconds.
    pub cpu: u64,
    /// Time altogether.
    pub deadline: Duration,
}

impl Default for CompileLimits {
    fn default() -> Self {
        Self { memory: 2 << 30, cpu: 60, deadline: Duration::from_secs(90) }
    }
}

/// Why a component was not compiled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// It is no component, or too large.
    #[error(transparent)]
    Refused(LoadError),
    /// It took more memory or time than it may.
    #[error("compiling the component takes more memory or time than it may")]
    OverLimit,
    /// The compiler cannot be started or talked to.
    #[error("the compiler does not run")]
    Unavailable(#[source] io::Error),
}

/// Compiles in a process of its own: a program that calls [`compile_for_parent`].
#[derive(Clone, Debug)]
pub struct Apart {
    /// The program, which is this one.
    pub(crate) program: PathBuf,
    /// What makes it compile.
    pub(crate) arguments: Vec<OsString>,
    /// How much it may take.
    pub(crate) limits: CompileLimits,
}

impl Apart {
    /// A compiler that is a program of ours, called as
    /// `PROGRAM compile-component --memory BYTES --cpu SECONDS`.
    pub fn new(program: PathBuf, limits: CompileLimits) -> Self {
        let (memory, cpu) = (limits.memory.to_string(), limits.cpu.to_string());
        let arguments = [COMPILE_COMMAND, "--memory", &memory, "--cpu", &cpu];
        Self { program, arguments: arguments.map(Into::into).to_vec(), limits }
    }

    /// Compiles a component. The process has nothing of ours: nothing of our environment, no open file; it reads
    /// the component and writes the code.
    ///
    /// Fails for what is no component, and when a limit is passed. Waits until it is done.
    pub fn compile(&self, component: &[u8]) -> Result<Compiled, CompileError> {
        if component.len() > MAX_COMPONENT {
            return Err(CompileError::Refused(LoadError::TooLarge(component.len())));
        }
        let child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env(RESERVES_NOTHING.0, RESERVES_NOTHING.1)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(CompileError::Unavailable)?;
        let ended = self.talk(child, component).map_err(CompileError::Unavailable)?;
        let Some(status) = ended.status else { return Err(CompileError::OverLimit) };
        if status.success() {
            return Ok(Compiled::trusted(ended.code));
        }
        match status.code() {
            Some(it) if it == i32::from(BROKEN) => {
                let words = String::from_utf8_lossy(&ended.words).into_owned();
                Err(CompileError::Refused(LoadError::Broken(words)))
            }
            Some(it) => {
                let error = io::Error::other(format!("it ended with the status {it}"));
                Err(CompileError::Unavailable(error))
            }
            // A signal is a limit: memory that is not given aborts it, time that is used up kills it.
            None => Err(CompileError::OverLimit),
        }
    }

    fn talk(&self, mut child: Child, component: &[u8]) -> io::Result<Ended> {
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let stderr = child.stderr.take();
        scope(|threads| {
            threads.spawn(move || {
                // One that does not listen says why when it ends.
                let _ = stdin.map(|mut it| it.write_all(component));
            });
            let code = threads.spawn(move || all(stdout, MAX_CODE));
            let words = threads.spawn(move || all(stderr, MAX_WORDS));
            let status = self.wait(&mut child)?;
            Ok(Ended { status, code: joined(code)?, words: joined(words)? })
        })
    }

    /// How the process ended, which it does; nothing when it had to be killed.
    fn wait(&self, child: &mut Child) -> io::Result<Option<ExitStatus>> {
        let begin = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(Some(status)),
                Ok(None) if begin.elapsed() < self.limits.deadline => sleep(LOOK),
                Ok(None) => {
                    child.kill()?;
                    child.wait()?;
                    return Ok(None);
                }
                Err(error) => {
                    let _ = child.kill();
                    return Err(error);
                }
            }
        }
    }
}

/// How a process ended, and what it wrote.
struct Ended {
    status: Option<ExitStatus>,
    code: Vec<u8>,
    words: Vec<u8>,
}

fn all(from: Option<impl Read>, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        from.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn joined(reading: ScopedJoinHandle<'_, io::Result<Vec<u8>>>) -> io::Result<Vec<u8>> {
    reading.join().unwrap_or_else(|_| Err(io::Error::other("a thread ended early")))
}

/// What the process of [`Apart`] does: takes no more than its limits from now on, reads a component,
/// and writes its code. What it returns is the status to end with.
///
/// # Errors
///
/// Fails when it cannot be limited, read or write.
pub fn compile_for_parent(
    limits: &CompileLimits,
    input: impl Read,
    mut output: impl Write,
    mut words: impl Write,
) -> io::Result<u8> {
    limit(limits)?;
    let component = all(Some(input), MAX_COMPONENT as u64 + 1)?;
    let compiled = Engine::without_ticks().map_err(io::Error::other)?.precompile(&component);
    match compiled {
        Ok(code) => {
            output.write_all(code.bytes())?;
            output.flush()?;
            Ok(0)
        }
        Err(LoadError::Broken(why)) => {
            words.write_all(why.as_bytes())?;
            Ok(BROKEN)
        }
        Err(other) => {
            words.write_all(other.to_string().as_bytes())?;
            Ok(BROKEN)
        }
    }
}

fn limit(limits: &CompileLimits) -> io::Result<()> {
    let exactly = |it: u64| Rlimit { current: Some(it), maximum: Some(it) };
    setrlimit(Resource::Core, exactly(0))?;
    setrlimit(Resource::As, exactly(limits.memory))?;
    setrlimit(Resource::Cpu, exactly(limits.cpu))?;
    // It opens no file and starts no process from here on; and others go first.
    setrlimit(Resource::Fsize, exactly(0))?;
    nice(10)?;
    Ok(())
}
