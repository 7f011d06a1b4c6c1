//! The functions that every evaluation shares.

use std::any::TypeId;
use std::sync::LazyLock;

use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicFnPackage, BasicIteratorPackage, BasicMapPackage,
    BasicMathPackage, BasicStringPackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Dynamic, Module, Shared};

use crate::builtins::{any, getter, set};
use crate::state::Caught;
use crate::{calls, collections, dates, numbers, sort, texts};

/// Rhai's packages without the core of the language (it sleeps and exits), time, blobs and bit
/// fields; then ours, which replace some of Rhai's.
pub(crate) static PACKAGE: LazyLock<Shared<Module>> = LazyLock::new(|| {
    let mut module = Module::new();
    ArithmeticPackage::init(&mut module);
    LogicPackage::init(&mut module);
    BasicStringPackage::init(&mut module);
    BasicIteratorPackage::init(&mut module);
    BasicFnPackage::init(&mut module);
    BasicMathPackage::init(&mut module);
    BasicArrayPackage::init(&mut module);
    BasicMapPackage::init(&mut module);
    MoreStringPackage::init(&mut module);
    module.register_lazy_functions();
    numbers::add(&mut module);
    dates::add(&mut module);
    texts::add(&mut module);
    sort::add(&mut module);
    collections::add(&mut module);
    calls::add(&mut module);
    add_errors(&mut module);
    module.build_index();
    Shared::new(module)
});

/// What `catch` finds.
fn add_errors(module: &mut Module) {
    let caught = TypeId::of::<Caught>();
    for name in ["to_string".to_owned(), getter("message")] {
        set(module, &name, &[caught], |_, arguments| {
            let caught = arguments[0].read_lock::<Caught>();
            Ok(caught.map_or(Dynamic::UNIT, |it| it.0.message.clone().into()))
        });
    }
    // The language core, which is left out, has this one.
    set(module, "to_text", &[any()], |context, arguments| texts::shown(context, arguments[0]));
}
