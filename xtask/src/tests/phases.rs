//! Which phases run.

use crate::phase::{Phase, plan};
use crate::shell::find_program;

#[test]
fn every_phase_runs_when_none_is_chosen() {
    assert_eq!(plan(Phase::ALL, &[], &[]), Phase::ALL);
}

#[test]
fn chosen_phase_brings_what_it_needs() {
    let expected = [Phase::Tools, Phase::Build, Phase::Browser];
    assert_eq!(plan(Phase::ALL, &[Phase::Browser], &[]), expected);
}

#[test]
fn skipped_phase_stays_out_even_when_another_needs_it() {
    let expected = [Phase::Tools, Phase::Test];
    assert_eq!(plan(Phase::ALL, &[Phase::Test], &[Phase::Build]), expected);
}

#[test]
fn every_phase_comes_after_what_it_needs() {
    for (at, phase) in Phase::ALL.iter().enumerate() {
        assert!(phase.needs().iter().all(|it| Phase::ALL[..at].contains(it)), "{phase:?}");
    }
}

#[test]
fn program_is_found_in_the_search_path_only() {
    let folder = env!("CARGO_MANIFEST_DIR");
    assert!(find_program("Cargo.toml", Some(folder.into())).is_some());
    assert!(find_program("Cargo.toml", Some("/nowhere".into())).is_none());
    assert!(find_program("Cargo.toml", None).is_none());
}
