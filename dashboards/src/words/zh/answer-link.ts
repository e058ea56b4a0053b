/** The page that the link in a text message opens, in Chinese. */
export const zhAnswerLink = {
  'answerLink.cannot': '打不开这个链接。请按短信里的数字回复，或接听电话按键应答。',
  'answerLink.sent': '{time} 发给 {person}',
  'answerLink.press': '我是{person}，我应答',
  'answerLink.explain': '打开本页不算应答，按下才算。应答后请立即按职责行动。',
  'answerLink.answered': '已应答：{level}。请立即按职责行动。',
  'answerLink.over': '这次叫应已由他人应答或已结束，无需操作。',
  'answerLink.otherwise': '也可以回复短信里的数字。',
  'problem.link/over': '链接已过期。',
  'problem.attempt/not-found': '这不是有效的链接。',
} as const;
