-- What calls people besides a measured level: findings, missed patrols, weather warnings, late exceedances, blindness,
-- outages. A log, as that of levels: alerting follows it by position.
create table report_change (
  position bigint generated always as identity primary key,
  site_id text not null references site,
  subject text not null,
  key text not null,
  from_level text not null,
  to_level text not null,
  words jsonb not null,
  facts jsonb not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  who text not null
);
create trigger never_changed before update or delete on report_change for each row execute function refuse_change();
create trigger never_emptied before truncate on report_change for each statement execute function refuse_change();

-- How each of them stands: what the newest row of its key says. Written with it.
create table report_state (
  site_id text not null references site,
  key text not null,
  subject text not null,
  level text not null,
  position bigint not null,
  words jsonb not null,
  facts jsonb not null,
  since timestamptz not null,
  primary key (site_id, key)
);
create index report_standing on report_state (site_id) where level <> 'normal';
