-- What is done for sessions once their step is stored: actions in the background, mails.
create table jobs (
    id bytea primary key check (length(id) = 16),
    session bytea not null references sessions (id) on delete cascade,
    kind text collate "C" not null check (kind in ('action', 'mail', 'scheduled')),
    state text collate "C" not null check (state in ('waiting', 'running', 'done', 'failed', 'aside')),
    sealed bytea not null,
    digest bytea not null check (length(digest) = 32),
    epoch bigint not null check (epoch between 0 and 4294967295),
    attempts bigint not null check (attempts between 0 and 4294967295),
    created bigint not null,
    next bigint not null,
    expires bigint not null,
    cause text collate "C"
);

create index jobs_next on jobs (next) where state in ('waiting', 'running');
create index jobs_session on jobs (session);
