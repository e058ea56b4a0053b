-- Messages of the weather bureau. At which level a warning stands, report_state says, under `weather:<root>`.
create table weather_warning (
  id uuid primary key,
  site_id text not null references site,
  identifier text not null,
  -- The first message of those that update each other.
  root_id uuid not null,
  kind text not null,
  actual boolean not null,
  event jsonb not null,
  level text not null,
  area text not null,
  sent_at timestamptz not null,
  expires_at timestamptz,
  refers_to text[] not null,
  source text not null,
  recorded_by text not null,
  recorded_at timestamptz not null,
  ended_at timestamptz,
  ended_why text,
  unique (site_id, identifier)
);
create index weather_standing on weather_warning (expires_at) where ended_at is null;
create index weather_newest on weather_warning (site_id, recorded_at desc);

-- Rounds as they come due. Whoever does one signs it; one that nobody signs in time is missed.
create table patrol_round (
  id uuid primary key,
  site_id text not null references site,
  patrol_id text not null,
  due_at timestamptz not null,
  late_at timestamptz not null,
  missed_at timestamptz,
  done_at timestamptz,
  done_by text,
  seen text,
  unique (site_id, patrol_id, due_at)
);
create index patrol_round_open on patrol_round (late_at) where done_at is null and missed_at is null;

-- Exceedances that came too late to be judged, until they have been looked at as a whole.
create table late_episode (
  id uuid primary key,
  site_id text not null references site,
  target text not null,
  sensor_id integer not null references sensor,
  level text not null,
  value double precision not null,
  limit_value double precision not null,
  first_at timestamptz not null,
  observed_at timestamptz not null,
  begun_at timestamptz not null,
  due_at timestamptz not null,
  looked_at timestamptz,
  outcome text
);
create unique index late_episode_one_open on late_episode (target) where looked_at is null;
