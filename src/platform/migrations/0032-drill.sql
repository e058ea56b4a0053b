-- 演练. A drill is a callout that says so: it is called as any other, and never counts as one.
alter table callout add column drill boolean not null default false;
alter table attempt add column drill boolean not null default false;
-- Whom a drill has on the line.
create index attempt_drill_line on attempt (phone) where drill and medium = 'voice';
drop index callout_one_open;
-- A site may have both for a moment: a real callout waits for no drill.
create unique index callout_one_open on callout (site_id) where ended_at is null and not drill;
create unique index callout_one_drill on callout (site_id) where ended_at is null and drill;

create table drill (
  id uuid primary key,
  site_id text not null references site,
  level text not null,
  target text,
  section text,
  scenario text not null,
  -- What is supposed, as it is spoken.
  words jsonb not null,
  planned_for timestamptz not null,
  asked_by text not null,
  asked_at timestamptz not null,
  -- begun: its callout tells what came of it.
  state text not null check (state in ('planned', 'begun', 'cancelled', 'dropped')),
  callout_id uuid references callout,
  -- At the latest it is over then.
  ends_at timestamptz,
  -- Why it was cancelled or dropped, and by whom.
  why text,
  closed_by text,
  closed_at timestamptz
);
create index drill_of_site on drill (site_id, planned_for desc);
create index drill_planned on drill (planned_for) where state = 'planned';
create unique index drill_of_callout on drill (callout_id);

-- What people add to the report of a callout or a drill: recordings, photos, papers. Added, and never changed.
create table callout_file (
  id uuid primary key,
  callout_id uuid not null references callout,
  name text not null,
  media_type text not null,
  size integer not null,
  bytes bytea not null,
  sha256 text not null,
  note text not null,
  added_by text not null,
  added_at timestamptz not null,
  unique (callout_id, sha256)
);

-- Who is responsible is told that a drill is due.
alter table proof_call drop constraint proof_call_reason_check;
alter table proof_call add constraint proof_call_reason_check check (reason in ('asked', 'roll-call', 'gaps', 'drill'));
alter table roster_task drop constraint roster_task_task_check;
alter table roster_task add constraint roster_task_task_check check (task in ('gaps', 'roll-call', 'drill'));
create trigger never_changed before update or delete on callout_file for each row execute function refuse_change();
create trigger never_emptied before truncate on callout_file for each statement execute function refuse_change();
