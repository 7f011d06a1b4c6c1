//! Datatypes and input types.

use crate::diagnostics;
use crate::parse::builder::Builder;
use crate::parse::fields::Draft;
use crate::parse::keys::nearest;
use crate::parse::yaml::Entry;
use crate::{CustomDatatype, Datatype, InputType, When};

/// Every name that `datatype` may have. Older ones say how the field is shown.
const DATATYPES: &[(&str, Datatype, InputType)] = &[
    ("text", Datatype::Text, InputType::Default),
    ("area", Datatype::Area, InputType::Default),
    ("integer", Datatype::Integer, InputType::Default),
    ("number", Datatype::Number, InputType::Default),
    ("float", Datatype::Number, InputType::Default),
    ("currency", Datatype::Currency, InputType::Default),
    ("date", Datatype::Date, InputType::Default),
    ("time", Datatype::Time, InputType::Default),
    ("datetime", Datatype::DateTime, InputType::Default),
    ("email", Datatype::Email, InputType::Default),
    ("password", Datatype::Password, InputType::Default),
    ("yesno", Datatype::YesNo, InputType::Default),
    ("yesnowide", Datatype::YesNoWide, InputType::Default),
    ("yesnoradio", Datatype::YesNoRadio, InputType::Default),
    ("yesnomaybe", Datatype::YesNoMaybe, InputType::Default),
    ("noyes", Datatype::NoYes, InputType::Default),
    ("noyeswide", Datatype::NoYes, InputType::Default),
    ("noyesradio", Datatype::NoYesRadio, InputType::Default),
    ("noyesmaybe", Datatype::NoYesMaybe, InputType::Default),
    ("boolean", Datatype::Boolean, InputType::Default),
    ("threestate", Datatype::YesNoMaybe, InputType::Default),
    ("radio", Datatype::Text, InputType::Radio),
    ("dropdown", Datatype::Text, InputType::Dropdown),
    ("combobox", Datatype::Text, InputType::Combobox),
    ("datalist", Datatype::Text, InputType::Datalist),
    ("hidden", Datatype::Text, InputType::Hidden),
    ("checkboxes", Datatype::Checkboxes, InputType::Default),
    ("multiselect", Datatype::Multiselect, InputType::Default),
    ("range", Datatype::Range, InputType::Default),
    ("object", Datatype::Object, InputType::Default),
    ("object_radio", Datatype::ObjectRadio, InputType::Default),
    ("object_checkboxes", Datatype::ObjectCheckboxes, InputType::Default),
    ("object_multiselect", Datatype::ObjectMultiselect, InputType::Default),
    ("file", Datatype::File, InputType::Default),
    ("files", Datatype::Files, InputType::Default),
    ("signature", Datatype::Signature, InputType::Default),
    ("raw", Datatype::Raw, InputType::Default),
];

/// Names of other systems, what is asked for instead, and why.
const SIMILAR: &[(&str, Datatype, &str)] = &[
    ("camera", Datatype::File, "people choose a file, which phones offer to photograph"),
    ("user", Datatype::File, "people choose a file, which phones offer to photograph"),
    ("environment", Datatype::File, "people choose a file, which phones offer to photograph"),
    ("camcorder", Datatype::File, "people choose a file, which phones offer to film"),
    ("microphone", Datatype::File, "people choose a file, which phones offer to record"),
    ("ml", Datatype::Text, "there is no machine learning"),
    ("mlarea", Datatype::Area, "there is no machine learning"),
];

const INPUT_TYPES: &[(&str, InputType)] = &[
    ("area", InputType::Area),
    ("radio", InputType::Radio),
    ("dropdown", InputType::Dropdown),
    ("combobox", InputType::Combobox),
    ("datalist", InputType::Datalist),
    // What it is fed by says `lookup`, without which it is told.
    ("ajax", InputType::Default),
    ("hidden", InputType::Hidden),
    ("password", InputType::Password),
    ("default", InputType::Default),
];

/// The names of `datatype`.
pub(super) fn names() -> Vec<&'static str> {
    DATATYPES.iter().map(|it| it.0).collect()
}

/// The names of `input type`.
pub(super) fn input_names() -> Vec<&'static str> {
    INPUT_TYPES.iter().map(|it| it.0).collect()
}

/// Reads `datatype` or `input type`.
pub(super) fn take(builder: &mut Builder<'_>, draft: &mut Draft, entry: &Entry) {
    let Some(name) = builder.word(entry) else { return };
    let span = entry.value.span;
    if entry.name() == "input type" {
        if let Some((_, input_type)) = INPUT_TYPES.iter().find(|it| it.0 == name) {
            draft.input_type = *input_type;
        } else {
            let near = nearest(&name, INPUT_TYPES.iter().map(|it| it.0));
            builder.report(diagnostics::unknown_input_type(span, &name, &near));
        }
    } else if let Some((_, datatype, input_type)) = DATATYPES.iter().find(|it| it.0 == name) {
        draft.datatype = *datatype;
        draft.input_type = *input_type;
    } else if let Some((_, datatype, why)) = SIMILAR.iter().find(|it| it.0 == name) {
        draft.datatype = *datatype;
        builder.report(diagnostics::similar_datatype(span, &name, why));
    } else {
        // Whether a plugin has it can be told when all files are read.
        builder.custom_datatypes.push((name.clone(), span));
        draft.custom = Some(CustomDatatype { name, span });
    }
}

/// Whether a field must be answered when it does not say so itself. A single check box that is not
/// ticked is an answer, and nobody can fill in what is hidden.
pub(super) fn required(datatype: Datatype, input_type: InputType) -> When {
    let is_box = matches!(datatype, Datatype::YesNo | Datatype::YesNoWide | Datatype::NoYes);
    if is_box || input_type == InputType::Hidden { When::Never } else { When::Always }
}
