-- What signs in to the broker: each belongs to a site. Never deleted: who it was stays known.
create table device (
  id uuid primary key,
  site_id text not null references site,
  name text not null,
  -- SITE.NAME: no name of a site has a dot.
  username text not null,
  -- As in a password file of mosquitto, so that one form serves both brokers.
  password_hash text not null,
  -- Where it may publish. null: where the site's mappings are, also later ones.
  topics text[],
  created_by text not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text,
  last_seen_at timestamptz
);
create unique index device_username on device (username) where revoked_at is null;
create index device_of_site on device (site_id, created_at);
