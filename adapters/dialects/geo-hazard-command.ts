/** A command of the centre to a device of the geological-hazard family. */
export interface Command {
  /** `sample`: measure once, now. `setworkmode`: with `mode` 0 normal, 1 saving power, 2 emergency, which reports at a faster rate. */
  readonly cmd: 'sample' | 'setworkmode' | 'getstatus';
  readonly apikey: string;
  /** By which the answer is known. */
  readonly msgid: string;
  readonly more?: Readonly<Record<string, string>>;
}

/** What a device answered. */
export interface CommandAnswer {
  readonly cmd: string;
  readonly msgid: string;
  readonly succeeded: boolean;
}

const PART = /^[^&=$]*$/;

/** The command as it is published: `$cmd=sample&apikey=…&msgid=…`. Throws where a part has a sign that would end it. */
export function commandText({ cmd, apikey, msgid, more = {} }: Command): string {
  const parts = Object.entries({ cmd, apikey, msgid, ...more });
  const wrong = parts.find(([name, value]) => !PART.test(name) || !PART.test(value));
  if (wrong !== undefined) throw new RangeError(`${wrong[0]} must have no &, = or $`);
  return `$${parts.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** Lets devices report at once, and then at their emergency rate. */
export const emergencyRate = (apikey: string, msgid: string): Command => ({
  cmd: 'setworkmode',
  apikey,
  msgid,
  more: { mode: '2' },
});

const TEXT_MAX = 4_096;

/** The answer to a command (`$cmd=…&msgid=…&result=succ`), or `undefined` where the message is none. */
export function commandAnswer(payload: Uint8Array): CommandAnswer | undefined {
  if (payload[0] !== 0x24 || payload.length > TEXT_MAX) return undefined;
  const text = new TextDecoder('utf-8').decode(payload);
  if (!text.startsWith('$cmd=')) return undefined;
  const parts = new Map(
    text
      .slice(1)
      .split('&')
      .map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const [cmd, msgid, result] = ['cmd', 'msgid', 'result'].map((name) => parts.get(name));
  return cmd === undefined || result === undefined
    ? undefined
    : { cmd, msgid: msgid ?? '', succeeded: result === 'succ' };
}
