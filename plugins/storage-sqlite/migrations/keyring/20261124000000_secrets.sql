create table secrets (
    session blob primary key not null check (length(session) = 16),
    secret blob not null check (length(secret) = 32)
) strict, without rowid;

-- One row: names this installation.
create table deployment (
    id blob not null check (length(id) = 16)
) strict;

insert into deployment (id) values (randomblob(16));
