import { it } from 'vitest';
import { DialectMapping } from '../../../src/contract/dialect-config.ts';
import { expectReadmeTellsKeys } from '../../support/adapter-readme.ts';

it('the guide says what the schema says', async () => {
  await expectReadmeTellsKeys('dialects', DialectMapping);
});
