-- Why a callout had been opened, as a person judged it after it was closed.
create table callout_cause (
  callout_id uuid primary key references callout,
  cause text not null check (cause in ('hazard', 'instrument', 'not-needed')),
  said_by text not null,
  said_at timestamptz not null
);
-- What of a site is counted in its figures.
create index attempt_of_site on attempt (site_id, created_at) where medium = 'voice';
create index callout_of_site on callout (site_id, ended_at);
