create table secrets (
    session blob primary key not null,
    secret blob not null
) without rowid;

-- One row: names this installation.
create table deployment (
    id blob not null check (length(id) = 16)
);

insert into deployment (id) values (randomblob(16));
