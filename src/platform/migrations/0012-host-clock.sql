-- How far a reference was ahead of the clock of the host on which a process runs, when that last looked.
create table host_clock (
  process text primary key,
  -- null, both of them: not known.
  offset_ms double precision,
  against text check (against in ('ntp', 'database')),
  measured_at timestamptz not null,
  check ((offset_ms is null) = (against is null))
);
