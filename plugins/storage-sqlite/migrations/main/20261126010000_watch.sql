-- At most one row: what retention knows of the clock.
create table watch (
    one integer primary key not null check (one = 1),
    last integer not null,
    not_before integer
) strict;
