-- Accidents that a person declared. Never deleted.
create table accident (
  id uuid primary key,
  site_id text not null references site,
  what text not null,
  place text not null,
  happened_at timestamptz not null,
  grade text not null check (grade in ('unknown', 'general', 'larger', 'major', 'extraordinary')),
  -- null: not known.
  casualties jsonb,
  measures text not null,
  declared_by text not null,
  declared_at timestamptz not null,
  closed_by text,
  closed_at timestamptz,
  close_note text
);
create index accident_of_site on accident (site_id, declared_at);
-- Who has to be told of it, by when, and who told them.
create table accident_report (
  accident_id uuid not null references accident,
  report text not null,
  place integer not null,
  -- The report as the site had it when the accident was declared.
  content jsonb not null,
  -- null: its time begins when the report before it has been made.
  due_at timestamptz,
  -- When people are reminded next.
  remind_at timestamptz,
  told_at timestamptz,
  told_by text,
  note text,
  primary key (accident_id, report)
);
create index accident_report_due on accident_report (remind_at) where remind_at is not null;
