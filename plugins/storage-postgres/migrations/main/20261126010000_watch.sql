-- At most one row: what retention knows of the clock.
create table watch (
    one bigint primary key check (one = 1),
    last bigint not null,
    not_before bigint
);
