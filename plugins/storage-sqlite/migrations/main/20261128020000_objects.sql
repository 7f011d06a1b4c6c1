-- The content of a file may be an object of another storage, and then has no chunks here.
alter table files add column object blob check (length(object) = 16);
alter table files add column object_length integer check (object_length >= 0);

create unique index files_object on files (object) where object is not null;

-- Objects that no file has any more, until they are deleted.
create table lost_objects (
    id blob primary key not null check (length(id) = 16)
) strict, without rowid;

-- However a row goes, its object is known to be lost in the same transaction.
create trigger files_lose after delete on files when old.object is not null
begin
    insert into lost_objects (id) values (old.object) on conflict do nothing;
end;

create trigger files_move after update of object on files
when old.object is not null and old.object is not new.object
begin
    insert into lost_objects (id) values (old.object) on conflict do nothing;
end;
