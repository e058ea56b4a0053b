/** What is said of signing in at an OpenID provider, in Chinese. */
export const zhOpenId = {
  'openid.button': '统一身份登录（{label}）',
  'openid.tell': '请把下面这一行原样告诉管理员，由其关联到您的账号：',
  'problem.openid/away': '统一身份系统连不上。请用账号和密码登录，或稍后再试。',
  'problem.openid/denied': '统一身份系统未放行，或登录被取消。',
  'problem.openid/not-begun': '这次登录已失效，或不是在本浏览器发起的。请重新登录。',
  'problem.openid/bad-answer': '统一身份系统的回复不可信，未登录。请告知管理员，原因已记录。',
  'problem.account/disabled': '这个账号已停用。',
  'problem.second-factor/not-set-up': '这个账号还没有设置双重验证。',
} as const;
