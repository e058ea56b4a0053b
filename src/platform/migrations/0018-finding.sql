-- What people found on their rounds. At which level a finding stands, report_state says, under `finding:<id>`.
create table finding (
  id uuid primary key,
  site_id text not null references site,
  -- Of the phone that sent it: with a bad line it sends twice.
  client_key text not null,
  kind text not null,
  section text,
  point text,
  place text,
  latitude double precision,
  longitude double precision,
  note text not null,
  level text not null,
  reported_by text not null,
  reported_at timestamptz not null,
  unique (site_id, client_key)
);
create index finding_newest on finding (site_id, reported_at desc);
create table finding_photo (
  id uuid primary key,
  finding_id uuid not null references finding,
  media_type text not null,
  bytes bytea not null,
  sha256 text not null,
  added_by text not null,
  added_at timestamptz not null,
  unique (finding_id, sha256)
);
