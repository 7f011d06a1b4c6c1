-- Accounts elsewhere that sign in to one here.
create table identities (
    lookup blob primary key not null check (length(lookup) = 32),
    account blob not null references accounts (id) on delete cascade,
    sealed blob not null,
    created integer not null,
    used integer
) strict, without rowid;

create index identities_account on identities (account);

-- Another kind: what opens an account that an identity elsewhere signs in to. A check cannot be
-- changed, so the table is made anew.
create table methods_of_kinds (
    id blob primary key not null check (length(id) = 16),
    account blob not null references accounts (id) on delete cascade,
    kind text not null check (kind in ('password', 'passphrase', 'recovery', 'custody')),
    key_epoch integer not null check (key_epoch between 0 and 4294967295),
    params blob not null,
    salt blob not null,
    verifier blob check (verifier is null or length(verifier) = 32),
    wrap blob not null,
    created integer not null,
    used integer
) strict, without rowid;

insert into methods_of_kinds
    select id, account, kind, key_epoch, params, salt, verifier, wrap, created, used from methods;
drop table methods;
alter table methods_of_kinds rename to methods;

create index methods_account on methods (account);
