import type { Purpose } from '../../src/core/purpose.ts';
import { filled } from '../slots.ts';
import type { Slots } from '../slots.ts';
import { refused } from './vendor-request.ts';

/** Approved templates by what they are for; what has none cannot be said by this carrier. */
export type Templates<Template = string> = { readonly [P in Purpose]?: Template | undefined };

export interface FilledTemplate<Template> {
  readonly template: Template;
  readonly purpose: Purpose;
  /** Its variables, in their order. */
  readonly slots: readonly (readonly [string, string])[];
}

/** The template for these slots, filled. Throws `carrier/refused` where there is none: another carrier may have one. */
export function filledTemplate<Template>(
  templates: Templates<Template>,
  slots: Slots | undefined,
  slotLength: number,
): FilledTemplate<Template> {
  if (slots === undefined) throw refused('no-slots');
  const template = templates[slots.purpose];
  if (template === undefined) throw refused(`no-template:${slots.purpose}`);
  return { template, purpose: slots.purpose, slots: filled(slots, slotLength) };
}
