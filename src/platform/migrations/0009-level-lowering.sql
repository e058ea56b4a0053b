-- Levels that are to be lowered by hand, as two people agreed: for the judge, between two commits.
create table level_lowering (
  proposal_id uuid primary key references proposal,
  site_id text not null references site,
  target text not null,
  to_level text not null,
  -- The change of level that was shown to both: after another one nothing is lowered.
  state_version int not null,
  -- Both names, for the audit.
  who text not null,
  requested_at timestamptz not null,
  done_at timestamptz,
  outcome text check (outcome in ('lowered', 'overtaken', 'failed'))
);
create index level_lowering_to_do on level_lowering (requested_at) where done_at is null;
