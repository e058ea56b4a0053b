import { expect, test } from 'vitest';
import { lineAsker } from '../../src/gateway/live/line-asker.ts';
import { commandTopic, toldTopic } from '../../src/contract/acquire/command.ts';
import type { Command } from '../../src/contract/acquire/command.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { testDatabase } from '../support/test-database.ts';
import { NOW, storePond } from './pond.ts';
import { signIn, testGateway } from './test-gateway.ts';

const database = await testDatabase();
const { db } = database;
const house = await testGateway(database);
const cookie = await signIn(house, database);
const sensors = await storePond(db);

const inject = (method: 'GET' | 'POST', url: string, payload?: object) =>
  house.app.inject({ method, url, headers: { cookie }, ...(payload && { payload }) });

test('a line that has said nothing says so, and one that is faulty says why', async () => {
  const line = { name: 'files', protocol: 'files', edge: 'central', paused: false, columns: [] };
  const { content } = await db.selectFrom('site_config').select('content').executeTakeFirstOrThrow();
  await db
    .insertInto('site_config')
    .values({
      site_id: 'pond',
      version: 2,
      content: JSON.stringify({ ...(content as object), acquire: [line] }),
      applied_at: new Date(NOW),
      applied_by: 'test',
    })
    .execute();
  const before = await inject('GET', '/api/sites/pond/lines');
  expect(before.json()).toMatchObject({
    now: NOW,
    lines: [{ line: 'files', state: 'connecting', since: null, lastAt: null }],
    edges: [{ edge: 'central', heardAt: null, lost: null }],
  });
  const said = { site_id: 'pond', device: null, at: new Date(NOW), recorded_at: new Date(NOW) };
  await db
    .insertInto('line_change')
    .values([
      { ...said, line: 'files', state: 'faulty', fault: 'unreachable', detail: 'ENOENT' },
      { ...said, line: '~central', state: 'connected', fault: 'spool-full', detail: 'thinned: 12 values' },
    ])
    .execute();
  const after = await inject('GET', '/api/sites/pond/lines');
  expect(after.json()).toMatchObject({
    lines: [{ state: 'faulty', fault: 'unreachable', detail: 'ENOENT', since: NOW }],
    edges: [{ edge: 'central', lost: 'thinned: 12 values' }],
  });
});

test('what no line asks for cannot be asked, and it is said in so many words', async () => {
  const response = await inject('POST', `/api/sensors/${String(sensors.level)}/measure`);
  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([409, 'line/cannot']);
});

test('an answer is taken for the question that was asked, and silence is told as such', async () => {
  const asked: { topic: string; command: Command }[] = [];
  const asker = lineAsker({
    clock: fakeClock(NOW),
    answersWithinMs: 50,
    publish: (topic, payload) => {
      asked.push({ topic, command: JSON.parse(payload) as Command });
      return true;
    },
  });
  const first = asker.ask('pond', 'north', { line: 'bus', do: 'look' });
  const second = asker.ask('pond', 'north', { line: 'bus', do: 'measure' });
  expect(asked.map(({ topic }) => topic)).toEqual([commandTopic('pond', 'north'), commandTopic('pond', 'north')]);
  const answer = { kind: 'answer', id: asked[0]?.command.id, fault: null, raw: [] };
  // Who may speak for another site does not speak for this one.
  asker.hear(toldTopic('lake', 'north'), { ...answer, raw: [{ at: 'x', raw: 'y', receivedAt: 1 }] });
  asker.hear(toldTopic('pond', 'north'), answer);
  expect(await first).toMatchObject({ raw: [] });
  await expect(second).rejects.toMatchObject({ code: 'line/away' });
});
