-- Whether the present level, and each change, is one that people are called for: something agreed with a doubtful
-- reading; the limits are approved and the point is in service.
alter table level_state add column verified boolean not null default true, add column guarded boolean not null default true;
alter table level_change add column verified boolean not null default true, add column guarded boolean not null default true;

-- Readings that came too late to be judged, and were graver than what stood when they came. A log, as the others.
create table late_exceedance (
  position bigint generated always as identity primary key,
  site_id text not null references site,
  target text not null,
  sensor_id integer not null references sensor,
  level text not null,
  standing text not null,
  observed_at timestamptz not null,
  received_at timestamptz not null,
  recorded_at timestamptz not null,
  value double precision not null,
  limit_value double precision not null
);

-- Points that are being worked on: their readings are marked and not judged. Never deleted.
create table maintenance (
  id uuid primary key,
  site_id text not null references site,
  point text not null,
  reason text not null,
  -- Who looks in place of the last eye of a section, and how often.
  substitute jsonb,
  from_at timestamptz not null,
  until_at timestamptz not null check (until_at > from_at),
  started_by text not null,
  ended_at timestamptz,
  ended_by text
);
create index maintenance_of_site on maintenance (site_id, until_at);
-- Counts the beginnings and ends by hand: a reading commit sees under its lease that it knows the newest.
alter table engine_lease add column maintenance_revision bigint not null default 0;

-- What came of each sensor and channel, counted by the hour in which it came.
create table source_hour (
  sensor_id integer not null references sensor,
  hour timestamptz not null,
  good integer not null default 0,
  doubtful integer not null default 0,
  late integer not null default 0,
  doubled integer not null default 0,
  last_good_at timestamptz,
  primary key (sensor_id, hour)
);
create index source_hour_old on source_hour (hour);

-- Refused messages are read again after a mapping was mended.
alter table quarantine add column replayed_at timestamptz, add column sensor_codes text[];
create table quarantine_replay (
  id bigint generated always as identity primary key,
  site_id text not null references site,
  requested_by text not null,
  requested_at timestamptz not null,
  -- The newest message that was refused by then: later ones are not of this replay.
  up_to bigint not null,
  -- How far it has come.
  after_at timestamptz not null default '-infinity',
  after_id bigint not null default 0,
  stored integer not null default 0,
  refused integer not null default 0,
  done_at timestamptz
);
create unique index quarantine_replay_running on quarantine_replay (site_id) where done_at is null;

-- ladder: by the callout commit. dark: while the database was away, from a journal.
alter table attempt add column origin text not null default 'ladder' check (origin in ('ladder', 'dark'));
