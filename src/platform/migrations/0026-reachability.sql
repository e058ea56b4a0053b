-- Calls and messages that belong to no callout: a number is proved, the monthly roll-call, gaps of a roster are told.
create table proof_call (
  id uuid primary key,
  site_id text not null references site,
  contact_id text not null,
  phone text not null,
  reason text not null check (reason in ('asked', 'roll-call', 'gaps')),
  medium text not null check (medium in ('voice', 'sms')),
  say text not null,
  -- The key that proves that a person listens; empty for a message.
  code text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  due_at timestamptz not null,
  tries integer not null default 0,
  lease_until timestamptz,
  carrier_ref text,
  status text not null check (status in ('queued', 'handed-over', 'ended')),
  outcome text,
  ended_at timestamptz
);
create index proof_call_due on proof_call (due_at) where status = 'queued';
create index proof_call_of_site on proof_call (site_id, asked_at);
-- One of a number at a time.
create unique index proof_call_open on proof_call (site_id, phone) where status <> 'ended' and medium = 'voice';
-- What has to be done for the roster of a site, and when next.
create table roster_task (
  site_id text not null references site,
  task text not null check (task in ('gaps', 'roll-call')),
  due_at timestamptz not null,
  done_at timestamptz,
  result jsonb,
  primary key (site_id, task)
);
create index roster_task_due on roster_task (due_at);
