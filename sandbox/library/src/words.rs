//! Words that depend on the language. English so far; another language is another table.

/// The first numbers in words.
const NUMBERS: [&str; 11] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// The first ordinals in words.
const ORDINALS: [&str; 11] = [
    "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth",
];

/// Months, January first.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Days of the week, Monday first.
pub(crate) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A number in words up to ten, in digits beyond.
pub(crate) fn number(of: i64) -> String {
    usize::try_from(of)
        .ok()
        .and_then(|it| NUMBERS.get(it))
        .map_or_else(|| of.to_string(), |it| (*it).to_owned())
}

/// An ordinal in words up to ten, in digits beyond.
pub(crate) fn ordinal(of: i64, in_words: bool) -> String {
    let word = usize::try_from(of).ok().and_then(|it| ORDINALS.get(it));
    if let (true, Some(word)) = (in_words, word) {
        return (*word).to_owned();
    }
    let ending = match (of % 100, of % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{of}{ending}")
}

/// The plural of a noun.
pub(crate) fn plural(noun: &str) -> String {
    let irregular = match noun.rsplit(' ').next().unwrap_or(noun) {
        "child" => Some("children"),
        "person" => Some("people"),
        "man" => Some("men"),
        "woman" => Some("women"),
        "foot" => Some("feet"),
        "tooth" => Some("teeth"),
        "wife" => Some("wives"),
        "life" => Some("lives"),
        _ => None,
    };
    if let Some(word) = irregular {
        let start = noun.rfind(' ').map_or(0, |it| it + 1);
        return format!("{}{word}", &noun[..start]);
    }
    let vowel_before_y = |it: &str| it.chars().rev().nth(1).is_some_and(|it| "aeiou".contains(it));
    if noun.ends_with('y') && !vowel_before_y(noun) {
        format!("{}ies", &noun[..noun.len() - 1])
    } else if noun.ends_with(['s', 'x', 'z']) || noun.ends_with("ch") || noun.ends_with("sh") {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

/// The singular of a noun.
pub(crate) fn singular(noun: &str) -> String {
    match noun {
        "children" => return "child".to_owned(),
        "people" => return "person".to_owned(),
        "men" => return "man".to_owned(),
        "women" => return "woman".to_owned(),
        _ => {}
    }
    if let Some(stem) = noun.strip_suffix("ies") {
        return format!("{stem}y");
    }
    for ending in ["ches", "shes", "xes", "zes", "sses"] {
        if noun.ends_with(ending) {
            return noun[..noun.len() - 2].to_owned();
        }
    }
    match noun.strip_suffix('s') {
        Some(stem) if !noun.ends_with("ss") => stem.to_owned(),
        _ => noun.to_owned(),
    }
}

/// The article before a noun, with the noun.
pub(crate) fn with_article(noun: &str) -> String {
    let lower = noun.to_lowercase();
    let sounds_like_consonant = ["uni", "use", "eu", "one"].iter().any(|it| lower.starts_with(it));
    let silent =
        ["hour", "honest", "honor", "honour", "heir"].iter().any(|it| lower.starts_with(it));
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u']);
    let article = if silent || (vowel && !sounds_like_consonant) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// The possessive of a name.
pub(crate) fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}’") } else { format!("{name}’s") }
}

/// Items as one phrase: `a, b, and c`.
pub(crate) fn join(items: &[String], and: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} {and} {second}"),
        [init @ .., last] => format!("{}, {and} {last}", init.join(", ")),
    }
}

/// The third person of a verb.
pub(crate) fn third_person(verb: &str) -> String {
    match verb {
        "be" => "is".to_owned(),
        "have" => "has".to_owned(),
        "do" => "does".to_owned(),
        "go" => "goes".to_owned(),
        _ => plural(verb),
    }
}

/// The past of a verb.
pub(crate) fn past(verb: &str) -> String {
    match verb {
        "be" => "was".to_owned(),
        "have" => "had".to_owned(),
        "do" => "did".to_owned(),
        "go" => "went".to_owned(),
        "pay" => "paid".to_owned(),
        "tell" => "told".to_owned(),
        "write" => "wrote".to_owned(),
        _ if verb.ends_with('e') => format!("{verb}d"),
        _ if verb.ends_with('y') && !verb.ends_with("ay") && !verb.ends_with("ey") => {
            format!("{}ied", &verb[..verb.len() - 1])
        }
        _ => format!("{verb}ed"),
    }
}
