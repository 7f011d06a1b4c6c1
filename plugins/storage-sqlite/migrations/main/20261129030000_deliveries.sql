-- What is delivered in the background is a job as well. A check cannot be changed, so the table is made
-- anew.
create table jobs_with_deliveries (
    id blob primary key not null check (length(id) = 16),
    session blob not null references sessions (id) on delete cascade,
    kind text not null check (kind in ('action', 'mail', 'scheduled', 'delivery')),
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'aside')),
    sealed blob not null,
    digest blob not null check (length(digest) = 32),
    epoch integer not null check (epoch between 0 and 4294967295),
    attempts integer not null check (attempts between 0 and 4294967295),
    created integer not null,
    next integer not null,
    expires integer not null,
    cause text
) strict, without rowid;

insert into jobs_with_deliveries
    (id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires, cause)
select id, session, kind, state, sealed, digest, epoch, attempts, created, next, expires, cause
from jobs;

drop table jobs;
alter table jobs_with_deliveries rename to jobs;

create index jobs_next on jobs (next) where state in ('waiting', 'running');
create index jobs_session on jobs (session);
