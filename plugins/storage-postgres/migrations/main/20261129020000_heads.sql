-- How far a session's log goes, sealed: so that steps which are taken away or put back are noticed.
-- Empty for sessions from before, which get one with their next step.
alter table sessions add column head bytea not null default '';
