//! The contracts as tests see them: every function that a component exports or imports, and how it
//! is written in WAT.

use std::sync::LazyLock;

use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Resolve, SizeAlign, Type, WorldId};

use crate::{Grant, Kind};

/// Where a result lies in the memory of a component.
pub const RESULT: u32 = 2048;
/// Where the host writes what it returns.
pub const RETURNED: u32 = 1024;
/// Where an `a` lies, which is a variable and a text.
const NAME: u32 = 512;
/// Where zeros lie: one node that is nothing, one empty header, one byte.
const ZEROS: u32 = 576;

/// The packages, those that others use first.
const PACKAGES: [&str; 8] = [
    include_str!("../../../../sdk/wit/host-1.0.0/host.wit"),
    include_str!("../../../../sdk/wit/functions-1.0.0/functions.wit"),
    include_str!("../../../../sdk/wit/logic-1.0.0/logic.wit"),
    include_str!("../../../../sdk/wit/field-1.0.0/field.wit"),
    include_str!("../../../../sdk/wit/analytics-1.0.0/analytics.wit"),
    include_str!("../../../../sdk/wit/lookup-1.0.0/lookup.wit"),
    include_str!("../../../../sdk/wit/delivery-1.0.0/delivery.wit"),
    include_str!("../../../../sdk/wit/assembly-1.0.0/assembly.wit"),
];

/// The contracts, with a world for each kind that imports all there is.
pub struct Contracts {
    pub resolve: Resolve,
    pub sizes: SizeAlign,
}

pub static CONTRACTS: LazyLock<Contracts> = LazyLock::new(|| {
    let mut resolve = Resolve::default();
    for package in PACKAGES {
        resolve.push_str("contract", package).expect("a contract is WIT");
    }
    let all = Grant::ALL.into_iter().map(Grant::interface).chain(crate::plugin::FREE);
    let imports: String = all.map(|it| format!("import {it};")).collect();
    let worlds: String = Kind::ALL
        .into_iter()
        .map(|it| format!("world {}-wide {{ {imports} export {}; }}", it.name(), it.contract()))
        .collect();
    resolve.push_str("wide", &format!("package test:wide; {worlds}")).expect("these are WIT");
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    Contracts { resolve, sizes }
});

/// A function at the border.
pub struct Crossing {
    /// The interface, with its version.
    pub interface: String,
    pub name: String,
    /// What it returns.
    pub result: Type,
    params: Vec<WasmType>,
    results: Vec<WasmType>,
}

impl Crossing {
    /// Its parameters and results as WAT.
    fn shape(&self) -> String {
        let of = |keyword: &str, types: &[WasmType]| match types {
            [] => String::new(),
            types => {
                let names: Vec<&str> = types.iter().map(|it| core(*it)).collect();
                format!("({keyword} {})", names.join(" "))
            }
        };
        format!("{} {}", of("param", &self.params), of("result", &self.results))
    }

    /// An import of it as `$imported`.
    pub fn import(&self) -> String {
        let (interface, name) = (&self.interface, &self.name);
        format!(r#"(import "{interface}" "{name}" (func $imported {}))"#, self.shape())
    }

    /// A call of it with arguments that can be read; what it returns lies at [`RETURNED`].
    pub fn call(&self) -> String {
        self.call_with(None)
    }

    /// The same with a length of our own in the place of this one of its lengths.
    pub fn call_with(&self, strange: Option<(usize, u32)>) -> String {
        let (mut lengths, mut pointers) = (0, 0);
        let last = self.params.len() - 1;
        let arguments = self.params.iter().enumerate().map(|(at, it)| match it {
            WasmType::Pointer if at == last => format!("(i32.const {RETURNED})"),
            WasmType::Pointer => {
                pointers += 1;
                format!("(i32.const {})", if pointers == 1 { NAME } else { ZEROS })
            }
            WasmType::Length => {
                lengths += 1;
                let length = strange.filter(|it| it.0 == lengths - 1).map_or(1, |it| it.1);
                format!("(i32.const {length})")
            }
            other => format!("({}.const 0)", core(*other)),
        });
        format!("(call $imported {})", arguments.collect::<String>())
    }

    /// How many lengths its arguments have.
    pub fn lengths(&self) -> usize {
        self.params.iter().filter(|it| matches!(it, WasmType::Length)).count()
    }

    /// The whole name of an export.
    pub fn export(&self) -> String {
        format!("{}#{}", self.interface, self.name)
    }
}

fn core(it: WasmType) -> &'static str {
    match it {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    }
}

fn crossings(interface: &str, variant: AbiVariant) -> Vec<Crossing> {
    let resolve = &CONTRACTS.resolve;
    let (id, _) = resolve
        .interfaces
        .iter()
        .find(|(id, _)| resolve.id_of(*id).as_deref() == Some(interface))
        .unwrap_or_else(|| panic!("{interface}"));
    let functions = resolve.interfaces[id].functions.values();
    let crossing = functions.map(|it| {
        let shape = resolve.wasm_signature(variant, it);
        assert!(!shape.indirect_params && shape.retptr, "{interface} {}", it.name);
        Crossing {
            interface: interface.to_owned(),
            name: it.name.clone(),
            result: it.result.expect("every function returns something"),
            params: shape.params,
            results: shape.results,
        }
    });
    crossing.collect()
}

/// What components of a kind export.
pub fn exports(kind: Kind) -> Vec<Crossing> {
    crossings(kind.contract(), AbiVariant::GuestExport)
}

/// What a grant lets components import.
pub fn imports(grant: Grant) -> Vec<Crossing> {
    crossings(grant.interface(), AbiVariant::GuestImport)
}

/// A kind of plugin that may import what a grant links.
pub fn kind_with(grant: Grant) -> Kind {
    Kind::ALL.into_iter().find(|it| it.grants().contains(&grant)).expect("no grant is for nobody")
}

/// The parts of a module of some kind that are not the same for all.
#[derive(Clone, Default)]
pub struct Module {
    pub imports: String,
    /// Data, tables, functions.
    pub beside: String,
    /// What `cabi_realloc` does first.
    pub allocating: String,
    /// What every export does.
    pub body: String,
}

impl Module {
    /// The text of a module of a kind.
    pub fn text(&self, kind: Kind) -> String {
        let Self { imports, beside, allocating, body } = self;
        let exports: String = exports(kind)
            .iter()
            .map(|it| format!(r#"(func (export "{}") {} {body})"#, it.export(), it.shape()))
            .collect();
        format!(
            r#"(module
                {imports}
                (memory (export "memory") 16)
                (data (i32.const {NAME}) "a")
                (global $free (mut i32) (i32.const 524288))
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                    (local $at i32)
                    {allocating}
                    (local.set $at
                        (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                    (global.set $free (i32.add (local.get $at) (local.get 3)))
                    (local.get $at))
                {beside}
                {exports})"#
        )
    }

    /// A component of it.
    pub fn component(&self, kind: Kind) -> Vec<u8> {
        wide(&self.text(kind), kind)
    }
}

/// A component of a module that can import everything.
pub fn wide(core: &str, kind: Kind) -> Vec<u8> {
    let world = format!("test:wide/{}-wide", kind.name());
    let (name, resolve) = (world.as_str(), &CONTRACTS.resolve);
    let packages: Vec<_> = resolve.packages.iter().map(|(id, _)| id).collect();
    let world = resolve.select_world(&packages, Some(name)).expect("each kind has a world");
    encoded(core, resolve, world).expect("a module that fits")
}

/// A component of a module.
fn encoded(core: &str, resolve: &Resolve, world: WorldId) -> Result<Vec<u8>, String> {
    let mut module = wat::parse_str(core).map_err(|it| it.to_string())?;
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8)
        .expect("a world fits into a module");
    // What is not valid is for the sandbox to find out.
    let encoder = ComponentEncoder::default().validate(false).module(&module);
    encoder.and_then(|mut it| it.encode()).map_err(|it| format!("{it:?}"))
}

/// A component of interfaces that are not ours, each named as in `wasi:cli/environment@0.2.0` and
/// with one function `f`.
pub fn foreign(imports: &[&str], exports: &[&str]) -> Vec<u8> {
    let mut resolve = Resolve::default();
    for whole in imports.iter().chain(exports) {
        let (name, version) = whole.split_once('@').expect("a version");
        let (package, interface) = name.split_once('/').expect("an interface");
        let text = format!("package {package}@{version}; interface {interface} {{ f: func(); }}");
        resolve.push_str("foreign", &text).expect("this is WIT");
    }
    let listed = |keyword: &str, names: &[&str]| {
        names.iter().map(|it| format!("{keyword} {it};")).collect::<String>()
    };
    let items = format!("{}{}", listed("import", imports), listed("export", exports));
    let text = format!("package test:w; world w {{ {items} }}");
    let package = resolve.push_str("w", &text).expect("this is WIT");
    let world = resolve.select_world(&[package], Some("w")).expect("there is one");
    let imported: String =
        imports.iter().map(|it| format!(r#"(import "{it}" "f" (func))"#)).collect();
    let exported: String =
        exports.iter().map(|it| format!(r#"(func (export "{it}#f"))"#)).collect();
    encoded(&format!("(module {imported} {exported})"), &resolve, world)
        .expect("a module that fits")
}
