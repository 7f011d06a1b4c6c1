//! How a process that compiles can end. That the real one does is tested with the server's program.

use std::time::Duration;

use crate::{Apart, CompileError, CompileLimits, LoadError};

/// A shell in the place of a compiler.
fn shell(script: &str, deadline: Duration) -> Apart {
    Apart {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        limits: CompileLimits { deadline, ..CompileLimits::default() },
    }
}

fn compile(script: &str) -> Result<Vec<u8>, CompileError> {
    let compiled = shell(script, Duration::from_mins(1)).compile(b"a component");
    compiled.map(|it| it.bytes().to_vec())
}

#[test]
fn what_it_writes_is_the_code() {
    assert_eq!(compile("cat").unwrap(), b"a component");
    // One that reads nothing is none the worse for it.
    assert_eq!(compile("echo -n code").unwrap(), b"code");
}

#[test]
fn it_has_nothing_of_ours() {
    assert_eq!(compile("echo -n $HOME$PATH | grep -c cargo; pwd").unwrap(), b"0\n/\n");
}

#[test]
fn what_it_says_of_a_broken_component_is_told() {
    let refused = compile("echo -n 'not this' >&2; exit 3");
    let Err(CompileError::Refused(LoadError::Broken(words))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(words, "not this");
    // However much it is.
    let refused = compile("head -c 100000 /dev/zero | tr '\\0' 'a' >&2; exit 3");
    let Err(CompileError::Refused(LoadError::Broken(words))) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(words.len(), 4096);
}

#[test]
fn one_that_is_killed_passed_a_limit() {
    for signal in ["KILL", "XCPU", "ABRT", "SEGV"] {
        let ended = compile(&format!("kill -{signal} $$"));
        assert!(matches!(ended, Err(CompileError::OverLimit)), "{signal}: {ended:?}");
    }
}

#[test]
fn one_that_never_ends_is_ended() {
    for script in ["exec sleep 1000", "while :; do :; done"] {
        let ended = shell(script, Duration::from_millis(50)).compile(b"a component");
        assert!(matches!(ended, Err(CompileError::OverLimit)), "{ended:?}");
    }
}

#[test]
fn one_that_breaks_off_is_no_limit() {
    assert!(matches!(compile("exit 101"), Err(CompileError::Unavailable(_))));
    let none = Apart { program: "/nowhere/compiler".into(), ..shell("", Duration::ZERO) };
    assert!(matches!(none.compile(b"a component"), Err(CompileError::Unavailable(_))));
}

#[test]
fn what_is_too_large_is_not_even_sent() {
    let apart = Apart { program: "/nowhere/compiler".into(), ..shell("", Duration::ZERO) };
    let refused = apart.compile(&vec![0; 25 << 20]);
    assert!(matches!(refused, Err(CompileError::Refused(LoadError::TooLarge(_)))));
}
