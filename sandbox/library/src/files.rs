//! Methods of uploaded files and of documents.

use affiant_guest::{Object, Path, Stop, Value};

use crate::registry::{Call, Function, Method, needed};
use crate::session::percent_encoded;

/// The functions of this file.
pub(crate) fn functions() -> Vec<Function> {
    vec![Function::new(
        "url_for",
        const { &[needed("file")] },
        "A link to an uploaded file, for whoever can see this interview. Also `file.url_for()`.",
        url_for,
    )]
}

/// The methods of this file.
pub(crate) fn methods() -> Vec<Method> {
    vec![
        Method::new("Document", "as_pdf", &[], "The document as PDF only.", |it, path| {
            only(it, path, "pdf")
        }),
        Method::new("Document", "as_docx", &[], "The document as DOCX only.", |it, path| {
            only(it, path, "docx")
        }),
    ]
}

/// `upload:ID`: the pages make an address of it, since a file opens only beside its session.
fn url_for(call: &Call<'_>) -> Result<Value, Stop> {
    match call.argument(0, "file") {
        Some(Value::File(file)) => {
            Ok(Value::Text(format!("upload:{}", percent_encoded(&file.id, b"-_"))))
        }
        Some(Value::Null | Value::Empty) => Ok(Value::text("")),
        _ => {
            Err(Stop::bad_call("`url_for` takes one uploaded file, such as `photo` or `photos[0]`"))
        }
    }
}

fn only(call: &Call<'_>, path: &Path, format: &str) -> Result<Value, Stop> {
    let mut document = Object::new("Document");
    for name in call.answers.attributes(path) {
        let value = call.answers.read(&path.attribute(&name))?;
        document.attributes.insert(name, value);
    }
    let formats = Value::List(vec![Value::text(format)]);
    document.attributes.insert("formats".to_owned(), formats);
    Ok(Value::Object(Box::new(document)))
}
