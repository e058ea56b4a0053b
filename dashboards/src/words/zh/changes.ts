/** Words of changes that need a second person, in Chinese. */
export const zhChanges = {
  'problem.config/invalid': '配置文件有错误。',
  'problem.proposal/not-found': '找不到这项变更。',
  'problem.proposal/reason-missing': '请填写理由。',
  'problem.proposal/not-open': '这项变更已有结论或已过期。',
  'problem.proposal/own': '不能审批自己提出的变更。',
  'problem.proposal/no-account': '须由登录的人员审批。',
  'problem.proposal/not-own': '只有提出人可以撤回，其他人请否决。',
  'problem.proposal/acted': '已经生效，不能撤回：须由另一人审阅。',
  'problem.proposal/overtaken': '提出之后配置或级别又有变化，批准的结果会与所示不同：请重新提出。',
  'problem.level/not-graver': '现在的级别不高于要降到的级别，或没有这一级的限值。',
} as const;
