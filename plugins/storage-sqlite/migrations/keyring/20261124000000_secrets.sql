create table secrets (
    session blob primary key not null,
    secret blob not null
) without rowid;
