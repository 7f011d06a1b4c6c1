-- Another kind: what is sealed to an organisation's key.
alter table wrapped drop constraint wrapped_kind_check;
alter table wrapped add constraint wrapped_kind_check
    check (kind in ('session', 'account', 'sign-in', 'audit', 'job', 'escrow'));
alter table buried drop constraint buried_kind_check;
alter table buried add constraint buried_kind_check
    check (kind in ('session', 'account', 'sign-in', 'audit', 'job', 'escrow'));
