import type { BroadcastBox } from '../../alerting/io/broadcast-box.ts';
import type { BroadcastDesk } from '../../alerting/io/broadcast-desk.ts';
import type { CalloutDesk } from '../../alerting/io/callout-desk.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';

interface StandInPorts {
  readonly desk: Pick<CalloutDesk, 'followLevelChanges' | 'followReports' | 'followVisibility' | 'takeDue'>;
  readonly outbox: Outbox;
  /** Evacuations: who is due, what was ordered, and their calls. */
  readonly leaving?: Pick<BroadcastDesk, 'takeDue' | 'takeOrdered'> & Pick<BroadcastBox, 'pass'>;
  /** Whether the process that should call does not. */
  readonly isNeeded: () => boolean;
  readonly isArmed: () => Promise<boolean>;
}

/**
 * One round in place of the process that calls: the same work on the same tables, by connections and requests of our own. Both may
 * work at once when that process comes back: leases and fencing numbers tell their claims apart, and no attempt is made twice.
 */
export async function standIn({ desk, outbox, leaving, isNeeded, isArmed }: StandInPorts): Promise<void> {
  if (!isNeeded()) return;
  const isCalling = await isArmed();
  const work = [
    () => desk.followLevelChanges(),
    () => desk.followReports(),
    () => desk.followVisibility(),
    ...(isCalling ? [() => desk.takeDue(), () => outbox.pass()] : []),
    ...(isCalling && leaving !== undefined
      ? [() => leaving.takeOrdered(), () => leaving.takeDue(), () => leaving.pass()]
      : []),
  ];
  await eachAlone(work, async (each) => {
    await each();
  });
}
