-- Where a simulated carrier shows its phones; null for one that has no such page.
alter table carrier_status add column page text;
