import { pino } from 'pino';
import { expect, test } from 'vitest';
import { instant } from '../../src/core/time.ts';
import { backgroundAudit } from '../../src/gateway/live/background-audit.ts';
import { openDatabase } from '../../src/platform/database.ts';
import { eventually } from '../support/eventually.ts';

test('while the database is away rows are left out, nobody waits, and it is logged once', async () => {
  // Port 1 refuses at once.
  await using away = openDatabase('postgres://nobody@127.0.0.1:1/none', { name: 'test away' });
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const record = backgroundAudit(away.db, log);
  for (let i = 0; i < 600; i += 1)
    record({ at: instant(i), who: 'kiosk:wall', action: 'screen/connected', facts: { i } });
  await eventually(() => lines.length > 0);
  for (let i = 0; i < 3; i += 1) record({ at: instant(i), who: 'kiosk:wall', action: 'screen/sound', facts: {} });
  expect(lines.filter((line) => line.includes('screens are not recorded'))).toHaveLength(1);
});
