import type pg from 'pg';

/**
 * Rows of every kind of value in the tables that every schema from 6 on has: numbers at their edges, bytes, jsonb, arrays,
 * text that must be escaped, rows that refer to others, an ended callout and an open one.
 */
export async function fillSmallMine(pool: pg.Pool, readings = 500): Promise<void> {
  await pool.query(`
    insert into site values ('pond', '{"zh": "一号库", "en": "Pond \\"1\\""}');
    insert into site_config values ('pond', 1, '{"a": [1, 2.50, null]}', '2026-06-01 08:00:00.123456+08', E'tab\\there\\nand\\\\back');
    insert into sensor (site_id, code) values ('pond', 'level'), ('pond', '浸润线');
    insert into reading_conflict values (1, '2026-06-01Z', 0.1::float8 + 0.2, '2026-06-01Z', '{"late",null,"a,b"}');
    insert into quarantine (received_at, topic, payload, reason, detail) values ('2026-06-01Z', 't', '\\x00ff0a5c', 'r', '');
    insert into quarantine_replay (site_id, requested_by, requested_at, up_to) values ('pond', 'li', '2026-06-01Z', 1);
    insert into level_change (site_id, target, sensor_id, state_version, from_level, to_level, observed_at, recorded_at, cause, value, limit_value)
      select 'pond', 'pond/level', 1, n, 'normal', 'red', '2026-06-01Z', '2026-06-01Z', 'limit', 1e-300, 'NaN' from generate_series(1, 3) n;
    insert into callout (id, site_id, config_version, policy, state, opened_at, due_at, ended_at) values
      ('00000000-0000-4000-8000-000000000001', 'pond', 1, '{}', '{"phase": "released"}', '2026-05-01Z', null, '2026-05-02Z'),
      ('00000000-0000-4000-8000-000000000002', 'pond', 1, '{}', '{"phase": "ringing"}', '2026-06-01Z', '2026-06-02Z', null);
    insert into attempt (id, callout_id, number, site_id, contact_id, medium, phone, level, code, say, status, due_at, created_at, ended_at) values
      ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 1, 'pond', 'li', 'voice', '+8610000000001', 'red', '1', '{}', 'done', '2026-05-01Z', '2026-05-01Z', '2026-05-01Z');
    insert into account (id, name, password_hash, created_at) values ('00000000-0000-4000-8000-00000000000b', 'operator', 'x', '2026-05-01Z');
    insert into audit (at, who, action, facts) values ('2026-05-01Z', 'li', 'a/b', '{"b": 1, "a": 0.10}');
  `);
  await pool.query(
    `insert into reading (sensor_id, observed_at, received_at, value, quality, flags)
      select 1, '2026-06-01Z'::timestamptz + n * interval '1.000001 s', '2026-06-01Z', sqrt(n::float8), 'good',
        case when n % 7 = 0 then '{clock-ahead}'::text[] end from generate_series(1, $1::int) n`,
    [readings],
  );
}
