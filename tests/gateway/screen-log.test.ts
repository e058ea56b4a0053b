import { expect, test } from 'vitest';
import { SECOND, instant, plus } from '../../src/core/time.ts';
import { screenLog } from '../../src/gateway/live/screen-log.ts';
import type { Session } from '../../src/gateway/sessions.ts';
import type { AuditEntry } from '../../src/platform/audit.ts';

const START = instant(Date.UTC(2026, 6, 1));
const at = (seconds: number) => plus(START, seconds * SECOND);
const PLACE = { address: '10.0.0.7', agent: 'a browser' };

const session = (key: string, kind: Session['kind'] = 'person'): Session => ({
  key,
  kind,
  account: { id: key, name: kind === 'kiosk' ? 'kiosk:wall' : 'zhang' },
  grants: [],
  access: new Map(),
  secondFactor: false,
  mustChangePassword: false,
  expiresAt: at(1e6),
});
const WALL = session('wall', 'kiosk');

function opened() {
  const rows: AuditEntry[] = [];
  const screens = screenLog<string>((entry) => rows.push(entry));
  screens.opened('page', WALL, PLACE, at(0));
  return { screens, rows, actions: () => rows.map(({ action }) => action) };
}

test('a screen is told with what it says of its sound', () => {
  const { screens, rows } = opened();
  screens.said('page', 'blocked', at(1));
  expect(rows).toEqual([
    {
      at: at(1),
      who: 'kiosk:wall',
      action: 'screen/connected',
      facts: { ...PLACE, session: 'wall', kiosk: true, sound: 'blocked' },
    },
  ]);
});

test('a page that is older than the question is told after five seconds, its sound unknown', () => {
  const { screens, rows } = opened();
  screens.look(at(4));
  expect(rows).toEqual([]);
  screens.look(at(5));
  screens.look(at(6));
  expect(rows.map(({ facts }) => facts['sound'])).toEqual(['unknown']);
});

test('sound that goes to and fro is told once in ten seconds, as what it then is', () => {
  const { screens, rows, actions } = opened();
  screens.said('page', 'on', at(0));
  for (let i = 1; i <= 9; i += 1) screens.said('page', i % 2 === 1 ? 'off' : 'on', at(i));
  expect(actions()).toEqual(['screen/connected']);
  screens.look(at(10));
  expect(rows[1]).toMatchObject({ action: 'screen/sound', facts: { from: 'on', to: 'off' } });
  screens.look(at(30));
  expect(rows).toHaveLength(2);
});

test('a page that is back within a minute was never away, and changed only its sound', () => {
  const { screens, rows, actions } = opened();
  screens.said('page', 'on', at(0));
  for (let i = 0; i < 20; i += 1) {
    screens.closed(`page${i === 0 ? '' : String(i)}`, at(20 + i * 50));
    screens.opened(`page${String(i + 1)}`, WALL, PLACE, at(60 + i * 50));
    screens.look(at(65 + i * 50));
  }
  expect(actions()).toEqual(['screen/connected']);
  screens.said('page20', 'blocked', at(1100));
  expect(rows[1]).toMatchObject({ action: 'screen/sound', facts: { from: 'on', to: 'blocked' } });
});

test('a screen that stays away is told a minute later, with when it went', () => {
  const { screens, rows, actions } = opened();
  screens.said('page', 'on', at(0));
  screens.closed('page', at(100));
  screens.look(at(159));
  expect(actions()).toEqual(['screen/connected']);
  screens.look(at(160));
  screens.look(at(161));
  expect(rows[1]).toMatchObject({
    action: 'screen/disconnected',
    at: at(160),
    facts: { sound: 'on', connectedAt: at(0), goneAt: at(100) },
  });
  screens.opened('again', WALL, PLACE, at(170));
  screens.said('again', 'on', at(170));
  expect(actions()).toEqual(['screen/connected', 'screen/disconnected', 'screen/connected']);
});

test('two tabs of one session are two screens, and another session is never taken for one that went', () => {
  const { screens, actions } = opened();
  screens.said('page', 'on', at(0));
  screens.opened('tab', WALL, PLACE, at(1));
  screens.said('tab', 'on', at(1));
  screens.closed('tab', at(2));
  screens.opened('somebody', session('zhang'), PLACE, at(3));
  screens.said('somebody', 'off', at(3));
  expect(actions()).toEqual(['screen/connected', 'screen/connected', 'screen/connected']);
});
