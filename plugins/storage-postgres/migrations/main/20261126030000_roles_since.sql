-- When an account got a role: who has just become an administrator cannot agree as the second one.

alter table account_roles add column since bigint not null default 0;
