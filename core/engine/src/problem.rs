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
            Self::WrongFile => "accept",
            Self::Author => "validate",
        }
    }

    /// What the user is told. `label` is the field's name in plain text.
    pub fn message(&self, label: &str) -> String {
        let name = sentence(label);
        let small = inline(label);
        match self {
            Self::Empty => format!("Enter {small}"),
            Self::NotChosen => format!("Select {small}"),
            Self::UnknownChoice => format!("Select one of the choices for {small}"),
            Self::TooFew(least) => format!("Select at least {least} for {small}"),
            Self::TooMany(most) => format!("Select {most} or fewer for {small}"),
            Self::NoneAndOthers => {
                format!("Select what applies for {small}, or select “None of the above”")
            }
            Self::TooShort(least) => format!("{name} must be {least} characters or more"),
            Self::TooLong(most) => format!("{name} must be {most} characters or fewer"),
            Self::NotNumber => format!("{name} must be a number"),
            Self::NotWhole => format!("{name} must be a whole number"),
            Self::NotMoney => format!("{name} must be an amount of money, like 250 or 250.50"),
            Self::TooSmall(least) => format!("{name} must be {least} or more"),
            Self::TooLarge(most) => format!("{name} must be {most} or less"),
            Self::OffStep(step) => format!("{name} must be a multiple of {step}"),
            Self::DatePart(part) => format!("{name} must include a {part}"),
            Self::NotDate => format!("{name} must be a real date"),
            Self::TooEarly(first) => format!("{name} must be {first} or later"),
            Self::TooLate(last) => format!("{name} must be {last} or earlier"),
            Self::NotTime => format!("{name} must be a time, like 14:30"),
            Self::NotEmail => format!("{name} must be an email address, like name@example.com"),
            Self::WrongFile => format!("{name} must be a file of a kind this question takes"),
            Self::Author => format!("Check {small}"),
        }
    }
}

/// The label at the start of a sentence.
fn sentence(label: &str) -> String {
    let label = trimmed(label);
    let mut letters = label.chars();
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
    let label = label.trim().trim_end_matches([':', '?', '.']).trim();
    if label.is_empty() { "an answer" } else { label }
}
