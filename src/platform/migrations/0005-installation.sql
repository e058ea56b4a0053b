-- Tells two installations apart that share a broker: a client id that both used would throw the other out for ever.
-- It goes with the data: who restores a copy elsewhere takes up the session that the broker keeps.
create table installation (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid()
);
insert into installation default values;
