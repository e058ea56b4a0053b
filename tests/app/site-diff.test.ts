import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { siteDiff } from '../../src/app/site-diff.ts';
import { parseSiteFile } from '../../src/app/site-file.ts';

const DEMO = await readFile(new URL('../support/small-pond.yaml', import.meta.url), 'utf8');
const { config } = parseSiteFile(DEMO, 'demo-pond.yaml');
const [first, ...others] = config.contacts;

describe('what changes', () => {
  it('nothing', () => expect(siteDiff(config, structuredClone(config))).toEqual([]));

  it('an entry added in front is one addition', () => {
    const gauge = { ...config.sensors[0], code: 'second-gauge' } as (typeof config.sensors)[number];
    const diff = siteDiff(config, { ...config, sensors: [gauge, ...config.sensors] });
    expect(diff[0]).toBe(
      '~ sensors: pond-level, rain, piezometer-1, piezometer-2 -> second-gauge, pond-level, rain, piezometer-1, piezometer-2',
    );
    expect(diff.slice(1).every((line) => line.startsWith('+ sensors[second-gauge].'))).toBe(true);
  });

  it('an order, as it decides who is called first', () => {
    expect(siteDiff(config, { ...config, contacts: [...others, ...(first ? [first] : [])] })).toHaveLength(1);
    const yellow = config.callout.ladders.yellow;
    if (yellow === undefined) throw new Error('the demo has a yellow ladder');
    const ladders = { ...config.callout.ladders, yellow: { ...yellow, rungs: yellow.rungs.toReversed() } };
    expect(siteDiff(config, { ...config, callout: { ...config.callout, ladders } })).toEqual([
      '~ callout.ladders.yellow.rungs[0].contact: control-room -> duty-officer',
      '~ callout.ladders.yellow.rungs[1].contact: duty-officer -> control-room',
    ]);
  });

  it('never shows a telephone number', () => {
    const contacts = config.contacts.map((contact) => ({ ...contact, phone: contact.phone.replace(/.$/, '9') }));
    const lines = [...siteDiff(config, { ...config, contacts }), ...siteDiff(config, { ...config, contacts: others })];
    expect(lines).toContain('~ contacts[principal].phone: (number) -> (another number)');
    expect(lines.join('\n')).not.toMatch(/\+86/);
  });
});
