create table sessions (
    id blob primary key not null,
    lookup blob not null unique,
    interview text not null,
    wrapped blob not null,
    revision integer not null,
    last_step integer not null,
    created integer not null,
    touched integer not null
) without rowid;

create index sessions_touched on sessions (touched);

create table steps (
    session blob not null references sessions (id) on delete cascade,
    number integer not null,
    delta blob not null,
    snapshot blob,
    primary key (session, number)
);

create index steps_snapshots on steps (session, number) where snapshot is not null;

create table resume_codes (
    code blob primary key not null,
    session blob not null references sessions (id) on delete cascade,
    wrapped blob not null
) without rowid;

create table files (
    session blob not null references sessions (id) on delete cascade,
    id blob not null,
    wrapped blob not null,
    name blob not null,
    primary key (session, id)
);

create table file_chunks (
    session blob not null,
    file blob not null,
    number integer not null,
    sealed blob not null,
    primary key (session, file, number),
    foreign key (session, file) references files (session, id) on delete cascade
);
