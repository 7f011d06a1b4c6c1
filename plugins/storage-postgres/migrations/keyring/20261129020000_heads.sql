-- How far sessions have come: one whose row in the main database says less was put back. Kept here,
-- since whoever writes that database does not write this one.
create table heads (
    session bytea primary key check (length(session) = 16),
    revision bigint not null check (revision >= 0),
    -- An older revision that somebody who may goes on from.
    accepted bigint check (accepted >= 0),
    -- An older revision that administrators were told of.
    told bigint check (told >= 0)
);
