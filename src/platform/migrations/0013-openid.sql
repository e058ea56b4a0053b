-- The OpenID provider vouched for it: no password was given, so that none has to be changed.
alter table session add column by_provider boolean not null default false;
