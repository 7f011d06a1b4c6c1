//! How native functions are put into a module.

use std::any::TypeId;

use rhai::{Dynamic, EvalAltResult, FuncRegistration, Module, NativeCallContext, RhaiFunc, Shared};

pub(crate) type Outcome = Result<Dynamic, Box<EvalAltResult>>;

/// Puts a function of fixed types into `module`. A `Dynamic` type takes any value.
///
/// The first argument comes by reference and may be a constant; the others may be taken.
pub(crate) fn set(
    module: &mut Module,
    name: &str,
    types: &[TypeId],
    function: impl Fn(&NativeCallContext<'_>, &mut [&mut Dynamic]) -> Outcome + Send + Sync + 'static,
) {
    let function = RhaiFunc::Method {
        func: Shared::new(
            move |context: Option<NativeCallContext<'_>>, arguments: &mut [&mut Dynamic]| {
                match context {
                    Some(context) => function(&context, arguments),
                    None => Ok(Dynamic::UNIT),
                }
            },
        ),
        has_context: true,
        is_pure: true,
        is_volatile: false,
    };
    FuncRegistration::new(name).set_into_module_raw(module, types, function);
}

/// What Rhai calls the function behind `value[index]`.
pub(crate) const GET_INDEX: &str = "index$get$";

/// What Rhai calls the function behind `value[index] = other`.
pub(crate) const SET_INDEX: &str = "index$set$";

/// What Rhai calls the function behind `value.name`.
pub(crate) fn getter(name: &str) -> String {
    format!("get${name}")
}

/// What Rhai calls the function behind `value.name = other`.
pub(crate) fn setter(name: &str) -> String {
    format!("set${name}")
}

/// The type that stands for any value.
pub(crate) fn any() -> TypeId {
    TypeId::of::<Dynamic>()
}

/// Takes an argument out of its place.
pub(crate) fn take(argument: &mut Dynamic) -> Dynamic {
    std::mem::take(argument).flatten()
}
