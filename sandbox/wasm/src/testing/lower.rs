//! Values of a contract as bytes in the memory of a component, as the component model lays them out.

use wit_parser::{Int, SizeAlign, Type, TypeDefKind};

use super::contract::{CONTRACTS, RESULT};

/// A value without its type.
#[derive(Clone, Debug)]
pub enum Plain {
    /// A number, a truth, a letter.
    Number(u64),
    Text(Vec<u8>),
    List(Vec<Plain>),
    /// A record or tuple.
    Fields(Vec<Plain>),
    /// A case of a variant, enum, option or result, by its number.
    Case(u8, Option<Box<Plain>>),
    /// A pointer and a length, whatever lies there.
    Span(u32, u32),
}

impl Plain {
    pub fn text(it: &str) -> Self {
        Self::Text(it.as_bytes().to_vec())
    }

    pub fn case(number: u8, it: Self) -> Self {
        Self::Case(number, Some(Box::new(it)))
    }

    pub fn bare(number: u8) -> Self {
        Self::Case(number, None)
    }

    pub fn none() -> Self {
        Self::bare(0)
    }

    pub fn some(it: Self) -> Self {
        Self::case(1, it)
    }

    pub fn ok(it: Self) -> Self {
        Self::case(0, it)
    }

    pub fn err(it: Self) -> Self {
        Self::case(1, it)
    }

    /// A value of these nodes.
    pub fn value(nodes: Vec<Self>) -> Self {
        Self::Fields(vec![Self::List(nodes)])
    }

    /// A value that is a text.
    pub fn text_value(it: &str) -> Self {
        Self::value(vec![Self::case(5, Self::text(it))])
    }
}

/// A data segment with a value of this type at [`RESULT`].
pub fn data(ty: Type, plain: &Plain) -> String {
    let mut memory = Memory { sizes: &CONTRACTS.sizes, bytes: Vec::new() };
    let at = memory.room(ty, 1);
    memory.store(ty, plain, at);
    let escaped: String = memory.bytes.iter().map(|it| format!("\\{it:02x}")).collect();
    format!(r#"(data (i32.const {RESULT}) "{escaped}")"#)
}

struct Memory<'a> {
    sizes: &'a SizeAlign,
    bytes: Vec<u8>,
}

impl Memory<'_> {
    /// Room for so many of a type, which begins at what is returned.
    fn room(&mut self, ty: Type, count: usize) -> usize {
        let align = self.sizes.align(&ty).align_wasm32();
        let at = self.bytes.len().next_multiple_of(align);
        self.bytes.resize(at + self.sizes.size(&ty).size_wasm32() * count, 0);
        at
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn span(&mut self, at: usize, pointer: u32, length: u32) {
        self.put(at, &pointer.to_le_bytes());
        self.put(at + 4, &length.to_le_bytes());
    }

    fn store(&mut self, ty: Type, plain: &Plain, at: usize) {
        match (ty, plain) {
            (Type::Id(id), plain) => {
                let kind = &CONTRACTS.resolve.types[id].kind;
                self.store_defined(kind, plain, at);
            }
            (Type::String, Plain::Text(text)) => {
                let place = self.bytes.len();
                self.bytes.extend(text);
                self.span(at, address(place), count(text.len()));
            }
            (Type::String, Plain::Span(pointer, length)) => self.span(at, *pointer, *length),
            (ty, Plain::Number(number)) => {
                let size = self.sizes.size(&ty).size_wasm32();
                self.put(at, &number.to_le_bytes()[..size]);
            }
            other => panic!("{other:?}"),
        }
    }

    fn store_defined(&mut self, kind: &TypeDefKind, plain: &Plain, at: usize) {
        match (kind, plain) {
            (TypeDefKind::Type(it), plain) => self.store(*it, plain, at),
            (TypeDefKind::List(it), Plain::List(items)) => {
                let place = self.room(*it, items.len());
                let size = self.sizes.size(it).size_wasm32();
                for (number, item) in items.iter().enumerate() {
                    self.store(*it, item, place + number * size);
                }
                self.span(at, address(place), count(items.len()));
            }
            (TypeDefKind::List(_), Plain::Span(pointer, length)) => {
                self.span(at, *pointer, *length);
            }
            (TypeDefKind::Record(record), Plain::Fields(fields)) => {
                let types = record.fields.iter().map(|it| &it.ty);
                let offsets = self.sizes.field_offsets(types);
                assert_eq!(offsets.len(), fields.len());
                for ((offset, ty), field) in offsets.into_iter().zip(fields) {
                    self.store(*ty, field, at + offset.size_wasm32());
                }
            }
            (TypeDefKind::Variant(it), Plain::Case(number, payload)) => {
                let types: Vec<Option<Type>> = it.cases.iter().map(|it| it.ty).collect();
                self.case(&types, *number, payload.as_deref(), at);
            }
            (TypeDefKind::Enum(_), Plain::Case(number, None)) => self.put(at, &[*number]),
            (TypeDefKind::Option(it), Plain::Case(number, payload)) => {
                self.case(&[None, Some(*it)], *number, payload.as_deref(), at);
            }
            (TypeDefKind::Result(it), Plain::Case(number, payload)) => {
                self.case(&[it.ok, it.err], *number, payload.as_deref(), at);
            }
            other => panic!("{other:?}"),
        }
    }

    fn case(&mut self, types: &[Option<Type>], number: u8, payload: Option<&Plain>, at: usize) {
        self.put(at, &[number]);
        let offset = self.sizes.payload_offset(Int::U8, types.iter().map(Option::as_ref));
        if let Some(payload) = payload {
            let ty = types[usize::from(number)].expect("a case that holds something");
            self.store(ty, payload, at + offset.size_wasm32());
        }
    }
}

fn count(it: usize) -> u32 {
    u32::try_from(it).expect("memory is not so large")
}

fn address(offset: usize) -> u32 {
    RESULT + count(offset)
}
