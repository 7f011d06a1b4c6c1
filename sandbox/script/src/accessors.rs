//! Getters and setters for the attribute names that one script uses.
//!
//! Rhai falls back to the indexer for a property without a getter, which cannot tell
//! `client.name` from `client["name"]` and is slower. So each script brings its own.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::sync::Arc;

use rhai::{Dynamic, Module};

use crate::builtins::{any, getter, set, setter, take};
use crate::handle::Handle;
use crate::place::{Place, Reader};
use crate::texts;
use crate::values::Opaque;

/// A module with accessors for `names`.
pub(crate) fn module(names: &BTreeSet<String>) -> Module {
    let mut module = Module::new();
    for name in names {
        add_getters(&mut module, name);
        add_setters(&mut module, name);
    }
    module.build_index();
    module
}

fn add_getters(module: &mut Module, name: &str) {
    let getter = getter(name);
    let named: Arc<str> = name.into();
    let it = Arc::clone(&named);
    set(module, &getter, &[TypeId::of::<Handle>()], move |_, arguments| {
        let handle = arguments[0].read_lock::<Handle>();
        handle.map_or(Ok(Dynamic::UNIT), |handle| handle.attribute(&it))
    });
    let it = Arc::clone(&named);
    set(module, &getter, &[TypeId::of::<Place>()], move |_, arguments| {
        let place = arguments[0].read_lock::<Place>();
        Ok(place.map_or(Dynamic::UNIT, |place| place.attribute(&it)))
    });
    let it = Arc::clone(&named);
    set(module, &getter, &[TypeId::of::<Reader>()], move |_, arguments| {
        let reader = arguments[0].read_lock::<Reader>();
        reader.map_or(Ok(Dynamic::UNIT), |reader| reader.attribute(&it))
    });
    set(module, &getter, &[TypeId::of::<Opaque>()], move |context, arguments| {
        texts::attribute(context, arguments[0], &named)
    });
}

fn add_setters(module: &mut Module, name: &str) {
    let setter = setter(name);
    let named: Arc<str> = name.into();
    let it = Arc::clone(&named);
    set(module, &setter, &[TypeId::of::<Handle>(), any()], move |_, arguments| {
        let value = take(arguments[1]);
        if let Some(handle) = arguments[0].read_lock::<Handle>() {
            handle.set_attribute(&it, value)?;
        }
        Ok(Dynamic::UNIT)
    });
    let it = Arc::clone(&named);
    set(module, &setter, &[TypeId::of::<Place>(), any()], move |_, arguments| {
        let value = take(arguments[1]);
        if let Some(place) = arguments[0].read_lock::<Place>() {
            place.set_attribute(&it, value)?;
        }
        Ok(Dynamic::UNIT)
    });
    set(module, &setter, &[TypeId::of::<Opaque>(), any()], move |context, arguments| {
        let value = take(arguments[1]);
        texts::set_attribute(context, arguments[0], &named, value)
    });
}
