-- What carriers say by approved templates: for each thing that is said its own, with its own variables.
update attempt set slots = jsonb_build_object('purpose', 'call', 'values', slots)
where slots is not null and status <> 'ended';
alter table broadcast_attempt add column slots jsonb;
alter table proof_call add column slots jsonb;
-- What this carrier has no template for.
alter table carrier_status add column no_template text[] not null default '{}';
-- A carrier that knows nothing of our ids names a call as it names it itself.
create index broadcast_attempt_reference on broadcast_attempt (carrier_ref) where carrier_ref is not null;
create index proof_call_reference on proof_call (carrier_ref) where carrier_ref is not null;
