import type { CalloutDesk } from '../../alerting/io/callout-desk.ts';
import { eachAlone } from '../../alerting/io/each-alone.ts';
import type { Outbox } from '../../alerting/io/outbox.ts';

interface StandInPorts {
  readonly desk: Pick<CalloutDesk, 'followLevelChanges' | 'followReports' | 'followVisibility' | 'takeDue'>;
  readonly outbox: Outbox;
  /** Whether the process that should call does not. */
  readonly isNeeded: () => boolean;
  readonly isArmed: () => Promise<boolean>;
}

/**
 * One round in place of the process that calls: the same work on the same tables, by connections and requests of our own. Both may
 * work at once when that process comes back: leases and fencing numbers tell their claims apart, and no attempt is made twice.
 */
export async function standIn({ desk, outbox, isNeeded, isArmed }: StandInPorts): Promise<void> {
  if (!isNeeded()) return;
  const isCalling = await isArmed();
  const work = [
    () => desk.followLevelChanges(),
    () => desk.followReports(),
    () => desk.followVisibility(),
    ...(isCalling ? [() => desk.takeDue(), () => outbox.pass()] : []),
  ];
  await eachAlone(work, async (each) => {
    await each();
  });
}
