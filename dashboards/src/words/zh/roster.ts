/** Words of who is on duty, in Chinese. */
export const zhRoster = {
  'problem.roster/invalid': '排班内容有误，未保存。',
  'problem.roster/not-found': '找不到这项临时安排，或已结束。',
  'problem.roster/not-own': '只能登记或结束本人的请假。',
  'problem.roster/overtaken': '其他人刚刚修改了排班：请刷新后再改。',
  'problem.swap/not-found': '找不到这项换班。',
  'problem.swap/not-open': '这项换班已有答复或已过时。',
  'problem.swap/not-yours': '只有轮值人员本人可以提出、同意或撤回换班；账号与人员的对应由工程师登记。',
} as const;
