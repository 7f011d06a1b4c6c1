-- What is delivered in the background is a job as well.
alter table jobs drop constraint jobs_kind_check;
alter table jobs add constraint jobs_kind_check
    check (kind in ('action', 'mail', 'scheduled', 'delivery'));
