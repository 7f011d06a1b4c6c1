-- Which server does what only one of them may do, and until when, in seconds of the Unix epoch by the
-- clock of this database.
create table claims (
    work text primary key not null,
    server blob not null check (length(server) = 16),
    until integer not null
) strict, without rowid;

-- Until when a server has a mail that it is sending, likewise.
alter table outbox add column claimed integer not null default 0;
