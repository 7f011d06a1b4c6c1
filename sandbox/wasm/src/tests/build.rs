//! Components of the kind `functions` from the body of one function.

use crate::Kind;
use crate::testing::wide;

/// A component of the kind `functions`.
pub(super) fn component(core: &str) -> Vec<u8> {
    wide(core, Kind::Functions)
}

/// A module with what the contract asks for, and `call` with this body: its parameters are the name
/// (0, 1) and the arguments (2, 3), its result lies in memory.
pub(super) fn calling(body: &str) -> String {
    module("", "", body)
}

/// The same, with imports, and with data and functions beside.
pub(super) fn module(imports: &str, beside: &str, body: &str) -> String {
    format!(
        r#"(module
            {imports}
            (memory (export "memory") 1)
            (global $free (mut i32) (i32.const 4096))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at
                    (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.set $free (i32.add (local.get $at) (local.get 3)))
                (block $fits
                    (br_if $fits
                        (i32.le_u
                            (global.get $free)
                            (i32.mul (memory.size) (i32.const 65536))))
                    (drop (memory.grow
                        (i32.add
                            (i32.div_u (local.get 3) (i32.const 65536))
                            (i32.const 1)))))
                (local.get $at))
            {beside}
            (func (export "affiant:functions/calls@1.0.0#describe") (result i32) (i32.const 16))
            (func (export "affiant:functions/calls@1.0.0#call")
                (param i32 i32 i32 i32) (result i32)
                {body}))"#
    )
}

/// A result in memory at 64: these nodes, which lie at 128, and how many.
pub(super) fn returning(nodes: &[u8], count: u32) -> String {
    let escaped = |bytes: &[u8]| bytes.iter().map(|it| format!("\\{it:02x}")).collect::<String>();
    let mut result = vec![0, 0, 0, 0];
    result.extend(128_u32.to_le_bytes());
    result.extend(count.to_le_bytes());
    let beside = format!(
        r#"(data (i32.const 64) "{}") (data (i32.const 128) "{}")"#,
        escaped(&result),
        escaped(nodes)
    );
    module("", &beside, "(i32.const 64)")
}

/// One node of 40 bytes: which kind, and what it holds.
pub(super) fn node(kind: u8, holds: &[u8]) -> Vec<u8> {
    let mut node = vec![kind, 0, 0, 0, 0, 0, 0, 0];
    node.extend(holds);
    node.resize(40, 0);
    node
}
