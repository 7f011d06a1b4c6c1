-- What the owner calls a reader, and invitations to people who have an account.

alter table grants add column whom bytea not null default '';

alter table invitations add column account bytea references accounts (id) on delete set null;
alter table invitations add column key_epoch bigint not null default 0
    check (key_epoch between 0 and 4294967295);
alter table invitations add column granted bytea not null default '';

create index invitations_account on invitations (account);
