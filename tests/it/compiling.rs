//! The process that compiles components of plugins: it compiles, says what is wrong, and ends when a
//! component takes too much.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::Duration;

use affiant_tests::program;
use affiant_wasm::testing::Module;
use affiant_wasm::{
    Apart, COMPILE_COMMAND, Cache, CompileError, CompileLimits, Engine, Identity, Kind, LoadError,
    Plugin,
};

/// A length as binaries write it.
fn leb(mut it: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(it & 0x7f).expect("seven bits");
        it >>= 7;
        if it == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id][..], &leb(content.len()), content].concat()
}

/// A component of one function with this body, which takes and returns nothing and has one number.
fn of_body(body: &[u8]) -> Vec<u8> {
    let code = [&[1, 1, 0x7f][..], body, &[0x0b]].concat();
    let codes = [&[1][..], &leb(code.len()), &code].concat();
    let module = [
        b"\0asm\x01\0\0\0".to_vec(),
        section(1, &[1, 0x60, 0, 0]),
        section(3, &[1, 0]),
        section(5, &[1, 0, 1]),
        section(10, &codes),
    ]
    .concat();
    // The module, and an instance of it.
    let (module, instance) = (section(1, &module), section(2, &[1, 0, 0, 0]));
    [&b"\0asm\x0d\0\x01\0"[..], &module, &instance].concat()
}

/// What takes a compiler long, or much memory, for so few bytes.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let loads = [0x20, 0, 0x28, 2, 0, 0x21, 0].repeat(1_000_000);
    let blocks = [[0x02, 0x40].repeat(200_000), vec![0x0b; 200_000]].concat();
    let branches = {
        // Tables of branches inside of blocks.
        let table = [&[0x20, 0, 0x0e][..], &leb(5_000), &[0; 5_001]].concat();
        [&[0x02, 0x40][..], &table.repeat(1_000), &[0x0b]].concat()
    };
    vec![
        ("a million loads", of_body(&loads)),
        ("blocks in 200,000 blocks", of_body(&blocks)),
        ("five million branches", of_body(&branches)),
    ]
}

fn compiler(limits: CompileLimits) -> anyhow::Result<Apart> {
    Ok(Apart::new(program::program()?, limits))
}

fn good() -> Vec<u8> {
    Module { body: "unreachable".to_owned(), ..Module::default() }.component(Kind::Functions)
}

#[test]
fn a_component_is_compiled_apart_and_kept() -> anyhow::Result<()> {
    let (engine, folder) = (Engine::new()?, tempfile::tempdir()?);
    let cache = Cache::open(folder.path(), [7; 32])?;
    let apart = compiler(CompileLimits::default())?;
    let compiled = cache.compiled(&engine, &good(), |it| apart.compile(it))?;
    let who = || Identity { plugin: "org.example.test".to_owned(), version: "1.0.0".to_owned() };
    let plugin = Plugin::load_compiled(&engine, who(), &compiled, &BTreeSet::new())?;
    assert_eq!(plugin.kind(), Kind::Functions);

    // From now on nothing is compiled.
    let again = cache.compiled(&engine, &good(), |_| Err(CompileError::OverLimit))?;
    assert!(Plugin::load_compiled(&engine, who(), &again, &BTreeSet::new()).is_ok());
    Ok(())
}

#[test]
fn what_is_no_component_is_told_by_the_process_that_reads_it() -> anyhow::Result<()> {
    let apart = compiler(CompileLimits::default())?;
    for bytes in [&b"nothing"[..], b"", b"\0asm\x01\0\0\0"] {
        let refused = apart.compile(bytes);
        assert!(
            matches!(&refused, Err(CompileError::Refused(LoadError::Broken(why))) if !why.is_empty()),
            "{refused:?}"
        );
    }
    Ok(())
}

#[test]
fn a_bomb_is_stopped_by_the_time_that_it_may_take() -> anyhow::Result<()> {
    let limits = CompileLimits { cpu: 1, ..CompileLimits::default() };
    let ended = compiler(limits)?.compile(&bombs()[0].1);
    assert!(matches!(ended, Err(CompileError::OverLimit)), "{ended:?}");
    let limits = CompileLimits { deadline: Duration::from_millis(200), ..limits };
    let ended = compiler(limits)?.compile(&bombs()[0].1);
    assert!(matches!(ended, Err(CompileError::OverLimit)), "{ended:?}");
    Ok(())
}

#[test]
fn a_bomb_is_stopped_by_the_memory_that_it_may_take() -> anyhow::Result<()> {
    let limits = CompileLimits { memory: 512 << 20, cpu: 600, deadline: Duration::from_mins(10) };
    assert!(compiler(limits)?.compile(&good()).is_ok(), "what is good needs no more");
    let ended = compiler(limits)?.compile(&bombs()[0].1);
    assert!(matches!(ended, Err(CompileError::OverLimit)), "{ended:?}");
    Ok(())
}

#[test]
fn every_bomb_ends_and_takes_this_process_nowhere() -> anyhow::Result<()> {
    let limits = CompileLimits { memory: 1 << 30, cpu: 2, deadline: Duration::from_mins(1) };
    for (name, bomb) in bombs() {
        match compiler(limits)?.compile(&bomb) {
            Ok(_) | Err(CompileError::OverLimit | CompileError::Refused(_)) => {}
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
    Ok(())
}

#[test]
fn the_command_is_not_offered_and_takes_nothing_but_its_limits() -> anyhow::Result<()> {
    let help = program::command()?.arg("--help").output()?;
    assert!(!String::from_utf8_lossy(&help.stdout).contains(COMPILE_COMMAND));
    let bare = program::command()?.arg(COMPILE_COMMAND).stdin(Stdio::null()).output()?;
    assert!(!bare.status.success());
    assert!(String::from_utf8_lossy(&bare.stderr).contains("--memory"));
    Ok(())
}
