-- How far sessions have come: one whose row in the main database says less was put back. Kept here,
-- since whoever writes that database does not write this one.
create table heads (
    session blob primary key not null check (length(session) = 16),
    revision integer not null check (revision >= 0),
    -- An older revision that somebody who may goes on from.
    accepted integer check (accepted >= 0),
    -- An older revision that administrators were told of.
    told integer check (told >= 0)
) strict, without rowid;
