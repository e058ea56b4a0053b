-- What one person wants, or has done, and another one has to look at. Never deleted.
create table proposal (
  id uuid primary key,
  site_id text not null references site,
  kind text not null,
  -- What of the site it is about: the site itself, or a target.
  subject text not null,
  content jsonb not null,
  -- Version of the site's configuration that it was compared with.
  base_version int,
  reason text not null,
  -- null: at the command line of the machine.
  proposed_by_account uuid references account,
  proposed_by text not null,
  proposed_at timestamptz not null,
  expires_at timestamptz not null,
  -- When it was done, where that did not wait for the approval.
  acted_at timestamptz,
  -- `expired` follows from the time and is not stored.
  state text not null check (state in ('open', 'approved', 'refused', 'withdrawn', 'overtaken')),
  decided_by_account uuid references account,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  -- Four eyes: never two of one person, whatever a program does. A withdrawal is the proposer's.
  check (state not in ('approved', 'refused') or (decided_by_account is not null
    and decided_by_account is distinct from proposed_by_account)),
  check (state = 'open' or state = 'overtaken' or decided_by is not null)
);
create index proposal_of_site on proposal (site_id, proposed_at);
create index proposal_open on proposal (site_id) where state = 'open';
