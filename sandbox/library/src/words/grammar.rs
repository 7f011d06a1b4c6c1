//! Forms of English nouns and verbs: rules, and the irregular words that are common in forms.

/// Nouns whose plural follows no rule.
const NOUNS: [(&str, &str); 24] = [
    ("child", "children"),
    ("person", "people"),
    ("man", "men"),
    ("woman", "women"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("wife", "wives"),
    ("life", "lives"),
    ("half", "halves"),
    ("leaf", "leaves"),
    ("knife", "knives"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("ox", "oxen"),
    ("hero", "heroes"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
    ("crisis", "crises"),
    ("basis", "bases"),
    ("analysis", "analyses"),
    ("criterion", "criteria"),
    ("series", "series"),
    ("sheep", "sheep"),
    ("fish", "fish"),
];

/// Verbs whose past follows no rule.
const VERBS: [(&str, &str); 52] = [
    ("be", "was"),
    ("begin", "began"),
    ("break", "broke"),
    ("bring", "brought"),
    ("build", "built"),
    ("buy", "bought"),
    ("come", "came"),
    ("cost", "cost"),
    ("cut", "cut"),
    ("do", "did"),
    ("draw", "drew"),
    ("drive", "drove"),
    ("eat", "ate"),
    ("fall", "fell"),
    ("feel", "felt"),
    ("fight", "fought"),
    ("find", "found"),
    ("get", "got"),
    ("give", "gave"),
    ("go", "went"),
    ("have", "had"),
    ("hear", "heard"),
    ("hit", "hit"),
    ("hold", "held"),
    ("hurt", "hurt"),
    ("keep", "kept"),
    ("know", "knew"),
    ("leave", "left"),
    ("lend", "lent"),
    ("lose", "lost"),
    ("make", "made"),
    ("mean", "meant"),
    ("meet", "met"),
    ("pay", "paid"),
    ("put", "put"),
    ("read", "read"),
    ("run", "ran"),
    ("say", "said"),
    ("see", "saw"),
    ("sell", "sold"),
    ("send", "sent"),
    ("show", "showed"),
    ("sign", "signed"),
    ("speak", "spoke"),
    ("spend", "spent"),
    ("stand", "stood"),
    ("take", "took"),
    ("teach", "taught"),
    ("tell", "told"),
    ("think", "thought"),
    ("win", "won"),
    ("write", "wrote"),
];

/// Puts another last word behind the words before it.
fn with_last(text: &str, change: impl FnOnce(&str) -> String) -> String {
    let start = text.rfind(' ').map_or(0, |it| it + 1);
    format!("{}{}", &text[..start], change(&text[start..]))
}

/// Puts another first word before the words behind it.
fn with_first(text: &str, change: impl FnOnce(&str) -> String) -> String {
    let end = text.find(' ').unwrap_or(text.len());
    format!("{}{}", change(&text[..end]), &text[end..])
}

fn ends_in_consonant_and_y(word: &str) -> bool {
    let mut letters = word.chars().rev();
    letters.next() == Some('y')
        && letters.next().is_some_and(|it| it.is_alphabetic() && !"aeiou".contains(it))
}

fn hisses(word: &str) -> bool {
    word.ends_with(['s', 'x', 'z']) || word.ends_with("ch") || word.ends_with("sh")
}

/// A word with an `s`.
fn with_s(word: &str) -> String {
    if ends_in_consonant_and_y(word) {
        format!("{}ies", &word[..word.len() - 1])
    } else if hisses(word) {
        format!("{word}es")
    } else {
        format!("{word}s")
    }
}

/// The plural of a noun; of several words, the last one's.
pub(crate) fn plural(noun: &str) -> String {
    with_last(noun, |word| {
        if word.is_empty() {
            return String::new();
        }
        let irregular = NOUNS.iter().find(|(singular, _)| *singular == word);
        irregular.map_or_else(|| with_s(word), |(_, plural)| (*plural).to_owned())
    })
}

/// The singular of a noun; of several words, the last one's.
pub(crate) fn singular(noun: &str) -> String {
    with_last(noun, |word| {
        if let Some((singular, _)) = NOUNS.iter().find(|(_, plural)| *plural == word) {
            return (*singular).to_owned();
        }
        if let Some(stem) = word.strip_suffix("ies").filter(|it| it.chars().count() > 1) {
            return format!("{stem}y");
        }
        for ending in ["ches", "shes", "xes", "zes", "sses"] {
            if word.ends_with(ending) {
                return word[..word.len() - 2].to_owned();
            }
        }
        match word.strip_suffix('s') {
            Some(stem) if !word.ends_with("ss") => stem.to_owned(),
            _ => word.to_owned(),
        }
    })
}

/// The article before a noun, with the noun.
pub(crate) fn with_article(noun: &str) -> String {
    /// Beginnings that are written with a vowel and said with a consonant.
    const CONSONANTS: [&str; 6] = ["uni", "use", "usu", "eu", "one", "ut"];
    /// Words that are written with a consonant and said with a vowel.
    const VOWELS: [&str; 5] = ["hour", "honest", "honor", "honour", "heir"];
    let lower = noun.to_lowercase();
    let starts = |with: &[&str]| with.iter().any(|it| lower.starts_with(it));
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u']) && !lower.starts_with("unin");
    let is_vowel = starts(&VOWELS)
        || lower.starts_with("unin")
        || lower.starts_with("utt")
        || (vowel && !starts(&CONSONANTS));
    format!("{} {noun}", if is_vowel { "an" } else { "a" })
}

/// The third person of a verb with what stands behind it.
pub(crate) fn third_person(verb: &str) -> String {
    with_first(verb, |word| match word {
        "" => String::new(),
        "be" => "is".to_owned(),
        "have" => "has".to_owned(),
        "do" => "does".to_owned(),
        "go" => "goes".to_owned(),
        _ => with_s(word),
    })
}

/// The past of a verb with what stands behind it.
pub(crate) fn past(verb: &str) -> String {
    with_first(verb, |word| {
        if let Some((_, past)) = VERBS.iter().find(|(verb, _)| *verb == word) {
            return (*past).to_owned();
        }
        match word {
            "" => String::new(),
            _ if word.ends_with('e') => format!("{word}d"),
            _ if ends_in_consonant_and_y(word) => format!("{}ied", &word[..word.len() - 1]),
            _ => format!("{word}ed"),
        }
    })
}
