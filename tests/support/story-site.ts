import { stringify } from 'yaml';

/** Telephone numbers of the story: they belong to nobody. */
export const OFFICER = '+8610000000012';
export const ENGINEER = '+8610000000013';
export const PRINCIPAL = '+8610000000015';

interface Waits {
  /** Seconds each rung of the ladders waits for an answer. */
  readonly officerSeconds?: number;
  readonly engineerSeconds?: number;
  readonly principalSeconds?: number;
}

const person = (id: string, duty: string, zh: string, en: string, phone: string) => ({
  id,
  duty,
  name: { zh, en },
  phone,
});

/** A pond with one level gauge and two ladders, as the YAML that is applied. Limits are those of the recorded trace. */
export const storySite = ({ officerSeconds = 3, engineerSeconds = 60, principalSeconds = 60 }: Waits = {}): string =>
  stringify({
    site: 'story',
    name: { zh: '故事尾矿库', en: 'Story pond' },
    timeZone: 'Asia/Shanghai',
    facility: { kind: 'tailings-pond', class: 'three', construction: 'upstream', storage: 'wet', peopleBelow: true },
    mqtt: { topic: 'ponds/story/{sensor}', value: 'value', observedAt: 'observedAt', time: 'epoch-ms' },
    sensors: [
      {
        code: 'level',
        name: { zh: '库水位', en: 'Pond level' },
        item: 'pond-level',
        unit: 'm',
        intervalSeconds: 600,
        installedOn: '2024-01-01',
        range: { min: 330, max: 345 },
      },
    ],
    rules: [
      {
        id: 'level',
        sensor: 'level',
        worse: 'rising',
        limits: { blue: 338.7, yellow: 338.8, orange: 338.86, red: 338.89 },
        deadband: 0.01,
        source: 'story',
        approved: { by: 'story', on: '2024-05-01', document: 'story' },
      },
    ],
    contacts: [
      person('officer', 'duty-officer', '赵值班', 'Zhao', OFFICER),
      person('engineer', 'chief-engineer', '钱总工', 'Qian', ENGINEER),
      person('principal', 'principal', '李矿长', 'Li', PRINCIPAL),
    ],
    callout: {
      redialSeconds: 2,
      ladders: {
        orange: {
          answeredBy: ['duty-officer', 'chief-engineer'],
          rungs: [
            { contact: 'officer', medium: 'voice', answerWithinSeconds: officerSeconds },
            { contact: 'engineer', medium: 'voice', answerWithinSeconds: engineerSeconds },
          ],
        },
        red: {
          answeredBy: ['principal'],
          rungs: [{ contact: 'principal', medium: 'voice', answerWithinSeconds: principalSeconds }],
        },
      },
    },
  });
