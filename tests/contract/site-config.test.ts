import { expect, it } from 'vitest';
import { SiteConfig } from '../../src/contract/site-config.ts';
import { fieldTables } from '../support/field-tables.ts';

const HEAD = `# Keys of a site file

Made from the schema by tests/contract/site-config.test.ts; run that file with \`-u\` to make it anew.
How to write a site: [configuration.md](configuration.md).

`;

it('every key of a site file is described, and the guide says what the schema says', async () => {
  await expect(HEAD + fieldTables(SiteConfig)).toMatchFileSnapshot('../../docs/configuration-keys.md');
});
