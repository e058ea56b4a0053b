-- Who may do what. A grant is a role at one site, or at all of them, for a person or for a group of people.
-- An account from before roles goes on as an operator everywhere; who administers is decided by the first-run wizard.
alter table account
  alter column password_hash drop not null,
  add column must_change_password boolean not null default false,
  add column disabled_at timestamptz,
  -- The second factor, sealed with SECRET_KEY; it counts once it was confirmed. A code is taken once: its step is kept.
  add column totp_sealed bytea,
  add column totp_confirmed_at timestamptz,
  add column totp_used_step bigint not null default 0,
  -- Who it is at the OpenID provider.
  add column identity text unique;
create table account_group (
  id uuid primary key,
  name text not null unique,
  created_at timestamptz not null
);
create table group_member (
  group_id uuid not null references account_group,
  account_id uuid not null references account,
  primary key (group_id, account_id)
);
create index group_member_of on group_member (account_id);
create table role_grant (
  account_id uuid references account,
  group_id uuid references account_group,
  role text not null check (role in ('viewer', 'operator', 'engineer', 'admin', 'bureau')),
  -- null: every site, also those to come.
  site_id text references site,
  check (num_nonnulls(account_id, group_id) = 1),
  unique nulls not distinct (account_id, group_id, role, site_id)
);
insert into role_grant (account_id, role) select id, 'operator' from account;

-- A code in place of a second factor that was lost; each is good once.
create table recovery_code (
  account_id uuid not null references account,
  code_hash bytea not null,
  used_at timestamptz,
  primary key (account_id, code_hash)
);

-- What opens a door without a person: a screen on a wall (`kiosk`), a program (`token`).
create table credential (
  id uuid primary key,
  kind text not null check (kind in ('kiosk', 'token')),
  name text not null,
  secret_hash bytea not null unique,
  -- What a token may; a kiosk sees.
  scopes text[] not null,
  -- null: every site.
  site_ids text[],
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);

-- A session keeps its number while its token is exchanged for another; the one before holds for a moment longer,
-- for requests that were under way.
alter table session
  alter column account_id drop not null,
  add column id uuid not null unique default gen_random_uuid(),
  add column credential_id uuid references credential,
  add column second_factor boolean not null default false,
  add column rotated_at timestamptz,
  add column previous_hash bytea unique,
  add column previous_until timestamptz,
  add column seen_at timestamptz,
  add column address text not null default '',
  add column agent text not null default '',
  add constraint session_of_somebody check (num_nonnulls(account_id, credential_id) = 1);
create index session_of_account on session (account_id);

-- Refused sign-ins of the last day, for the throttle. The name is what was typed: it need not be an account's.
create table sign_in_failure (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  name text not null,
  address text not null
);
create index sign_in_failure_name on sign_in_failure (name, at);
create index sign_in_failure_address on sign_in_failure (address, at);

-- Opens the first-run wizard while nobody administers; printed where the service is started.
create table setup_code (
  one boolean primary key default true check (one),
  code_hash bytea not null,
  made_at timestamptz not null
);

alter table audit add column site_id text;
create index audit_of_site on audit (site_id, id);
