//! Rhai's words in an author's language.

/// What a type of Rhai's is called, with its article.
pub(crate) fn kind(type_name: &str) -> &'static str {
    let plain = type_name.trim().trim_start_matches('&').trim_start_matches("mut ");
    match plain {
        "()" => "null",
        "bool" => "a boolean",
        "i64" | "int" => "an integer",
        "f64" | "float" => "a float",
        "decimal" => "a decimal",
        "array" => "a list",
        "map" => "a dictionary",
        "Fn" => "a closure",
        "range" | "range=" => "a range",
        _ => kind_by_part(plain),
    }
}

fn kind_by_part(name: &str) -> &'static str {
    /// Parts of names, the longer before what they contain.
    const PARTS: [(&str, &str); 13] = [
        ("Decimal", "a decimal"),
        ("DateTime", "a date with time"),
        ("Date", "a date"),
        ("Time", "a time"),
        ("Opaque", "an object"),
        ("Handle", "an object"),
        ("Place", "an object"),
        ("Caught", "an error"),
        ("FnPtr", "a closure"),
        ("Range", "a range"),
        ("Vec", "a list"),
        ("Map", "a dictionary"),
        ("Dynamic", "a value"),
    ];
    if ["char", "string", "String", "str"].iter().any(|it| name.contains(it)) {
        return "text";
    }
    PARTS.iter().find(|(part, _)| name.contains(part)).map_or("this", |(_, word)| word)
}

/// The candidate that `name` is most likely a slip of.
pub(crate) fn near<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let most = match name.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    candidates
        .map(|it| (strsim::damerau_levenshtein(name, it), it))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, it)| it)
}
