-- When time alone changes an alarm: an acknowledgement or a shelf ends. Who was seen before acknowledgements ended is looked at now.
alter table alarm add column due_at timestamptz;
update alarm set due_at = now() where closed_at is null and state ->> 'state' = 'acknowledged';
create index alarm_due on alarm (due_at) where due_at is not null;
create index alarm_open_of_site on alarm (site_id) where closed_at is null;
-- What a site has had lately, for its figures.
create index level_change_of_site on level_change (site_id, recorded_at);
