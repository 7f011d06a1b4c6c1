-- Accounts elsewhere that sign in to one here.
create table identities (
    lookup bytea primary key check (length(lookup) = 32),
    account bytea not null references accounts (id) on delete cascade,
    sealed bytea not null,
    created bigint not null,
    used bigint
);

create index identities_account on identities (account);

-- Another kind: what opens an account that an identity elsewhere signs in to.
alter table methods drop constraint methods_kind_check;
alter table methods add constraint methods_kind_check
    check (kind in ('password', 'passphrase', 'recovery', 'custody'));
