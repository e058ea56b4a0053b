import { expect, test } from 'vitest';
import { MINUTE } from '../../src/core/time.ts';
import { eventually } from '../support/eventually.ts';
import { reap, seeded } from '../support/reaper.ts';
import { startSpine } from '../support/spine.ts';
import { answersTold, calledPeople, isSilent, storedValues } from '../support/story-record.ts';
import { ENGINEER, OFFICER, PRINCIPAL, storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const LEVEL = 'ponds/story/level';
const ROUNDS = 10;
/** In each story at least: however slowly programs start, and however soon people have answered. */
const KILLS = 6;
const withinMs = 10 * MINUTE;

// The quick twins are the story with one mishap each (tests/e2e/story.e2e.test.ts) and the chaos tests beside this one.
const rounds = [];
for (let seed = 1; seed <= ROUNDS; seed += 1) rounds.push({ seed, databaseUrl: (await testDatabase()).url });

test.each(rounds)(
  'kill -9 of judge, alert and gateway all through the story, seed $seed: the same people, each once, and silence',
  async ({ seed, databaseUrl }) => {
    // Longer than a lease and a slow start: a call whose maker died is made before the next rung is due, and whoever is on
    // the line while the gateway starts is not given up.
    const site = storySite({ officerSeconds: 45, engineerSeconds: 600, principalSeconds: 600 });
    await using spine = await startSpine({ databaseUrl, site });
    const { judge, alert, gateway, phones, database } = spine;
    await phones.phone(OFFICER).ignores();
    const reaper = reap({ judge, alert, gateway }, seeded(seed), 2_500);

    await spine.measure(LEVEL, 338.5);
    await spine.measure(LEVEL, 338.87);
    const engineer = await phones.phone(ENGINEER).expectCall({ withinMs });
    await engineer.thenPress('wrong', { withinMs });
    await engineer.thenPress('right', { withinMs });
    await spine.measure(LEVEL, 338.95);
    const principal = await phones.phone(PRINCIPAL).expectCall({ withinMs });
    await principal.thenPickUp();
    // Who answered orange is called once, to confirm that it is red: after he has heard his read-back, and whatever is killed meanwhile.
    const again = await phones.phone(ENGINEER).expectCall({ withinMs });
    await principal.thenPress('right', { withinMs });
    await again.thenPress('right', { withinMs });
    // A kill after the last answer must wake nobody either.
    await eventually(() => reaper.killed.length >= KILLS, { what: 'enough kills', withinMs });
    await reaper.stop();
    await eventually(() => isSilent(spine), { what: 'silence', withinMs });

    const story = `killed: ${reaper.killed.join(', ')}`;
    expect((await calledPeople(spine)).toSorted(), story).toEqual([OFFICER, ENGINEER, ENGINEER, PRINCIPAL].toSorted());
    expect(await storedValues(spine), story).toEqual([338.5, 338.87, 338.95]);
    expect((await answersTold(spine)).toSorted(), story).toEqual(
      ['engineer orange voice', 'principal red voice', 'engineer null voice'].toSorted(),
    );
    const changes = await database.db.selectFrom('level_change').select('to_level').orderBy('position').execute();
    expect(
      changes.map(({ to_level }) => to_level),
      story,
    ).toEqual(['orange', 'red']);
  },
  30 * MINUTE,
);
