create table secrets (
    session bytea primary key check (length(session) = 16),
    secret bytea not null check (length(secret) = 32)
);

-- One row: names this installation.
create table deployment (
    id bytea not null check (length(id) = 16)
);

-- Two random identifiers hold fixed bits; their hash does not.
insert into deployment (id)
values (substr(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())), 1, 16));
