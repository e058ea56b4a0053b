/** Does the work for every item in turn; one that fails stops no other. Throws what failed when all are through. */
export async function eachAlone<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) await work(item).catch((error: unknown) => failures.push(error));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, `${String(failures.length)} failed: ${String(failures[0])}`);
}
