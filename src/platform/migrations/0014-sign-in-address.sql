-- From where somebody has signed in: there nobody else's refused tries lock them out.
create table sign_in_address (
  account_id uuid not null references account,
  address text not null,
  last_at timestamptz not null,
  primary key (account_id, address)
);
