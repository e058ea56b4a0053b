import { parse, stringify } from 'yaml';
import { storySite } from './story-site.ts';

/** Topic of the one instrument of that site. */
export const LEVEL_TOPIC = 'ponds/story/level';

/** The site of the story with a control room that may settle yellow, and an instrument that reports every minute: however slow the machine, it is not blind before three. */
export function pageSite(): string {
  const site = parse(storySite()) as {
    sensors: { intervalSeconds: number }[];
    contacts: unknown[];
    callout: { ladders: Record<string, unknown> };
  };
  for (const sensor of site.sensors) sensor.intervalSeconds = 60;
  site.contacts.unshift({
    id: 'control-room',
    duty: 'control-room',
    name: { zh: '值班室', en: 'Control room' },
    phone: '+8610000000011',
  });
  site.callout.ladders['yellow'] = {
    answeredBy: ['control-room', 'duty-officer'],
    rungs: [{ contact: 'officer', medium: 'voice', answerWithinSeconds: 120 }],
  };
  return stringify(site);
}
