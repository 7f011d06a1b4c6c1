-- A folder has one server, which looks for what commands change beside it: nothing is told.
select 1;
