import { z } from 'zod';

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const NAME_FAULT = 'must be 1 to 40 of a-z, 0-9 and "-", not starting with "-"';

/** Name of a line, a device, an edge or a secret: it stands in topics, folders and messages. */
export const LineName = z.string().regex(NAME, NAME_FAULT);

/** Code of a channel or sensor that a line reports. That the site has it, and no formula makes it, is checked for all lines. */
export const SensorCode = z.string().regex(NAME, NAME_FAULT).describe('Code of the channel or sensor it reports.');

/** Stands first in each protocol's schema. */
export const lineHead = {
  name: LineName.describe('Unique in the site; also in the topic.'),
  edge: LineName.default('central').describe(
    'Name of the acquire process that runs it: `central`, or one at the mine.',
  ),
  paused: z.boolean().default(false).describe('true: it is not run; its points go blind as any that are silent.'),
};

/** A sensor that a line reports, and where that is written. */
export interface LineSensor {
  readonly code: string;
  /** The device behind the line that measures it, by the name that `report` uses; null where the line has but one. */
  readonly device: string | null;
  /** From the line: `['slaves', 0, 'points', 2, 'sensor']`. */
  readonly path: readonly (string | number)[];
}
