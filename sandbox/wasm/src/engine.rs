//! The one engine of a program, and the thread that counts ticks.

use std::fmt;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::{Config, Enabled, OptLevel, PoolingAllocationConfig, Strategy};

use crate::limits::{Limits, MAX_TABLE};

/// How far apart the moments are at which a call that goes on is looked at.
pub const TICK: Duration = Duration::from_millis(5);

/// Stack of a component, in bytes.
const STACK: usize = 512 << 10;

/// Instances that there can be at once, in all steps of all people. Each needs addresses, not memory.
pub(crate) const AT_ONCE: u32 = 256;

/// Places in that room which stay mapped for the next instance of the same component while none is
/// there.
const WARM: u32 = 16;

/// Written bytes of a memory that are overwritten when its instance ends; more are given back to the
/// system.
const RESIDENT: usize = 128 << 10;

/// Compiles components and stops those that take too long. A program has one.
pub struct Engine {
    pub(crate) wasmtime: wasmtime::Engine,
    /// Why its instances take no turns in memory that stays mapped.
    without_pool: Option<String>,
    /// Dropping it ends the thread.
    stop: Option<Sender<()>>,
    ticking: Option<JoinHandle<()>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Starts an engine and its thread.
    ///
    /// Fails when this machine's processor is none that can be compiled for, or no thread begins.
    pub fn new() -> Result<Self, EngineError> {
        let (mut engine, without_pool) = match Self::of(config().allocation_strategy(pool())) {
            Ok(engine) => (engine, None),
            Err(why) => (Self::without_ticks()?, Some(why.to_string())),
        };
        let (stop, stopped) = channel::<()>();
        let ticked = engine.wasmtime.weak();
        let ticking = std::thread::Builder::new()
            .name("wasm-ticks".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                    let Some(engine) = ticked.upgrade() else { return };
                    engine.increment_epoch();
                }
            })
            .map_err(EngineError::Thread)?;
        engine.without_pool = without_pool;
        (engine.stop, engine.ticking) = (Some(stop), Some(ticking));
        Ok(engine)
    }

    /// An engine that compiles and runs nothing.
    pub(crate) fn without_ticks() -> Result<Self, EngineError> {
        Self::of(&config()).map_err(|it| EngineError::Setup(it.to_string()))
    }

    fn of(config: &Config) -> wasmtime::Result<Self> {
        let wasmtime = wasmtime::Engine::new(config)?;
        Ok(Self { wasmtime, without_pool: None, stop: None, ticking: None })
    }

    /// Why each instance gets memory of its own, which costs its first call several times as much, if
    /// that is so.
    pub fn why_no_pool(&self) -> Option<&str> {
        self.without_pool.as_deref()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(ticking) = self.ticking.take() {
            // It cannot panic; and if it did, the engine ends all the same.
            let _ = ticking.join();
        }
    }
}

/// Whether the system tells which pages of a component's memory were written, which makes giving a
/// memory to the next instance cheaper. It is asked once: a program that hides its memory from others
/// is told nothing any more, so it calls this before.
pub fn sees_own_pages() -> bool {
    PoolingAllocationConfig::is_pagemap_scan_available()
}

/// Why an engine did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The processor is none that can be compiled for.
    #[error("WebAssembly cannot be compiled on this machine: {0}")]
    Setup(String),
    /// No thread begins.
    #[error("the thread that counts ticks did not begin")]
    Thread(#[source] std::io::Error),
}

/// Everything off that components of ours do not need.
fn config() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK)
        .wasm_component_model(true)
        .wasm_backtrace_max_frames(None)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .wasm_custom_page_sizes(false);
    config
}

/// The room that instances take turns in, memory that stays mapped, which costs a fraction of mapping it
/// for each. There is none where addresses are short, as under a limit of a process. When one ends, its place is again as a new instance finds
/// it, before another gets it.
fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(AT_ONCE)
        .total_core_instances(AT_ONCE * 4)
        .total_memories(AT_ONCE)
        .total_tables(AT_ONCE * 2)
        .max_memory_size(Limits::default().memory)
        .max_tables_per_module(4)
        .table_elements(MAX_TABLE)
        .max_unused_warm_slots(WARM)
        .pagemap_scan(Enabled::Auto);
    // Without it nobody can tell which pages were written, and all of them would be.
    if sees_own_pages() {
        pool.linear_memory_keep_resident(RESIDENT).table_keep_resident(RESIDENT);
    }
    pool
}
