create table sessions (
    id bytea primary key check (length(id) = 16),
    lookup bytea not null unique check (length(lookup) = 32),
    interview text collate "C" not null,
    wrapped bytea not null,
    revision bigint not null check (revision >= 0),
    last_step bigint not null check (last_step between 0 and 4294967295),
    created bigint not null,
    touched bigint not null
);

create index sessions_touched on sessions (touched);

create table steps (
    session bytea not null references sessions (id) on delete cascade,
    number bigint not null check (number between 0 and 4294967295),
    delta bytea not null,
    snapshot bytea,
    primary key (session, number)
);

create index steps_snapshots on steps (session, number) where snapshot is not null;

create table resume_codes (
    code bytea primary key check (length(code) = 32),
    session bytea not null references sessions (id) on delete cascade,
    wrapped bytea not null
);

create index resume_codes_session on resume_codes (session);

create table files (
    session bytea not null references sessions (id) on delete cascade,
    id bytea not null check (length(id) = 16),
    wrapped bytea not null,
    name bytea not null,
    primary key (session, id)
);

create table file_chunks (
    session bytea not null,
    file bytea not null,
    number bigint not null check (number >= 0),
    sealed bytea not null,
    primary key (session, file, number),
    foreign key (session, file) references files (session, id) on delete cascade
);

-- Sealed bytes do not compress: trying would only cost time.
alter table steps alter column delta set storage external;
alter table steps alter column snapshot set storage external;
alter table file_chunks alter column sealed set storage external;
