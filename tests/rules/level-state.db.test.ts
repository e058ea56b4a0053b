import { beforeAll, beforeEach, expect, it } from 'vitest';
import { initialRuleState } from '../../rules/engine.ts';
import { loadLevelStates, saveLevelStates } from '../../rules/io/level-state.ts';
import { loadVisibilityStates, saveVisibilityStates } from '../../rules/io/visibility-state.ts';
import { firstSight } from '../../rules/visibility.ts';
import { MINUTE, instant } from '../../src/core/time.ts';
import { testDatabase } from '../support/test-database.ts';
import { POND, judge } from './rule-log.ts';

const { pool, db } = await testDatabase();
let sensorId = 0;

beforeAll(async () => {
  await pool.query(`insert into site (id, name) values ('pond', '{}'), ('other', '{}')`);
  const { rows } = await pool.query<{ id: number }>(
    `insert into sensor (site_id, code) values ('pond', 'level') returning id`,
  );
  sensorId = rows[0]?.id ?? 0;
});
beforeEach(async () => {
  await pool.query('truncate level_state, visibility_state');
});

it('R6 a level, its version and its running delay come back as they were', async () => {
  const rule = { ...POND, sensorId, onDelayMs: 15 * MINUTE };
  const at = (n: number) => ({ at: instant(n * MINUTE), value: 338.9, doubtful: false });
  const waiting = judge(rule, [at(0), at(5)]).state;
  const raised = judge(rule, [at(0), at(5), at(10), at(15)]).state;

  await pool.query(saveLevelStates([{ rule, state: waiting }]));
  expect(await loadLevelStates(db, ['pond'])).toEqual(new Map([[rule.target, waiting]]));

  const elsewhere = { ...rule, target: 'other/level', siteId: 'other' };
  await pool.query(
    saveLevelStates([
      { rule, state: raised },
      { rule: elsewhere, state: initialRuleState },
    ]),
  );
  expect(await loadLevelStates(db, ['pond'])).toEqual(new Map([[rule.target, raised]]));
  expect(await loadLevelStates(db, ['pond', 'other'])).toEqual(
    new Map([
      [rule.target, raised],
      ['other/level', initialRuleState],
    ]),
  );
  expect(await loadLevelStates(db, [])).toEqual(new Map());
});

it('visibility comes back with its moment', async () => {
  const sight = {
    ...firstSight({ id: sensorId, siteId: 'pond', intervalMs: MINUTE }),
    visibility: 'doubtful',
    since: instant(5),
  } as const;
  await pool.query(saveVisibilityStates([sight]));
  await pool.query(saveVisibilityStates([{ ...sight, visibility: 'blind', since: instant(9) }]));
  expect(await loadVisibilityStates(db, ['pond'])).toEqual(new Map([[sensorId, { visibility: 'blind', since: 9 }]]));
  expect(await loadVisibilityStates(db, ['other'])).toEqual(new Map());
});
