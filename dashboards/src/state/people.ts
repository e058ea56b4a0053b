import type { PeopleView } from '../../../src/contract/people.ts';

/** An account, as an administrator sees it. */
export type Person = PeopleView['accounts'][number];
/** People who hold the same roles. */
export type Group = PeopleView['groups'][number];
