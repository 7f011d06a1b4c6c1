-- What plugins keep that is about nobody, sealed under the master key.
create table plugin_values (
    plugin text collate "C" not null,
    store text collate "C" not null,
    key text collate "C" not null,
    sealed bytea not null,
    primary key (plugin, store, key)
);
