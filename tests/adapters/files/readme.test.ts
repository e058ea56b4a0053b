import { it } from 'vitest';
import { FilesLine } from '../../../src/contract/acquire/files-config.ts';
import { expectReadmeTellsKeys } from '../../support/adapter-readme.ts';

it('the guide says what the schema says', async () => {
  await expectReadmeTellsKeys('files', FilesLine);
});
