-- Who is on duty: each change is a new version of the whole, and the newest one holds. Earlier ones say who was.
create table duty_roster (
  site_id text not null references site,
  version integer not null check (version > 0),
  content jsonb not null,
  -- What was changed: plan, override, absence, swap, end, import.
  action text not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (site_id, version)
);
create trigger never_changed before update or delete on duty_roster for each row execute function refuse_change();
create trigger never_emptied before truncate on duty_roster for each statement execute function refuse_change();
