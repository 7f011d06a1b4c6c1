-- The content of a file may be an object of another storage, and then has no chunks here.
alter table files add column object bytea check (length(object) = 16);
alter table files add column object_length bigint check (object_length >= 0);

create unique index files_object on files (object) where object is not null;

-- Objects that no file has any more, until they are deleted.
create table lost_objects (
    id bytea primary key check (length(id) = 16)
);

-- However a row goes, its object is known to be lost in the same transaction.
create function lose_object() returns trigger language plpgsql as $$
begin
    insert into lost_objects (id) values (old.object) on conflict do nothing;
    return null;
end;
$$;

create trigger files_lose after delete on files
for each row when (old.object is not null) execute function lose_object();

create trigger files_move after update of object on files
for each row when (old.object is not null and old.object is distinct from new.object)
execute function lose_object();
