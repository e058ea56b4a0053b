-- When a process last said that it gets on with its work. One that hangs says nothing: whoever reads tells the age.
create table heartbeat (
  process text primary key,
  beat_at timestamptz not null
);
