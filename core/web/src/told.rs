//! What scripts and texts are told of the site and of whoever answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use affiant_account::Unlocked;
use affiant_guest::Value;
use affiant_runtime::Loaded;

use crate::app::App;
use crate::error::WebError;

/// The words of a session, by the names that functions of interviews have for them.
pub(crate) type Told = Arc<BTreeMap<String, Value>>;

/// What is told in a session of an interview. A person's own address and name only where the
/// interview asks for them: opening the account costs more than a step.
pub(crate) async fn told(
    app: &App,
    interview: &str,
    loaded: &Loaded,
    person: Option<&Unlocked>,
) -> Result<Told, WebError> {
    let origin = &app.settings.origin;
    let mut all = app.settings.for_interviews.clone();
    let mut say = |name: &str, value: Value| drop(all.insert(name.to_owned(), value));
    say("site_url", Value::text(origin));
    say("interview_url", Value::Text(format!("{origin}/i/{interview}")));
    if let Some(person) = person {
        let roles = person.account.roles.iter().map(Value::text).collect();
        say("user_logged_in", Value::Bool(true));
        say("user_privileges", Value::List(roles));
        if loaded.asks_for_user() {
            let name = app.accounts.profile(person)?.name;
            let (first, last) = name.trim().rsplit_once(' ').unwrap_or((name.trim(), ""));
            say("user_info.first_name", Value::text(first));
            say("user_info.last_name", Value::text(last));
            say("user_info.email", Value::Text(app.accounts.address(person).await?));
        }
    }
    Ok(Arc::new(all))
}
