import { expect, it } from 'vitest';
import { applySite } from '../../src/app/site-config-store.ts';
import { sitePolicies } from '../../src/app/site-policy.ts';
import { hostClock } from '../../src/platform/clock.ts';
import { storySite } from '../support/story-site.ts';
import { testDatabase } from '../support/test-database.ts';

const { db } = await testDatabase();

it('a site whose configuration cannot be read keeps no other from being called without a database', async () => {
  const text = storySite({ officerSeconds: 60, engineerSeconds: 60, principalSeconds: 60 });
  const now = hostClock().now();
  await applySite(db, { text, name: 'story.yaml', who: 'test', now });
  const failed: string[] = [];
  const policies = sitePolicies((_error, siteId) => failed.push(siteId));
  const before = await policies(db);
  const next = { applied_at: new Date(now), applied_by: 'test', content: '{"site":"of another program"}' };
  await db.insertInto('site').values({ id: 'other', name: '{"zh":"其他","en":"Other"}' }).execute();
  await db
    .insertInto('site_config')
    .values([
      { ...next, site_id: 'other', version: 1 },
      { ...next, site_id: 'story', version: 2 },
    ])
    .execute();
  expect(await policies(db)).toEqual(before);
  expect(failed.toSorted()).toEqual(['other', 'story']);
});
