-- 交接班: what stood when a shift was handed over, what was written, and who signed. Never changes after both have.
create table shift_handover (
  id uuid primary key,
  site_id text not null references site,
  opened_at timestamptz not null,
  opened_by text not null,
  -- Frozen when it was opened.
  content jsonb not null,
  notes jsonb not null default '[]',
  outgoing_account uuid references account,
  outgoing_by text,
  outgoing_at timestamptz,
  incoming_account uuid references account,
  incoming_by text,
  incoming_at timestamptz,
  -- Two persons, whatever a program does; the one who leaves signs first.
  check (outgoing_account is null or incoming_account is null or outgoing_account <> incoming_account),
  check (incoming_account is null or outgoing_account is not null)
);
create unique index shift_handover_open on shift_handover (site_id) where incoming_account is null;
create index shift_handover_newest on shift_handover (site_id, opened_at desc);
create function keep_handover() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.incoming_account is not null then
    raise exception 'a hand-over that was signed is kept as it is' using errcode = 'object_not_in_prerequisite_state';
  end if;
  if new.content is distinct from old.content or new.opened_at <> old.opened_at or new.site_id <> old.site_id
    or (old.outgoing_account is not null and new.outgoing_account is distinct from old.outgoing_account) then
    raise exception 'what a hand-over was opened with is kept as it is' using errcode = 'object_not_in_prerequisite_state';
  end if;
  return new;
end $$;
create trigger handover_kept before update or delete on shift_handover for each row execute function keep_handover();
