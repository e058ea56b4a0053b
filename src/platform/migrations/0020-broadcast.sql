-- Evacuation: prepared groups of people, and the broadcasts that call and text them.

-- A group as it was written; the newest version is in force. Only ever appended to.
create table evacuation_group (
  site_id text not null references site,
  group_id text not null,
  version int not null,
  content jsonb not null,
  written_at timestamptz not null,
  written_by text not null,
  primary key (site_id, group_id, version)
);

create table broadcast (
  id uuid primary key,
  site_id text not null references site,
  drill boolean not null,
  -- What is done by itself, as it was set when the button was pressed.
  plan jsonb not null,
  -- Each press: groups with their versions, by whom, when. The newest stands last.
  presses jsonb not null,
  started_at timestamptz not null,
  started_by text not null,
  ended_at timestamptz,
  ended_by text,
  note text
);
create index broadcast_of_site on broadcast (site_id, started_at);
create unique index broadcast_one_open on broadcast (site_id) where ended_at is null;

-- One listed person, or household, of one broadcast.
create table broadcast_recipient (
  broadcast_id uuid not null references broadcast,
  number int not null,
  group_id text not null,
  person jsonb not null,
  -- What he is told: it may be another way than his neighbour's.
  told jsonb not null,
  state jsonb not null,
  standing text not null check (standing in ('at-risk', 'en-route', 'safe', 'refused', 'unreachable', 'door-check')),
  -- Who said so last, by what, when; whoever goes to the door.
  word jsonb,
  due_at timestamptz,
  primary key (broadcast_id, number)
);
create index broadcast_recipient_due on broadcast_recipient (due_at) where due_at is not null;

create table broadcast_attempt (
  id uuid primary key,
  broadcast_id uuid not null,
  recipient int not null,
  medium text not null check (medium in ('voice', 'sms')),
  try int not null,
  site_id text not null references site,
  phone text not null,
  say jsonb not null,
  status text not null check (status in ('queued', 'claimed', 'handed-over', 'ringing', 'answered', 'cancelling', 'ended')),
  fence int not null default 0,
  lease_until timestamptz,
  due_at timestamptz not null,
  -- When a worker first asked the carrier: the rate counts these.
  begun_at timestamptz,
  carrier_ref text,
  created_at timestamptz not null,
  ended_at timestamptz,
  outcome text,
  unique (broadcast_id, recipient, medium, try),
  foreign key (broadcast_id, recipient) references broadcast_recipient
);
create index broadcast_attempt_due on broadcast_attempt (due_at) where status in ('queued', 'claimed', 'cancelling');
create index broadcast_attempt_open on broadcast_attempt (medium, begun_at) where status in ('claimed', 'handed-over', 'ringing', 'answered');
create index broadcast_attempt_begun on broadcast_attempt (medium, begun_at);
create index broadcast_attempt_to on broadcast_attempt (phone) where medium = 'sms';
-- A telephone that a callout calls is not called by a broadcast meanwhile.
create index attempt_open_calls on attempt (phone) where medium = 'voice' and status <> 'ended';

create table broadcast_report (
  report_id text primary key,
  broadcast_id uuid not null references broadcast,
  received_at timestamptz not null,
  body jsonb not null,
  reply jsonb not null
);

-- Everything that happened in a broadcast. Only ever appended to.
create table broadcast_event (
  id bigint generated always as identity primary key,
  broadcast_id uuid not null references broadcast,
  recipient int,
  type text not null,
  at timestamptz not null,
  facts jsonb not null
);
create index broadcast_event_of on broadcast_event (broadcast_id, id);

do $$
declare
  kept text;
begin
  foreach kept in array array['evacuation_group', 'broadcast_event']
  loop
    execute format('create trigger never_changed before update or delete on %I for each row execute function refuse_change()', kept);
    execute format('create trigger never_emptied before truncate on %I for each statement execute function refuse_change()', kept);
  end loop;
end $$;
