//! Components of the kind `functions`, made by hand.

use std::fmt::Write as _;

/// What `call` does in a component of [`functions`] so that it gives its first argument, a text, back.
pub const GIVES_BACK: &str = "(i32.store (i32.const 260) (i32.load (local.get 2)))
    (i32.store (i32.const 264) (i32.load offset=4 (local.get 2)))
    (i32.const 256)";

/// Where things lie in the memory of such a component: the list of functions, their records, what
/// they take, their names.
const LIST: usize = 16;
const RECORDS: usize = 64;
const TAKES: usize = 512;
const NAMES: usize = 1024;

/// The core module, as WAT, of a component that has these functions. Each takes so many arguments, one
/// or none, which are called `text`. `call` is the body of what is called for all of them: its locals
/// are place and length of the function's name, then those of the arguments; it gives the place of a
/// result, for which 256 is room.
pub fn functions(all: &[(&str, usize)], call: &str) -> String {
    let (mut records, mut names) = (String::new(), String::new());
    for (name, takes) in all {
        let place = NAMES + names.len();
        // Behind what it takes: that nothing is said of it.
        for word in [place, name.len(), TAKES, *takes, TAKES, 0] {
            records.push_str(&bytes(word));
        }
        names.push_str(name);
    }
    let list = bytes(RECORDS) + &bytes(all.len());
    let takes = bytes(TAKES + 8) + &bytes(4) + "text";
    let mut data = String::new();
    for (place, content) in [(LIST, list), (RECORDS, records), (TAKES, takes), (NAMES, names)] {
        // Writing to a string does not fail.
        let _ = write!(data, "(data (i32.const {place}) \"{content}\")");
    }
    format!(
        r#"(module
    (memory (export "memory") 1)
    (table 1 funcref)
    (global $free (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
        (local $at i32)
        (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
        (global.set $free (i32.add (local.get $at) (local.get 3)))
        (local.get $at))
    {data}
    (func (export "affiant:functions/calls@1.0.0#describe") (result i32) (i32.const {LIST}))
    (func $call (export "affiant:functions/calls@1.0.0#call")
        (param i32 i32 i32 i32) (result i32)
        {call}))"#
    )
}

/// A word as WAT writes its bytes.
fn bytes(word: usize) -> String {
    let word = u32::try_from(word).expect("the memory of a test is small");
    word.to_le_bytes().map(|it| format!("\\{it:02x}")).concat()
}
