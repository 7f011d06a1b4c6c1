-- Secrets of all kinds, each wrapped under a key that is not here. The plain ones of `secrets` move
-- here when the server starts.
create table wrapped (
    kind text not null check (kind in ('session', 'account', 'sign-in', 'audit', 'job')),
    id blob not null check (length(id) = 16),
    epoch integer not null check (epoch between 0 and 4294967295),
    secret blob not null,
    created integer not null,
    primary key (kind, id, epoch)
) strict, without rowid;

-- What was deleted, until no backup is old enough to bring it back.
create table buried (
    kind text not null check (kind in ('session', 'account', 'sign-in', 'audit', 'job')),
    id blob not null check (length(id) = 16),
    day integer not null,
    primary key (kind, id)
) strict, without rowid;

-- At most one row: what tells whether a master key is the one that the secrets are wrapped under.
create table master (
    one integer primary key not null check (one = 1),
    mark blob not null
) strict;
