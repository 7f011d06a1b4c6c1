-- Secrets of all kinds, each wrapped under a key that is not here. The plain ones of `secrets` move
-- here when the server starts.
create table wrapped (
    kind text collate "C" not null check (kind in ('session', 'account', 'sign-in', 'audit', 'job')),
    id bytea not null check (length(id) = 16),
    epoch bigint not null check (epoch between 0 and 4294967295),
    secret bytea not null,
    created bigint not null,
    primary key (kind, id, epoch)
);

-- What was deleted, until no backup is old enough to bring it back.
create table buried (
    kind text collate "C" not null check (kind in ('session', 'account', 'sign-in', 'audit', 'job')),
    id bytea not null check (length(id) = 16),
    day bigint not null,
    primary key (kind, id)
);

-- At most one row: what tells whether a master key is the one that the secrets are wrapped under.
create table master (
    one bigint primary key check (one = 1),
    mark bytea not null
);
