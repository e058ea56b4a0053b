import type { Words } from './policy.ts';

/** What a call says that proves a number: that it is no alarm comes first. */
export const proofText = (site: Words, person: Words, code: string): string =>
  `电话测试，不是预警。${site.zh}值班电话，${person.zh}您好。请按 ${code} 确认。Telephone test, no alarm. Please press ${code}.`;

/** What is said when the right key was pressed. */
export const PROVED = '已确认，谢谢。Thank you.';

/** What is said when another key was pressed. */
export const proofAgain = (code: string): string => `请按 ${code}。Please press ${code}.`;

/** What the responsible person is told of gaps. */
export const gapsText = (site: Words, count: number, first: string): string =>
  `${site.zh}：未来 30 天值班有 ${String(count)} 处空档，最早 ${first}。请在“排班”页补齐。`;

/** What the responsible person is told of a drill that is due. */
export const drillDueText = (site: Words, due: string, isOverdue: boolean): string =>
  isOverdue
    ? `${site.zh}：叫应演练已超期，应于 ${due} 前举行。请在“演练”页安排。`
    : `${site.zh}：叫应演练应于 ${due} 前举行。请在“演练”页安排。`;
