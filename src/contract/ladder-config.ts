import { z } from 'zod';

export const Seconds = z
  .number()
  .positive()
  .max(31 * 24 * 3600);

export const DUTIES = [
  'control-room',
  'duty-officer',
  'chief-engineer',
  'deputy-principal',
  'principal',
  'assigned-leader',
  'county-emergency',
  'city-emergency',
  'engineer-of-record',
  'responsible-tailings-engineer',
] as const;
export const MEDIA = ['voice', 'sms', 'mail', 'siren'] as const;

const Who = z.union([
  z.strictObject({ duty: z.enum(DUTIES).describe('Whoever has this duty at that moment.') }),
  z.strictObject({ contact: z.string().describe('Id of one contact.') }),
  z.strictObject({ group: z.string().describe('Id of a group.') }),
]);

const Medium = z
  .enum(MEDIA)
  .describe(
    'voice: a call, answered by a digit; sms: a message, answered by a code; mail: one answered by its link; siren: it sounds until somebody answers otherwise.',
  );

const Rung = z
  .strictObject({
    who: z
      .array(Who)
      .min(1)
      .max(20)
      .optional()
      .describe('Whom to reach, each as `duty: …`, `contact: …` or `group: …`.'),
    media: z
      .array(Medium)
      .min(1)
      .max(MEDIA.length)
      .optional()
      .describe('How, all of them at once; voice if left out. One after the other is a rung each.'),
    answeredBy: z
      .enum(['any', 'everyone'])
      .optional()
      .describe('everyone: the answer of one of its people counts when all of them have answered; any if left out.'),
    answerWithinSeconds: Seconds.default(300).describe(
      'How long to wait for an answer before the next rung; 15 at least is sensible.',
    ),
    attempts: z
      .int()
      .min(1)
      .max(20)
      .optional()
      .describe('How often its people are called; 3 if left out. It calls on while the next rung is tried.'),
    attemptsWithinSeconds: Seconds.optional().describe(
      'The time over which these attempts are spread; 300 if left out.',
    ),
    contact: z
      .string()
      .optional()
      .describe('Instead of `who` and `media`: id of the one contact to reach, called once a round.'),
    medium: Medium.optional().describe('With `contact`: how.'),
  })
  .superRefine((rung, ctx) => {
    const fault = (key: string, message: string) => ctx.addIssue({ code: 'custom', path: [key], message });
    if (rung.who === undefined && rung.contact === undefined) fault('who', 'is missing: whom to reach');
    if (rung.who !== undefined && rung.contact !== undefined)
      fault('contact', 'stands beside `who`: write one of them');
    if (rung.contact !== undefined && rung.medium === undefined) fault('medium', 'is missing');
    if (rung.contact !== undefined && rung.media !== undefined) fault('media', 'goes with `who`: write `medium`');
    if (rung.who !== undefined && rung.medium !== undefined) fault('medium', 'goes with `contact`: write `media`');
    if (new Set(rung.media).size !== (rung.media ?? []).length) fault('media', 'names one twice');
  });

/** Who is called at one level, in which order. */
export const LadderConfig = z.strictObject({
  answeredBy: z.array(z.enum(DUTIES)).min(1).describe('Whose answer settles this level.'),
  rungs: z.array(Rung).min(1).describe('In order, and again from the top, until somebody who may has answered.'),
  respondWithinSeconds: Seconds.optional().describe(
    'After an answer somebody has to say within this time what is done, else it is called again. Left out: 600 for orange and red, and for blue and yellow nobody has to. Our default of 2026; no norm that we have read names a figure.',
  ),
  reportWithinSeconds: Seconds.optional().describe(
    'An order given by key or message has to be reported done within this time, else it is called again; 1800 if left out. Commonly reproduced, not checked against a printed norm.',
  ),
  giveUpAfterRounds: z
    .int()
    .min(1)
    .optional()
    .describe('叫应失败: after so many rounds it is on record who was not reached and must be sought. It calls on.'),
  failedTells: z
    .array(Who)
    .min(1)
    .max(20)
    .optional()
    .describe(
      'Who is told then, by a call and a message, whom to seek at the door, as in `who`: the control room if left out. Name the bureau here where it is to know.',
    ),
});
