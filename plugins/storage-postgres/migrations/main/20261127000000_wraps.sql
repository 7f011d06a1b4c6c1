-- Which sessions an organisation can read is asked for by kind.
create index wraps_kind on wraps (kind, session);
