/** Why a change of who may what was refused, in Chinese. */
export const zhPeople = {
  'problem.access/denied': '您的角色不允许此操作。',
  'problem.account/not-found': '没有这个账号，或它不归您管理。',
  'problem.account/exists': '已有同名账号。',
  'problem.account/last-admin': '这样就没有人管理全部库区了：先任命另一位管理员。',
  'problem.account/own': '不能在这里更改自己的账号：请另一位管理员操作。',
  'problem.account/own-grants': '不能更改自己的角色：请另一位管理员操作，两个人看得更清楚。',
  'problem.account/without-role': '账号至少要有一个角色。如不再使用，请停用账号。',
  'problem.account/identity-taken': '这个统一登录身份已属于另一个账号。',
  'problem.account/unknown-identity': '这个统一登录身份没有对应的账号，请联系管理员。',
  'problem.group/not-found': '没有这个用户组，或它不归您管理。',
  'problem.group/exists': '已有同名用户组。',
  'problem.credential/not-found': '没有这个凭证，或它不归您管理。',
  'problem.kiosk/wrong-token': '大屏令牌不对、已到期或已撤销。',
} as const;
