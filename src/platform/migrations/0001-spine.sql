-- Configuration: versioned rows are the truth; a YAML file is only how a version arrives.
create table site (
  id text primary key,
  name jsonb not null
);
create table site_config (
  site_id text not null references site,
  version integer not null,
  content jsonb not null,
  applied_at timestamptz not null,
  applied_by text not null,
  primary key (site_id, version)
);
create table sensor (
  id integer generated always as identity primary key,
  site_id text not null references site,
  code text not null,
  unique (site_id, code)
);

-- One judge per partition: every reading transaction holds this row `for share` at its own epoch.
-- The holder is a session of this server; when it has ended, or has not renewed in time, another may take over.
create table engine_lease (
  partition text primary key,
  epoch bigint not null,
  holder text not null,
  taken_at timestamptz not null,
  renewed_at timestamptz not null
);

-- What instruments said. Append-only. The sensor is one of `sensor`, which loses no row: checked by the server for
-- every reading that would halve the rate of inserting.
create table reading (
  sensor_id integer not null,
  observed_at timestamptz not null,
  version smallint not null default 0,
  received_at timestamptz not null,
  value double precision,
  quality text not null check (quality in ('good', 'doubtful')),
  flags text[],
  primary key (sensor_id, observed_at, version)
);
-- A start finds the newest reading that was judged by its arrival; such readings are rare.
create index reading_judged_on_arrival on reading (sensor_id, received_at desc)
  where flags && array['clock-ahead', 'before-installation'];
-- The same instrument and instant with another value: both are kept.
create table reading_conflict (
  sensor_id integer not null references sensor,
  observed_at timestamptz not null,
  value double precision not null,
  received_at timestamptz not null,
  flags text[],
  primary key (sensor_id, observed_at, value)
);
create table quarantine (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  site_id text,
  topic text not null,
  payload bytea not null,
  reason text not null,
  detail text not null
);
create index quarantine_newest on quarantine (received_at desc);

-- What the engine knows and readings cannot rebuild. Written only when it changes.
create table level_state (
  target text primary key,
  site_id text not null references site,
  sensor_id integer not null references sensor,
  level text not null,
  state_version integer not null,
  pending jsonb not null,
  config_version integer not null,
  changed_at timestamptz
);
create table visibility_state (
  sensor_id integer primary key references sensor,
  site_id text not null references site,
  visibility text not null,
  since timestamptz not null
);

-- Logs. Order of positions is order of commits: each append is preceded in its transaction by
-- pg_advisory_xact_lock (src/platform/position-log.ts).
create table level_change (
  position bigint generated always as identity primary key,
  site_id text not null references site,
  target text not null,
  sensor_id integer not null references sensor,
  state_version integer not null,
  from_level text not null,
  to_level text not null,
  observed_at timestamptz not null,
  recorded_at timestamptz not null,
  cause text not null,
  value double precision not null,
  limit_value double precision not null,
  unique (target, state_version)
);
create table visibility_change (
  position bigint generated always as identity primary key,
  site_id text not null references site,
  sensor_ids integer[] not null,
  visibility text not null,
  cause text not null,
  at timestamptz not null
);
create table callout_event (
  position bigint generated always as identity primary key,
  site_id text not null references site,
  callout_id uuid,
  type text not null,
  at timestamptz not null,
  facts jsonb not null
);
create index callout_event_of on callout_event (callout_id, position);

create table log_position (
  reader text primary key,
  position bigint not null
);
-- A row that failed three times: kept, parked, and told by a red callout.
create table log_failure (
  reader text not null,
  position bigint not null,
  failures integer not null,
  parked_at timestamptz,
  error text not null,
  primary key (reader, position)
);

-- Alerting.
create table alarm (
  id uuid primary key,
  site_id text not null references site,
  target text not null,
  state jsonb not null,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create unique index alarm_one_open on alarm (target) where closed_at is null;

create table callout (
  id uuid primary key,
  site_id text not null references site,
  config_version integer not null,
  policy jsonb not null,
  state jsonb not null,
  opened_at timestamptz not null,
  due_at timestamptz,
  ended_at timestamptz
);
create unique index callout_one_open on callout (site_id) where ended_at is null;
create index callout_due on callout (due_at) where due_at is not null;

create table attempt (
  id uuid primary key,
  callout_id uuid not null references callout,
  number integer not null,
  site_id text not null references site,
  contact_id text not null,
  medium text not null check (medium in ('voice', 'sms')),
  phone text not null,
  level text not null,
  code text not null,
  say jsonb not null,
  status text not null,
  fence integer not null default 0,
  lease_until timestamptz,
  due_at timestamptz not null,
  carrier_ref text,
  created_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  unique (callout_id, number)
);
create index attempt_due on attempt (due_at) where status in ('queued', 'claimed');
create index attempt_cancel on attempt (id) where status = 'cancelling';
create index attempt_by_phone on attempt (phone) where medium = 'sms';
-- A carrier's report is taken once, however often it is sent.
create table carrier_report (
  report_id text primary key,
  attempt_id uuid references attempt,
  received_at timestamptz not null,
  body jsonb not null,
  reply jsonb not null
);
create table carrier_status (
  carrier text primary key,
  simulated boolean,
  reachable boolean not null,
  detail text not null,
  checked_at timestamptz not null
);

-- Doors.
create table account (
  id uuid primary key,
  name text not null unique,
  password_hash text not null,
  created_at timestamptz not null
);
create table session (
  token_hash bytea primary key,
  account_id uuid not null references account,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  who text not null,
  action text not null,
  facts jsonb not null
);
