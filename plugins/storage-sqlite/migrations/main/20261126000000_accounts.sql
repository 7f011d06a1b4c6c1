-- Steps of a session are sealed under its newest seed; this counts the seeds.
alter table sessions add column epoch integer not null default 0 check (epoch between 0 and 4294967295);
-- How many warnings were sent since it was last touched.
alter table sessions add column warned integer not null default 0;

create index sessions_interview on sessions (interview, touched);

create table accounts (
    -- With autoincrement, a number is never given twice.
    number integer primary key autoincrement not null,
    id blob not null unique check (length(id) = 16),
    email blob not null unique check (length(email) = 32),
    contact blob not null,
    profile blob,
    language text not null,
    status text not null
        check (status in ('unconfirmed', 'active', 'disabled', 'locked', 'deleting')),
    auth_epoch integer not null check (auth_epoch between 0 and 4294967295),
    key_epoch integer not null check (key_epoch between 0 and 4294967295),
    public_key blob not null check (length(public_key) = 32),
    secret_key blob not null,
    created integer not null,
    seen integer not null
) strict;

create index accounts_seen on accounts (status, seen);

create table account_roles (
    account blob not null references accounts (id) on delete cascade,
    role text not null,
    primary key (account, role)
) strict, without rowid;

create index account_roles_role on account_roles (role);

create table roles (
    name text primary key not null,
    permissions text not null
) strict, without rowid;

create table locked_keys (
    account blob not null references accounts (id) on delete cascade,
    key_epoch integer not null,
    public_key blob not null check (length(public_key) = 32),
    secret_key blob not null,
    until integer not null,
    primary key (account, key_epoch)
) strict, without rowid;

create index locked_keys_until on locked_keys (until);

create table methods (
    id blob primary key not null check (length(id) = 16),
    account blob not null references accounts (id) on delete cascade,
    kind text not null check (kind in ('password', 'recovery', 'custody')),
    key_epoch integer not null check (key_epoch between 0 and 4294967295),
    params blob not null,
    salt blob not null,
    verifier blob check (verifier is null or length(verifier) = 32),
    wrap blob not null,
    created integer not null,
    used integer
) strict, without rowid;

create index methods_account on methods (account);

create table passkeys (
    credential blob primary key not null,
    account blob not null references accounts (id) on delete cascade,
    record blob not null,
    key_epoch integer not null check (key_epoch between 0 and 4294967295),
    wrap blob,
    label blob not null,
    created integer not null,
    used integer
) strict, without rowid;

create index passkeys_account on passkeys (account);

create table factors (
    account blob primary key not null references accounts (id) on delete cascade,
    seed blob not null,
    last_step integer not null,
    created integer not null
) strict, without rowid;

create table factor_codes (
    account blob not null references factors (account) on delete cascade,
    code blob not null check (length(code) = 32),
    primary key (account, code)
) strict, without rowid;

create table sign_ins (
    sid blob primary key not null check (length(sid) = 32),
    id blob not null check (length(id) = 16),
    account blob not null references accounts (id) on delete cascade,
    wrap blob not null,
    epoch integer not null check (epoch between 0 and 4294967295),
    auth_epoch integer not null check (auth_epoch between 0 and 4294967295),
    level text not null check (level in ('password', 'two factors', 'passkey')),
    agent text not null,
    created integer not null,
    proved integer not null,
    idle_until integer not null,
    absolute_until integer not null
) strict, without rowid;

create index sign_ins_account on sign_ins (account);

create table pending_sign_ins (
    sid blob primary key not null check (length(sid) = 32),
    account blob not null references accounts (id) on delete cascade,
    wrap blob not null,
    epoch integer not null check (epoch between 0 and 4294967295),
    auth_epoch integer not null check (auth_epoch between 0 and 4294967295),
    next text not null,
    tries integer not null check (tries between 0 and 4294967295),
    expires integer not null
) strict, without rowid;

create index pending_sign_ins_account on pending_sign_ins (account);

create table links (
    hash blob primary key not null check (length(hash) = 32),
    purpose text not null
        check (purpose in ('confirm', 'reset', 'invite', 'change e-mail', 'admin', 'challenge')),
    account blob references accounts (id) on delete cascade,
    payload blob not null,
    nonce blob check (nonce is null or length(nonce) = 32),
    tries integer not null check (tries between 0 and 4294967295),
    expires integer not null
) strict, without rowid;

create index links_account on links (account, purpose);

create table grants (
    session blob not null references sessions (id) on delete cascade,
    section text not null,
    account blob not null references accounts (id) on delete cascade,
    role text not null check (role in ('owner', 'answer', 'view')),
    key_epoch integer not null check (key_epoch between 0 and 4294967295),
    epoch integer not null check (epoch between 0 and 4294967295),
    sealed blob not null,
    granter blob,
    created integer not null,
    expires integer,
    primary key (session, section, account, epoch)
) strict, without rowid;

create index grants_account on grants (account);

create table invitations (
    hash blob primary key not null check (length(hash) = 32),
    session blob not null references sessions (id) on delete cascade,
    section text not null,
    role text not null check (role in ('owner', 'answer', 'view')),
    epoch integer not null check (epoch between 0 and 4294967295),
    sealed blob not null,
    whom blob not null,
    granter blob not null references accounts (id) on delete cascade,
    grant_expires integer,
    created integer not null,
    expires integer not null
) strict, without rowid;

create index invitations_session on invitations (session);
create index invitations_granter on invitations (granter);

create table wraps (
    session blob not null references sessions (id) on delete cascade,
    kind text not null check (kind in ('custody', 'escrow')),
    epoch integer not null check (epoch between 0 and 4294967295),
    sealed blob not null,
    primary key (session, kind, epoch)
) strict, without rowid;

create table api_keys (
    id blob primary key not null check (length(id) = 16),
    account blob not null references accounts (id) on delete cascade,
    hash blob not null check (length(hash) = 32),
    name blob not null,
    scopes text not null,
    networks text not null,
    key_epoch integer not null check (key_epoch between 0 and 4294967295),
    wrap blob,
    created integer not null,
    expires integer not null,
    used integer
) strict, without rowid;

create index api_keys_account on api_keys (account);

create table counters (
    kind integer not null check (kind between 0 and 255),
    whose blob not null check (length(whose) = 32),
    count integer not null check (count between 0 and 4294967295),
    marks integer not null,
    since integer not null,
    until integer not null,
    expires integer not null,
    primary key (kind, whose)
) strict, without rowid;

create index counters_until on counters (kind, until);
create index counters_expires on counters (expires);

create table networks (
    network text primary key not null,
    allowed integer not null check (allowed in (0, 1)),
    reason text not null,
    by integer not null,
    since integer not null,
    until integer
) strict, without rowid;

create table audit (
    seq integer primary key not null,
    at integer not null,
    kind text not null,
    subjects blob not null check (length(subjects) % 8 = 0),
    fields blob not null,
    previous blob not null check (length(previous) = 32),
    hash blob not null check (length(hash) = 32)
) strict;

create table audit_subjects (
    subject blob not null check (length(subject) = 8),
    seq integer not null references audit (seq) on delete cascade,
    primary key (subject, seq)
) strict, without rowid;

create index audit_subjects_seq on audit_subjects (seq);

-- At most one row: what stands for the entries that were cut.
create table audit_start (
    one integer primary key not null check (one = 1),
    seq integer not null,
    hash blob not null check (length(hash) = 32),
    sealed blob not null
) strict;

create table switches (
    id integer primary key autoincrement not null,
    name text not null,
    value text not null,
    reason text not null,
    by integer not null,
    second integer,
    asked integer not null,
    effective integer not null,
    cancelled integer
) strict;

create table outbox (
    id blob primary key not null check (length(id) = 16),
    account blob references accounts (id) on delete cascade,
    sealed blob not null,
    attempts integer not null check (attempts between 0 and 4294967295),
    next integer not null,
    expires integer not null
) strict, without rowid;

create index outbox_next on outbox (next);
create index outbox_account on outbox (account);

create table deletions (
    id blob primary key not null check (length(id) = 16),
    kind text not null check (kind in ('session', 'account')),
    subject blob not null unique check (length(subject) = 16),
    reason text not null check (reason in ('person', 'admin', 'retention', 'legal')),
    stage text not null check (stage in ('held', 'keys', 'rows', 'check')),
    asked integer not null,
    until integer
) strict, without rowid;

create table tombstones (
    number integer primary key not null,
    day integer not null,
    reason text not null check (reason in ('person', 'admin', 'retention', 'legal')),
    receipt blob not null check (length(receipt) = 32)
) strict;
