//! One adapter for each kind: a trait of this crate as what the contract asks for.

mod logic;

use std::marker::PhantomData;

pub use logic::Logic;

use crate::kind;
use crate::value::{file_from_wire, from_wire, to_wire};
use crate::wire::analytics::exports::affiant::analytics::events;
use crate::wire::assembly::exports::affiant::assembly::documents;
use crate::wire::delivery::exports::affiant::delivery::deliveries;
use crate::wire::field::exports::affiant::field::datatypes;
use crate::wire::functions::exports::affiant::functions::calls;
use crate::wire::host::affiant::host::types as wit;
use crate::wire::lookup::exports::affiant::lookup::suggestions;

/// A plugin of functions as its contract wants it.
#[derive(Debug)]
pub struct Functions<T>(PhantomData<T>);

impl<T: kind::functions::Functions + 'static> calls::Guest for Functions<T> {
    fn describe() -> Vec<calls::Signature> {
        let signature = |it: kind::functions::Signature| calls::Signature {
            name: it.name,
            parameters: it.parameters,
            summary: it.summary,
        };
        T::describe().into_iter().map(signature).collect()
    }

    fn call(name: String, arguments: Vec<wit::Value>) -> Result<wit::Value, wit::Failure> {
        let arguments = arguments.into_iter().map(from_wire).collect();
        Ok(to_wire(T::call(&name, arguments)?))
    }
}

/// A plugin that learns as its contract wants it.
#[derive(Debug)]
pub struct Analytics<T>(PhantomData<T>);

impl<T: kind::analytics::Analytics + 'static> events::Guest for Analytics<T> {
    fn handle(events: Vec<events::Event>) -> Result<(), wit::Failure> {
        Ok(T::handle(events.into_iter().map(event).collect())?)
    }

    fn erase(pseudonym: String, account: Option<String>) -> Result<events::Erased, wit::Failure> {
        use kind::analytics::Erased;
        Ok(match T::erase(&pseudonym, account.as_deref())? {
            Erased::NothingHeld => events::Erased::NothingHeld,
            Erased::Forwarded(days) => events::Erased::Forwarded(days),
            Erased::NotSupported(why) => events::Erased::NotSupported(why),
        })
    }
}

fn event(it: events::Event) -> kind::analytics::Event {
    use kind::analytics::EventKind;
    let kind = match it.kind {
        events::Kind::InterviewStarted => EventKind::InterviewStarted,
        events::Kind::ScreenShown => EventKind::ScreenShown,
        events::Kind::InterviewFinished => EventKind::InterviewFinished,
    };
    kind::analytics::Event {
        kind,
        interview: it.interview,
        screen: it.screen,
        details: it.details.into_iter().map(|it| (it.name, it.value)).collect(),
        time: it.time,
        pseudonym: it.pseudonym,
        account: it.account,
    }
}

/// A plugin with types of fields as its contract wants it.
#[derive(Debug)]
pub struct Field<T>(PhantomData<T>);

impl<T: kind::field::Field + 'static> datatypes::Guest for Field<T> {
    fn describe() -> Vec<datatypes::Datatype> {
        T::describe().into_iter().map(datatype).collect()
    }

    fn parse(
        datatype: String,
        entered: String,
        language: String,
    ) -> Result<Result<wit::Value, String>, wit::Failure> {
        Ok(T::parse(&datatype, &entered, &language)?.map(to_wire))
    }

    fn show(datatype: String, value: wit::Value, language: String) -> Result<String, wit::Failure> {
        Ok(T::show(&datatype, from_wire(value), &language)?)
    }
}

fn datatype(it: kind::field::Datatype) -> datatypes::Datatype {
    use kind::field::InputMode;
    let input_mode = match it.hints.input_mode {
        InputMode::Text => datatypes::InputMode::Text,
        InputMode::Numeric => datatypes::InputMode::Numeric,
        InputMode::Decimal => datatypes::InputMode::Decimal,
        InputMode::Tel => datatypes::InputMode::Tel,
        InputMode::Email => datatypes::InputMode::Email,
    };
    let hints = datatypes::Hints {
        input_mode,
        autocomplete: it.hints.autocomplete,
        width: it.hints.width,
        longest: it.hints.longest,
        prefix: it.hints.prefix,
        suffix: it.hints.suffix,
    };
    datatypes::Datatype { name: it.name, hints, example: it.example }
}

/// A plugin that suggests as its contract wants it.
#[derive(Debug)]
pub struct Lookup<T>(PhantomData<T>);

impl<T: kind::lookup::Lookup + 'static> suggestions::Guest for Lookup<T> {
    fn sources() -> Vec<String> {
        T::sources()
    }

    fn suggest(it: suggestions::Question) -> Result<Vec<suggestions::Suggestion>, wit::Failure> {
        let question = kind::lookup::Question {
            source: it.source,
            typed: it.typed,
            language: it.language,
            most: it.most,
        };
        let suggestion = |it: kind::lookup::Suggestion| suggestions::Suggestion {
            label: it.label,
            value: to_wire(it.value),
        };
        Ok(T::suggest(question)?.into_iter().map(suggestion).collect())
    }
}

/// A plugin that delivers as its contract wants it.
#[derive(Debug)]
pub struct Delivery<T>(PhantomData<T>);

impl<T: kind::delivery::Delivery + 'static> deliveries::Guest for Delivery<T> {
    fn deliver(it: deliveries::Parcel) -> Result<deliveries::Outcome, wit::Failure> {
        use kind::delivery::Outcome;
        let parcel = kind::delivery::Parcel {
            id: it.id,
            to: it.to,
            details: it.details.into_iter().map(|it| (it.name, from_wire(it.value))).collect(),
            files: it.files.into_iter().map(file_from_wire).collect(),
        };
        Ok(match T::deliver(parcel)? {
            Outcome::Delivered(number) => deliveries::Outcome::Delivered(number),
            Outcome::Later(seconds) => deliveries::Outcome::Later(seconds),
            Outcome::Refused(why) => deliveries::Outcome::Refused(why),
        })
    }
}

/// A plugin that makes documents as its contract wants it.
#[derive(Debug)]
pub struct Assembly<T>(PhantomData<T>);

impl<T: kind::assembly::Assembly + 'static> documents::Guest for Assembly<T> {
    fn templates() -> Vec<String> {
        T::templates()
    }

    fn variables(template: String) -> Result<Vec<String>, wit::Failure> {
        Ok(T::variables(&template)?)
    }

    fn assemble(it: documents::Job) -> Result<documents::Document, wit::Failure> {
        let job = kind::assembly::Job {
            template: it.template,
            media_type: it.media_type,
            language: it.language,
        };
        let made = T::assemble(job)?;
        let kind::assembly::Document { name, media_type, content } = made;
        Ok(documents::Document { name, media_type, content })
    }
}
