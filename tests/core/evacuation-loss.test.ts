import { expect, it } from 'vitest';
import { lostBy } from '../../src/core/evacuation-loss.ts';
import type { Member } from '../../src/core/evacuation.ts';

const entry = (name: string, ...phones: readonly string[]): Member => ({
  name,
  phones,
  place: '',
  persons: 1,
  note: '',
  marshal: null,
});
const [LI, WANG] = [entry('li', '+861000000041'), entry('wang', '+861000000042', '+861000000043')];

const cases: Readonly<Record<string, readonly [readonly Member[], readonly Member[], readonly string[]]>> = {
  'one more is no loss': [[LI], [WANG, LI], []],
  'one fewer is': [[LI, WANG], [LI], ['wang']],
  'an emptied list loses everybody': [[LI, WANG], [], ['li', 'wang']],
  'a corrected number is none, nor is a corrected name': [
    [LI, WANG],
    [entry('li', '+861000000049'), entry('wang the elder', ...WANG.phones)],
    [],
  ],
  'fewer numbers of somebody are a loss': [[WANG], [entry('wang', '+861000000042')], ['wang']],
  'two of one name are two': [
    [entry('li', '+861000000041'), entry('li', '+861000000044')],
    [entry('li', '+861000000041')],
    ['li'],
  ],
  'who has no number is known by his name': [[entry('zhao')], [entry('zhao')], []],
  'a name in the place of another is a loss, though as many are listed': [
    [LI],
    [entry('sun', '+861000000045')],
    ['li'],
  ],
};

it.each(Object.entries(cases))('%s', (_title, [before, after, lost]) => {
  expect(lostBy(before, after).map(({ name }) => name)).toEqual(lost);
});
