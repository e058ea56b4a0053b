-- Numbers at which somebody else has answered: called only where nobody else is left, until a person lifts it.
create table suspended_phone (
  id bigint generated always as identity primary key,
  phone text not null,
  -- Where it was found out; the number is suspended everywhere.
  site_id text not null references site (id),
  contact_id text not null,
  callout_id uuid not null references callout (id),
  since timestamptz not null,
  lifted_at timestamptz,
  lifted_by text,
  reason text,
  check ((lifted_at is null) = (lifted_by is null))
);

create unique index suspended_phone_now on suspended_phone (phone) where lifted_at is null;
