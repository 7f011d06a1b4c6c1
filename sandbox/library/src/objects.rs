//! What every object can do.

use affiant_guest::{Path, Segment, Stop, Value, is_identifier};

use crate::locale::{self, Locale};
use crate::new_object;
use crate::registry::{Call, Method, needed};

const CLASS: &str = "Object";

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    vec![
        Method::new(
            CLASS,
            "attribute_defined",
            const { &[needed("name")] },
            "Whether an attribute is known; never asks.",
            |it, path| Ok(Value::Bool(look(it, path)?.is_some())),
        ),
        Method::new(
            CLASS,
            "attr",
            const { &[needed("name")] },
            "An attribute if it is known, else nothing.",
            |it, path| Ok(look(it, path)?.unwrap_or(Value::Null)),
        ),
        Method::new(CLASS, "delattr", const { &[needed("name")] }, "Forgets attributes.", forget)
            .variadic(),
        Method::new(
            CLASS,
            "initializeAttribute",
            const { &[needed("name"), needed("class")] },
            "Makes an attribute a new object of a class, unless it is known.",
            initialize,
        ),
        Method::new(
            CLASS,
            "object_name",
            &[],
            "What the object’s variable is called.",
            |it, path| Ok(Value::Text(spoken(locale::of(it.answers), path))),
        ),
        Method::new(
            CLASS,
            "object_possessive",
            const { &[needed("thing")] },
            "What the object’s variable is called, and something of it.",
            |it, path| {
                let locale = locale::of(it.answers);
                let (owner, thing) = (spoken(locale, path), it.text(0, "thing")?);
                Ok(Value::Text(crate::words::possession(locale, &owner, &thing)))
            },
        ),
    ]
}

fn attribute(call: &Call<'_>, at: usize, path: &Path) -> Result<Path, Stop> {
    let name = call.text(at, "name")?;
    if is_identifier(&name) {
        return Ok(path.attribute(&name));
    }
    Err(Stop::bad_call("`name` must be the name of an attribute"))
}

fn look(call: &Call<'_>, path: &Path) -> Result<Option<Value>, Stop> {
    Ok(call.answers.peek(&attribute(call, 0, path)?))
}

fn forget(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    for at in 0..call.arguments.positional.len() {
        let attribute = attribute(call, at, path)?;
        if call.answers.peek(&attribute).is_some() {
            call.answers.remove(&attribute)?;
        }
    }
    Ok(Value::Null)
}

fn initialize(call: &Call<'_>, path: &Path) -> Result<Value, Stop> {
    let attribute = attribute(call, 0, path)?;
    let class = call.text(1, "class")?;
    let object = new_object(&class)
        .ok_or_else(|| Stop::bad_call("`class` must be the name of a standard class"))?;
    if call.answers.peek(&attribute).is_none() {
        call.answers.write(&attribute, Value::Object(Box::new(object)))?;
    }
    call.answers.read(&attribute)
}

/// `client.home_address` as `home address of client`; items by their place.
fn spoken(locale: &Locale, path: &Path) -> String {
    let mut text = path.root().replace('_', " ");
    for segment in path.segments() {
        text = match segment {
            Segment::Attribute(name) => crate::words::of(locale, &name.replace('_', " "), &text),
            Segment::Key(key) => crate::words::of(locale, key, &text),
            Segment::Index(at) => {
                let place = crate::words::ordinal(locale, as_int(*at).saturating_add(1), true);
                crate::words::item_of(locale, &place, &text)
            }
        };
    }
    text
}

/// A count or index as an author's number.
pub(crate) fn as_int(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
