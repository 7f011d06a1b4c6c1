create table sessions (
    id blob primary key not null check (length(id) = 16),
    lookup blob not null unique check (length(lookup) = 32),
    interview text not null,
    wrapped blob not null,
    revision integer not null check (revision >= 0),
    last_step integer not null check (last_step between 0 and 4294967295),
    created integer not null,
    touched integer not null
) strict, without rowid;

create index sessions_touched on sessions (touched);

create table steps (
    session blob not null references sessions (id) on delete cascade,
    number integer not null check (number between 0 and 4294967295),
    delta blob not null,
    snapshot blob,
    primary key (session, number)
) strict;

create index steps_snapshots on steps (session, number) where snapshot is not null;

create table resume_codes (
    code blob primary key not null check (length(code) = 32),
    session blob not null references sessions (id) on delete cascade,
    wrapped blob not null
) strict, without rowid;

create index resume_codes_session on resume_codes (session);

create table files (
    session blob not null references sessions (id) on delete cascade,
    id blob not null check (length(id) = 16),
    wrapped blob not null,
    name blob not null,
    primary key (session, id)
) strict;

create table file_chunks (
    session blob not null,
    file blob not null,
    number integer not null check (number >= 0),
    sealed blob not null,
    primary key (session, file, number),
    foreign key (session, file) references files (session, id) on delete cascade
) strict;
