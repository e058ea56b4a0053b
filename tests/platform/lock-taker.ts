import { takeLock } from '../../src/platform/instance-lock.ts';

/** Tries once for the lock as soon as a line comes, says what came of it, and keeps it until it is killed. */
const [path = ''] = process.argv.slice(2);
process.stdin.once('data', () => {
  void takeLock(path).then((lock) => {
    console.log('heldBy' in lock ? `refused ${String(lock.heldBy)}` : `held ${String(process.pid)}`);
    process.stdin.once('data', () => process.exit());
  });
});
console.log('waiting');
