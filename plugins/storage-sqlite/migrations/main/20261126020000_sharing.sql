-- What the owner calls a reader, and invitations to people who have an account.

alter table grants add column whom blob not null default x'';

alter table invitations add column account blob references accounts (id) on delete set null;
alter table invitations add column key_epoch integer not null default 0
    check (key_epoch between 0 and 4294967295);
alter table invitations add column granted blob not null default x'';

create index invitations_account on invitations (account);
