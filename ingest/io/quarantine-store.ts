import type { QueryConfig } from 'pg';
import type { Refusal } from '../../src/core/sample.ts';
import type { Instant } from '../../src/core/time.ts';

/** Refusals that are kept; some more until the bound is next looked at. */
const KEPT = 100_000;
/** Characters of a topic that are kept: MQTT allows 65,535 bytes, a sensor's has far fewer. */
const TOPIC_LENGTH_MAX = 1_000;

/**
 * Keeps what could not become a reading. The same arrival is kept once: after a COMMIT of unknown outcome it comes again.
 * PostgreSQL takes no NUL in a text: the payload, as bytes, still has it.
 */
export const insertRefusals = (refusals: readonly Refusal[]): QueryConfig => ({
  name: 'insert-refusals',
  text: `insert into quarantine (received_at, site_id, topic, payload, reason, detail, sensor_codes)
    select received_at, site_id, topic, payload, reason, detail, codes::text[]
    from unnest($1::timestamptz[], $2::text[], $3::text[], $4::bytea[], $5::text[], $6::text[], $9::text[]) with ordinality
      as new (received_at, site_id, topic, payload, reason, detail, codes, place)
    where not exists (
      select from quarantine known
      where known.received_at = new.received_at and known.topic = new.topic and known.reason = new.reason
        and known.payload = new.payload
        -- However the planner goes about it, it looks at no other rows than these.
        and known.received_at between $7 and $8
    )
    order by place`,
  values: [
    refusals.map(({ receivedAt }) => new Date(receivedAt)),
    refusals.map(({ siteId }) => siteId),
    refusals.map(({ topic }) => withoutNul(topic.slice(0, TOPIC_LENGTH_MAX))),
    refusals.map(({ payload }) => Buffer.from(payload)),
    refusals.map(({ reason }) => reason),
    refusals.map(({ detail }) => withoutNul(detail).slice(0, 500)),
    new Date(refusals.reduce((first, { receivedAt }) => Math.min(first, receivedAt), Infinity)),
    new Date(refusals.reduce((last, { receivedAt }) => Math.max(last, receivedAt), -Infinity)),
    refusals.map(({ sensorCodes }) => codesText(sensorCodes)),
  ],
});

/** As an array literal. What no sensor can be called is left out: whatever stands in a payload would stand here. */
const codesText = (codes: readonly string[]): string | null => {
  const possible = codes.filter((code) => SENSOR_CODE.test(code));
  return possible.length === 0 ? null : `{${possible.join(',')}}`;
};
const SENSOR_CODE = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Drops the oldest refusals above the bound, and counts them. */
export const trimQuarantine = (now: Instant, kept = KEPT): QueryConfig => ({
  name: 'trim-quarantine',
  text: `with gone as (
      delete from quarantine where id <= (select id from quarantine order by id desc offset $1 limit 1) returning 1
    ), dropped as (select count(*) as count from gone)
    update quarantine_dropped set count = quarantine_dropped.count + dropped.count, last_at = $2
    from dropped where dropped.count > 0`,
  values: [kept, new Date(now)],
});

const withoutNul = (text: string): string => text.replaceAll('\0', '\u{FFFD}');
