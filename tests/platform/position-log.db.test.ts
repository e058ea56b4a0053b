import type pg from 'pg';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { lockLogSql, newestPosition } from '../../src/platform/position-log.ts';
import { eventually } from '../support/eventually.ts';
import { testDatabase } from '../support/test-database.ts';

const { pool, db } = await testDatabase();

beforeAll(async () => {
  await pool.query(`insert into site (id, name) values ('pond', '{"zh": "库", "en": "Pond"}')`);
});
afterEach(async () => {
  await pool.query('truncate callout_event restart identity');
});

/** Writes `type` to the log in an open transaction and returns the transaction; `lock` as `lockLog` does. */
async function append(client: pg.PoolClient, type: string, lock: boolean): Promise<void> {
  await client.query('begin');
  if (lock) await client.query(lockLogSql('callout_event'));
  await client.query(`insert into callout_event (site_id, type, at, facts) values ('pond', $1, now(), '{}')`, [type]);
}

/** One that reads the log by position, as alerting and the live stream do. */
function follower() {
  let position = 0;
  const seen: string[] = [];
  return {
    seen,
    async look(): Promise<void> {
      const rows = await db
        .selectFrom('callout_event')
        .select(['position', 'type'])
        .where('position', '>', position)
        .orderBy('position')
        .execute();
      for (const row of rows) {
        seen.push(row.type);
        position = row.position;
      }
    },
  };
}

/** Whether a session waits for an advisory lock. */
async function somebodyWaits(): Promise<boolean> {
  const { rowCount } = await pool.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`);
  return rowCount === 1;
}

async function withTwo(story: (first: pg.PoolClient, second: pg.PoolClient) => Promise<void>): Promise<void> {
  const [first, second] = [await pool.connect(), await pool.connect()];
  try {
    await story(first, second);
  } finally {
    first.release(true);
    second.release(true);
  }
}

describe('a log read by position', () => {
  it('is in the order of commits: a second appender waits for the first, and a follower steps over nothing', async () => {
    await withTwo(async (first, second) => {
      const reader = follower();
      await append(first, 'red', true);
      const secondDone = append(second, 'blue', true).then(() => second.query('commit'));

      await eventually(somebodyWaits, { what: 'the second appender waiting for the first' });
      await reader.look();
      expect(reader.seen).toEqual([]);

      await first.query('commit');
      await secondDone;
      await reader.look();
      expect(reader.seen).toEqual(['red', 'blue']);
      expect(await newestPosition(db, 'callout_event')).toBe(2);
    });
  });

  it('an appender that dies frees the log, and its position stays empty', async () => {
    await withTwo(async (first, second) => {
      const reader = follower();
      await append(first, 'never', true);
      const secondDone = append(second, 'blue', true).then(() => second.query('commit'));
      await eventually(somebodyWaits, { what: 'the second appender waiting for the first' });

      await first.query('rollback');
      await secondDone;
      await reader.look();
      expect(reader.seen).toEqual(['blue']);
      expect(await newestPosition(db, 'callout_event')).toBe(2);
    });
  });

  it('would lose the red without the lock: this is what the lock is for', async () => {
    await withTwo(async (first, second) => {
      const reader = follower();
      await append(first, 'red', false);
      await append(second, 'blue', false);
      await second.query('commit');
      await reader.look();
      await first.query('commit');
      await reader.look();
      expect(reader.seen).toEqual(['blue']);
    });
  });

  it('different logs do not wait for each other', async () => {
    await withTwo(async (first, second) => {
      await append(first, 'red', true);
      await second.query('begin');
      await second.query(lockLogSql('level_change'));
      expect(await somebodyWaits()).toBe(false);
      await second.query('commit');
      await first.query('commit');
    });
  });
});
