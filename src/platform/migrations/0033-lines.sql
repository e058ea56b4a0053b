-- What lines that acquire, and their devices, said of themselves. Only ever appended to; the newest of each is how it stands.
create table line_change (
  id bigint generated always as identity primary key,
  site_id text not null references site,
  line text not null,
  -- null: the line itself.
  device text,
  state text not null,
  fault text,
  detail text,
  -- When it said so, by its own clock; and when it was recorded.
  at timestamptz not null,
  recorded_at timestamptz not null
);
create index line_change_newest on line_change (site_id, line, device, id desc);
create trigger never_changed before update or delete on line_change for each row execute function refuse_change();
create trigger never_emptied before truncate on line_change for each statement execute function refuse_change();

-- The line or device by which sensors went blind, or were found again.
alter table visibility_change add column line text;
