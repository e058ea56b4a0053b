import type { CarrierReply } from '../../carrier-report.ts';

/** How the text is spoken. */
export interface Voice {
  readonly language: string;
  readonly voice: string;
}

/** Says the text again and again until a key is pressed, which goes to `action`. Twilio ends a loop of 0 after a thousand times. */
export const untilKey = (text: string, action: string, voice: Voice): string =>
  response(gather(action, `<Say ${spoken(voice)} loop="0">${escaped(text)}</Say>`));

/** Says the text again and again: nobody could hear a key. */
export const onAndOn = (text: string, voice: Voice): string =>
  response(`<Say ${spoken(voice)} loop="0">${escaped(text)}</Say>`);

/** What the line does after a key: nothing said, it listens on in silence. */
export function afterKey({ say, gather: listens, hangup }: CarrierReply, action: string, voice: Voice): string {
  if (hangup === true) return response(said(say, voice), '<Hangup/>');
  if (say === undefined) return response(gather(action, ''), redirect(action));
  return listens === undefined
    ? response(said(say, voice), gather(action, ''), redirect(action))
    : untilKey(say, action, voice);
}

const response = (...verbs: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs.join('')}</Response>`;

const gather = (action: string, inside: string): string =>
  `<Gather input="dtmf" numDigits="1" timeout="10" action="${escaped(action)}" method="POST">${inside}</Gather>`;

/** Nobody pressed: the same address is asked again without a digit. */
const redirect = (action: string): string => `<Redirect method="POST">${escaped(action)}</Redirect>`;

const said = (text: string | undefined, voice: Voice): string =>
  text === undefined ? '' : `<Say ${spoken(voice)}>${escaped(text)}</Say>`;

const spoken = ({ language, voice }: Voice): string => `language="${escaped(language)}" voice="${escaped(voice)}"`;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/gu, (character) => `&#${String(character.codePointAt(0) ?? 0)};`);
