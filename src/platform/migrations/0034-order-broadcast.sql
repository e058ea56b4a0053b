-- The evacuation broadcast of an order to evacuate: one row an order, however often it is said, pressed or replayed.
create table order_broadcast (
  callout_id uuid not null references callout,
  order_number int not null,
  -- Null: it was to begin by itself, and nobody was listed. A person may still begin it.
  broadcast_id uuid references broadcast,
  begun_at timestamptz not null,
  begun_by text not null,
  primary key (callout_id, order_number)
);
