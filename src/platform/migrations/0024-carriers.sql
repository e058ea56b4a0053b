-- Carriers: several, by name, of several media. Every request to one is a row, made before it is asked.
alter table attempt drop constraint attempt_medium_check;
alter table attempt add constraint attempt_medium_check check (medium in ('voice', 'sms', 'mail', 'siren'));
alter table attempt
  -- Who carries it now; null: not handed over, or by one that had no name yet.
  add column carrier text,
  -- Whether that one calls nobody.
  add column simulated boolean,
  -- Handed over without a sign of life: when the standby is asked.
  add column silent_at timestamptz,
  add column slots jsonb;
create index attempt_silent on attempt (silent_at) where status = 'handed-over' and silent_at is not null;

create table carrier_request (
  id bigint generated always as identity primary key,
  attempt_id uuid not null references attempt,
  carrier text not null,
  phone text not null,
  fence integer not null,
  asked_at timestamptz not null,
  reference text,
  -- Null: it is being asked, or whoever asked died.
  outcome text check (outcome in ('accepted', 'refused', 'unreachable', 'unknown', 'silent'))
);
create index carrier_request_of on carrier_request (attempt_id);
create index carrier_request_to on carrier_request (phone, asked_at);
create index carrier_request_reference on carrier_request (carrier, reference) where reference is not null;

alter table carrier_status
  add column kind text not null default 'http',
  add column media text[] not null default '{voice,sms}',
  add column rank integer not null default 0,
  add column balance text,
  -- One fault of a notifier is one event, however much it touches.
  add column failing_since timestamptz,
  add column faults integer not null default 0,
  add column tested_at timestamptz;
