import { z } from 'zod';

/** An instant on the wire. */
export const At = z.number().describe('Epoch milliseconds, UTC.');

/** One line: a control character is in no name, and PostgreSQL takes no NUL in a text. */
export const Line = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters');
