//! What was answered in a session, by page.

use std::collections::BTreeMap;

use affiant_account::Unlocked;
use affiant_backend::SessionRow;
use affiant_document::markdown;
use affiant_engine::{Moment, Screen, State, Step};
use affiant_runtime::Loaded;
use affiant_vault::KeySet;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::{id_of, value};
use crate::app::App;
use crate::day::day;
use crate::error::WebError;
use crate::session::parts::state_of;
use crate::told::told;

/// An interview with all that was answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answers {
    pub(crate) session: String,
    pub(crate) interview: String,
    pub(crate) title: String,
    /// Days.
    pub(crate) begun: String,
    pub(crate) used: String,
    /// By the name of the variable.
    #[serde(rename = "answers")]
    #[schema(value_type = Object)]
    pub(crate) by_variable: BTreeMap<String, Value>,
    pub(crate) pages: Vec<Page>,
    /// The server noted later answers than those that are stored: the interview was put back to an
    /// older state, and its owner has yet to decide whether to go on from there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) put_back: bool,
}

/// A page as the interview asks it now, with what was answered.
#[derive(Serialize, ToSchema)]
pub(crate) struct Page {
    pub(crate) step: u32,
    pub(crate) question: String,
    pub(crate) fields: Vec<Field>,
}

/// A field of a page.
#[derive(Serialize, ToSchema)]
pub(crate) struct Field {
    pub(crate) variable: String,
    pub(crate) label: String,
    #[schema(value_type = Object)]
    pub(crate) answer: Value,
}

/// All that was answered in a session. `person`: of whom scripts are told, if somebody is there. An
/// interview that is no longer here leaves its answers, without the questions.
pub(crate) async fn answers(
    app: &App,
    keys: &KeySet,
    row: &SessionRow,
    state: &State,
    person: Option<&Unlocked>,
) -> Result<Answers, WebError> {
    let loaded = app.catalogue.get(&row.interview).and_then(|it| it.loaded);
    let (pages, title) = match &loaded {
        Some(loaded) => {
            let title = loaded.interview().metadata.title.clone();
            let told = told(app, &row.interview, loaded, person).await?;
            let moment = app.moment(&told);
            (pages(app, loaded, keys, row, state, &moment).await?, title)
        }
        None => (Vec::new(), row.interview.clone()),
    };
    let by_variable =
        state.answers().iter().map(|(name, it)| (name.as_str().to_owned(), value(it)));
    Ok(Answers {
        session: id_of(row.id),
        interview: row.interview.clone(),
        title,
        begun: day(row.created),
        used: day(row.touched),
        by_variable: by_variable.collect(),
        pages,
        put_back: false,
    })
}

/// The pages up to the last one, as the interview asks them now.
async fn pages(
    app: &App,
    loaded: &Loaded,
    keys: &KeySet,
    row: &SessionRow,
    last: &State,
    moment: &Moment,
) -> Result<Vec<Page>, WebError> {
    let mut pages = Vec::new();
    for step in 0..row.last_step {
        let found = app.store.load_session(row.id, Some(step)).await?;
        let Some((row, history)) = found else { break };
        let (mut state, _) = state_of(keys, &row, &history)?;
        state.remember(last);
        if let Step::Screen(screen) = loaded.advance(state, moment).step {
            pages.push(page(step, &screen));
        }
    }
    Ok(pages)
}

fn page(step: u32, screen: &Screen) -> Page {
    let question = markdown::to_plain(&screen.title);
    let fields = screen.fields.iter().filter(|it| !it.name.is_empty());
    let fields = fields.map(|it| Field {
        variable: it.name.clone(),
        label: it.label.as_deref().map_or_else(|| question.clone(), markdown::to_plain),
        answer: it.value.as_ref().map_or(Value::Null, value),
    });
    Page { step, fields: fields.collect(), question }
}
