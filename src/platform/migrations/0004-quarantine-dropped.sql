-- The quarantine keeps its newest rows only. How many older ones were dropped, in one row: nothing goes uncounted.
create table quarantine_dropped (
  only_row boolean primary key default true check (only_row),
  count bigint not null default 0,
  last_at timestamptz
);
insert into quarantine_dropped default values;
