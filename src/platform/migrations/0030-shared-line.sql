-- One call to one person carries what several sites want of that number.
alter table attempt
  -- The attempt of another callout whose call speaks for this one as well.
  add column rides_on uuid references attempt,
  -- Which of those it carries is spoken to now; null: the attempt itself.
  add column floor uuid references attempt;
create index attempt_riding on attempt (rides_on) where rides_on is not null and status <> 'ended';
