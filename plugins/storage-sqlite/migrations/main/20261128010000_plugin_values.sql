-- What plugins keep that is about nobody, sealed under the master key.
create table plugin_values (
    plugin text not null,
    store text not null,
    key text not null,
    sealed blob not null,
    primary key (plugin, store, key)
) strict, without rowid;
