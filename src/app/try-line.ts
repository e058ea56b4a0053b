import type { Protocol } from '../../adapters/acquisition.ts';
import type { AcquireLine } from '../contract/acquire/acquire-config.ts';
import { AppError } from '../core/errors.ts';
import type { TryOut } from '../gateway/routes/lines.ts';
import { PROTOCOLS } from './acquire-lines.ts';

/** What a line would make of some bytes, by the very decoder that it runs with. */
export const tryLine: TryOut = async (line, bytes, at) => {
  const load: (() => Promise<Protocol<AcquireLine>>) | undefined = PROTOCOLS[line.protocol];
  const protocol = await load?.();
  if (protocol?.tryOut === undefined)
    throw new AppError('line/cannot', `a line of ${line.protocol} takes nothing that could be pasted`);
  const { acquired, refusals } = protocol.tryOut(line, bytes, at);
  return {
    acquired: acquired.map(({ sensorCode, observedAt, value, quality, why, raw }) => ({
      sensorCode,
      observedAt,
      value,
      quality,
      ...(why !== undefined && { why }),
      ...(raw !== undefined && { raw }),
    })),
    refusals: [...refusals],
  };
};
