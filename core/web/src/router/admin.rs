//! The administration, and the mail of a server for authors.

use affiant_guard::Permission::{
    ManageBans, ManageJobs, ManagePeople, ManagePlugins, ManageRoles, ManageSwitches, ReadAnswers,
    SeeAudit, SeeMail, SeeOverview, SeePeople,
};

use crate::access::Access::{Author, Link, May};
use crate::handler::admin::{
    audit, bans, first, jobs, mail, overview, people, plugins, reading, roles, switches,
};
use crate::router::{Route, get, post};

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/admin/first/{link}", Link, first::show),
        post("/admin/first/{link}", Link, first::take),
        get("/admin", May(SeeOverview), overview::show),
        get("/admin/people", May(SeePeople), people::list),
        post("/admin/people/invite", May(ManagePeople), people::invite),
        get("/admin/people/{number}", May(SeePeople), people::show),
        post("/admin/people/{number}/status", May(ManagePeople), people::set_status),
        post("/admin/people/{number}/reset", May(ManagePeople), people::reset),
        post("/admin/people/{number}/roles", May(ManageRoles), people::set_roles),
        get("/admin/roles", May(ManageRoles), roles::show),
        post("/admin/roles", May(ManageRoles), roles::put),
        post("/admin/roles/delete", May(ManageRoles), roles::delete),
        get("/admin/switches", May(ManageSwitches), switches::list),
        get("/admin/switches/{name}", May(ManageSwitches), switches::show),
        post("/admin/switches/{name}", May(ManageSwitches), switches::decide),
        post("/admin/switches/{name}/effect", May(ManageSwitches), switches::effect),
        get("/admin/switches/waiting/{id}", May(ManageSwitches), switches::waiting),
        post("/admin/switches/waiting/{id}/agree", May(ManageSwitches), switches::agree),
        post("/admin/switches/waiting/{id}/cancel", May(ManageSwitches), switches::cancel),
        get("/admin/plugins", May(ManagePlugins), plugins::list),
        post("/admin/plugins", May(ManagePlugins), plugins::install),
        get("/admin/plugins-record.csv", May(ManagePlugins), plugins::record),
        get("/admin/plugins/{plugin}", May(ManagePlugins), plugins::show),
        post("/admin/plugins/{plugin}", May(ManagePlugins), plugins::decide),
        get("/admin/plugins/{plugin}/change", May(ManagePlugins), plugins::show_change),
        post("/admin/plugins/{plugin}/change", May(ManagePlugins), plugins::change),
        post("/admin/plugins/{plugin}/label", May(ManagePlugins), plugins::label),
        post("/admin/plugins/{plugin}/effect", May(ManagePlugins), plugins::effect),
        post("/admin/plugins/{plugin}/secrets", May(ManagePlugins), plugins::secrets),
        post("/admin/plugins/{plugin}/off", May(ManagePlugins), plugins::off),
        post("/admin/plugins/{plugin}/remove", May(ManagePlugins), plugins::remove),
        get("/admin/plugins/waiting/{id}", May(ManagePlugins), plugins::waiting),
        post("/admin/plugins/waiting/{id}/agree", May(ManagePlugins), plugins::agree),
        post("/admin/plugins/waiting/{id}/cancel", May(ManagePlugins), plugins::cancel),
        get("/admin/reading", May(ReadAnswers), reading::search),
        get("/admin/reading/{id}", May(ReadAnswers), reading::show),
        post("/admin/reading/{id}", May(ReadAnswers), reading::read),
        get("/admin/bans", May(ManageBans), bans::show),
        post("/admin/bans/networks", May(ManageBans), bans::put),
        post("/admin/bans/networks/delete", May(ManageBans), bans::delete),
        post("/admin/bans/lift", May(ManageBans), bans::lift),
        get("/admin/audit", May(SeeAudit), audit::show),
        get("/admin/jobs", May(ManageJobs), jobs::show),
        post("/admin/jobs/retry", May(ManageJobs), jobs::retry),
        post("/admin/jobs/drop", May(ManageJobs), jobs::set_aside),
        get("/admin/mail", May(SeeMail), mail::show),
        get("/dev/mail", Author, mail::dev),
    ]
}
