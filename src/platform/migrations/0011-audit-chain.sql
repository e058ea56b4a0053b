-- The audit is a chain: each row holds the hash of the row before it. The database makes it, so that nobody who appends
-- can forget it, and hands out numbers without a gap in the order of commits.
create temp table audit_before on commit drop as select * from audit;
truncate audit;
alter table audit
  alter column id drop identity,
  add column prev_hash bytea not null,
  add column hash bytea not null;

-- What is hashed stands in src/platform/audit-text.ts too, which verifies it without this function.
-- The path and the name of the table are fixed: whoever appends can put nothing of his own in their place.
create function chain_audit() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  newest record;
begin
  perform pg_advisory_xact_lock(7005);
  execute format('select id, hash from %s order by id desc limit 1', tg_relid::regclass) into newest;
  new.id := coalesce(newest.id, 0) + 1;
  new.prev_hash := coalesce(newest.hash, decode(repeat('00', 32), 'hex'));
  new.hash := sha256(new.prev_hash || convert_to(jsonb_build_array(
    new.id, to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), new.who, new.action, new.site_id, new.facts
  )::text, 'UTF8'));
  return new;
end $$;
create trigger chain before insert on audit for each row execute function chain_audit();

insert into audit (at, who, action, site_id, facts)
  select at, who, action, site_id, facts from audit_before order by id;
create index audit_of_action on audit (action, id);
create index audit_seal_of_log on audit ((facts ->> 'log'), id) where action = 'log/sealed';

-- What the chain had come to at the end of a day: it leaves the machine, so that later nobody can rewrite the chain unseen.
create table audit_root (
  day text primary key check (day ~ '^\d{4}-\d\d-\d\d$'),
  position bigint not null,
  hash bytea not null,
  made_at timestamptz not null
);
-- Roots that are to be mailed, with what became of it.
create table audit_mail (
  day text primary key references audit_root,
  due_at timestamptz not null,
  tries integer not null default 0,
  mailed_at timestamptz
);
create index audit_mail_due on audit_mail (due_at) where mailed_at is null;

-- What is only ever appended to (src/platform/append-only.ts has the same list, for the application's privileges).
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'object_not_in_prerequisite_state';
end $$;
do $$
declare
  kept text;
begin
  foreach kept in array array['audit', 'audit_root', 'level_change', 'visibility_change', 'callout_event', 'late_exceedance',
    'site_config', 'reading', 'reading_conflict']
  loop
    execute format('create trigger never_changed before update or delete on %I for each row execute function refuse_change()', kept);
    execute format('create trigger never_emptied before truncate on %I for each statement execute function refuse_change()', kept);
  end loop;
end $$;
