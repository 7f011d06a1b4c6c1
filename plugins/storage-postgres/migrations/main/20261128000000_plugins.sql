-- Packages of plugins, by the SHA-256 of their bytes.
create table packages (
    digest bytea primary key check (length(digest) = 32),
    plugin text collate "C" not null,
    version text collate "C" not null,
    installed bigint not null,
    by bigint not null,
    bytes bytea not null
);

-- Secret settings, sealed under the master key.
create table plugin_secrets (
    plugin text collate "C" not null,
    name text collate "C" not null,
    sealed bytea not null,
    primary key (plugin, name)
);

-- What plugins did, counted by day.
create table observed (
    plugin text collate "C" not null,
    day bigint not null,
    what text collate "C" not null,
    count bigint not null,
    sent bigint not null,
    received bigint not null,
    primary key (plugin, day, what)
);
