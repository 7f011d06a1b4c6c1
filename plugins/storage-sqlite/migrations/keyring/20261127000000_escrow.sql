-- Another kind: what is sealed to an organisation's key. A check cannot be changed, so both tables
-- that name kinds are made anew.
create table wrapped_of_kinds (
    kind text not null check (kind in ('session', 'account', 'sign-in', 'audit', 'job', 'escrow')),
    id blob not null check (length(id) = 16),
    epoch integer not null check (epoch between 0 and 4294967295),
    secret blob not null,
    created integer not null,
    primary key (kind, id, epoch)
) strict, without rowid;

insert into wrapped_of_kinds select kind, id, epoch, secret, created from wrapped;
drop table wrapped;
alter table wrapped_of_kinds rename to wrapped;

create table buried_of_kinds (
    kind text not null check (kind in ('session', 'account', 'sign-in', 'audit', 'job', 'escrow')),
    id blob not null check (length(id) = 16),
    day integer not null,
    primary key (kind, id)
) strict, without rowid;

insert into buried_of_kinds select kind, id, day from buried;
drop table buried;
alter table buried_of_kinds rename to buried;
