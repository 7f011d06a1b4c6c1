-- Packages of plugins, by the SHA-256 of their bytes.
create table packages (
    digest blob primary key check (length(digest) = 32),
    plugin text not null,
    version text not null,
    installed integer not null,
    by integer not null,
    bytes blob not null
) strict;

-- Secret settings, sealed under the master key.
create table plugin_secrets (
    plugin text not null,
    name text not null,
    sealed blob not null,
    primary key (plugin, name)
) strict, without rowid;

-- What plugins did, counted by day.
create table observed (
    plugin text not null,
    day integer not null,
    what text not null,
    count integer not null,
    sent integer not null,
    received integer not null,
    primary key (plugin, day, what)
) strict, without rowid;
