-- A copy of a database must call nobody until a person has looked at it: two that call for one mine, or one that calls for
-- what was over months ago, teach people not to pick up.
alter table installation
  -- Server and database, and the machine of an embedded one, that it is armed in; null: not known, the next start writes it down.
  add column home_server text,
  add column home_host text,
  -- Why nobody is called; null: people are called.
  add column unarmed text check (unarmed in ('restored', 'copied')),
  add column unarmed_at timestamptz,
  add check ((unarmed is null) = (unarmed_at is null));
-- Restored by a program from before this, and not run since.
update installation set unarmed = 'restored', unarmed_at = restored.at
from (select max(at) as at from audit where action = 'database/restore') as restored
where restored.at > coalesce((select max(beat_at) from heartbeat), '-infinity');
