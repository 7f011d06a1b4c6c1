-- Tells whoever listens what was changed, when it is committed. Each schema has a channel of its own.
create function tell() returns trigger language plpgsql as $$
begin
    perform pg_notify('affiant/' || tg_table_schema, tg_argv[0]);
    return null;
end;
$$;

create trigger switches_tell after insert or update or delete on switches
for each statement execute function tell('decisions');

create trigger packages_tell after insert or update or delete on packages
for each statement execute function tell('plugins');

create trigger plugin_secrets_tell after insert or update or delete on plugin_secrets
for each statement execute function tell('plugins');

create trigger plugin_values_tell after insert or update or delete on plugin_values
for each statement execute function tell('values');

create trigger networks_tell after insert or update or delete on networks
for each statement execute function tell('networks');
