import { it } from 'vitest';
import { Sl651Line } from '../../../src/contract/acquire/sl651-config.ts';
import { expectReadmeTellsKeys } from '../../support/adapter-readme.ts';

it('the guide says what the schema says', async () => {
  await expectReadmeTellsKeys('sl651', Sl651Line);
});
