//! Why an answer is refused, in words for the user.

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name; empty when the whole screen is refused.
    pub field: String,
    /// Part of the field to mark, for dates: `day`, `month`, `year`.
    pub part: Option<&'static str>,
    /// What to do, one sentence.
    pub message: String,
    /// The rule that was broken.
    pub problem: Problem,
}

/// The rules an answer can break. Limits are as the user would write them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Nothing was entered.
    Empty,
    /// Nothing was chosen.
    NotChosen,
    /// Not one of the choices.
    UnknownChoice,
    /// Too few boxes are ticked.
    TooFew(String),
    /// Too many boxes are ticked.
    TooMany(String),
    /// "None" together with something else.
    NoneAndOthers,
    /// Fewer characters than needed.
    TooShort(String),
    /// More characters than allowed.
    TooLong(String),
    /// Not a number.
    NotNumber,
    /// Not a whole number.
    NotWhole,
    /// Not an amount of money.
    NotMoney,
    /// Below the smallest value.
    TooSmall(String),
    /// Above the largest value.
    TooLarge(String),
    /// Not a multiple of the step.
    OffStep(String),
    /// A date without one of its parts.
    DatePart(&'static str),
    /// No such day.
    NotDate,
    /// Before the first day.
    TooEarly(String),
    /// After the last day.
    TooLate(String),
    /// Not a time of day.
    NotTime,
    /// Not an e-mail address.
    NotEmail,
    /// Not a file of the kind.
    WrongFile,
    /// A file with more bytes than are taken.
    FileTooLarge,
    /// A file of a kind that no question takes.
    FileKind,
    /// More files than the question takes.
    TooManyFiles(String),
    /// A picture with more points than are taken.
    PictureTooLarge,
    /// A picture that cannot be read.
    PictureDamaged,
    /// The session has as many files as it may have.
    NoRoomForFiles,
    /// The author's own rule.
    Author,
}

impl Problem {
    /// The author's name of the rule, for `validation messages`.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Empty | Self::NotChosen => "required",
            Self::UnknownChoice => "choices",
            Self::TooFew(_) => "minimum",
            Self::TooMany(_) => "maximum",
            Self::NoneAndOthers => "none of the above",
            Self::TooShort(_) => "minlength",
            Self::TooLong(_) => "maxlength",
            Self::NotNumber | Self::NotMoney => "number",
            Self::NotWhole => "integer",
            Self::TooSmall(_) | Self::TooEarly(_) => "min",
            Self::TooLarge(_) | Self::TooLate(_) => "max",
            Self::OffStep(_) => "step",
            Self::DatePart(_) | Self::NotDate => "date",
            Self::NotTime => "time",
            Self::NotEmail => "email",
            Self::WrongFile | Self::FileKind | Self::PictureDamaged => "accept",
            Self::FileTooLarge | Self::PictureTooLarge | Self::NoRoomForFiles => "file size",
            Self::TooManyFiles(_) => "maximum",
            Self::Author => "validate",
        }
    }

    /// What the user is told: the key of the catalogue, and the limit that is said.
    fn said(&self) -> (&'static str, &str) {
        match self {
            Self::Empty => ("error_empty", ""),
            Self::NotChosen => ("error_not_chosen", ""),
            Self::UnknownChoice => ("error_unknown_choice", ""),
            Self::TooFew(least) => ("error_too_few", least),
            Self::TooMany(most) => ("error_too_many", most),
            Self::NoneAndOthers => ("error_none_and_others", ""),
            Self::TooShort(least) => ("error_too_short", least),
            Self::TooLong(most) => ("error_too_long", most),
            Self::NotNumber => ("error_not_number", ""),
            Self::NotWhole => ("error_not_whole", ""),
            Self::NotMoney => ("error_not_money", ""),
            Self::TooSmall(least) => ("error_too_small", least),
            Self::TooLarge(most) => ("error_too_large", most),
            Self::OffStep(step) => ("error_off_step", step),
            Self::DatePart(part) => ("error_date_part", part),
            Self::NotDate => ("error_not_date", ""),
            Self::TooEarly(first) => ("error_too_early", first),
            Self::TooLate(last) => ("error_too_late", last),
            Self::NotTime => ("error_not_time", ""),
            Self::NotEmail => ("error_not_email", ""),
            Self::WrongFile => ("error_wrong_file", ""),
            Self::FileTooLarge => ("error_file_too_large", ""),
            Self::FileKind => ("error_file_kind", ""),
            Self::TooManyFiles(most) if most == "1" => ("error_one_file", ""),
            Self::TooManyFiles(most) => ("error_too_many_files", most),
            Self::PictureTooLarge => ("error_picture_too_large", ""),
            Self::PictureDamaged => ("error_picture_damaged", ""),
            Self::NoRoomForFiles => ("error_no_room_for_files", ""),
            Self::Author => ("error_author", ""),
        }
    }

    /// What the user is told. `label` is the field's name in plain text; `say` gives the words of
    /// the session's language for a key.
    pub fn message(&self, label: &str, say: &Say<'_>) -> String {
        let (key, limit) = self.said();
        let name = label.trim().trim_end_matches(':').trim_end();
        let name = if trimmed(name).is_empty() { say("an_answer", &[]) } else { name.to_owned() };
        let limit = match self {
            Self::DatePart(part) => say(part, &[]),
            _ => limit.to_owned(),
        };
        let none = match self {
            Self::NoneAndOthers => say("none_of_the_above", &[]),
            _ => String::new(),
        };
        let (small, large) = (inline(&name), sentence(&name));
        let given = [
            ("label", small.as_str()),
            ("Label", &large),
            ("name", &name),
            ("limit", &limit),
            ("part", &limit),
            ("none", &none),
        ];
        say(key, &given)
    }
}

/// Gives the words for a key, with what is given in the place of `{name}`.
pub type Say<'a> = dyn Fn(&str, &[(&str, &str)]) -> String + 'a;

/// The label at the start of a sentence.
fn sentence(label: &str) -> String {
    let mut letters = trimmed(label).chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The label inside a sentence: its first letter small, unless the word is all capitals or "I".
fn inline(label: &str) -> String {
    let label = trimmed(label);
    let first_word = label.split_whitespace().next().unwrap_or("");
    let keeps = first_word == "I"
        || first_word.chars().skip(1).any(char::is_uppercase)
        || first_word.chars().count() == 1;
    if keeps {
        return label.to_owned();
    }
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn trimmed(label: &str) -> &str {
    label.trim().trim_end_matches([':', '?', '.']).trim()
}
