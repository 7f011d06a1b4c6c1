-- Which server does what only one of them may do, and until when, in seconds of the Unix epoch by the
-- clock of this database.
create table claims (
    work text collate "C" primary key,
    server bytea not null check (length(server) = 16),
    until bigint not null
);

-- Until when a server has a mail that it is sending, likewise.
alter table outbox add column claimed bigint not null default 0;
