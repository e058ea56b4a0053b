import type { zhAnswerLink } from '../zh/answer-link.ts';

/** The page that the link in a text message opens, in English. */
export const enAnswerLink: Record<keyof typeof zhAnswerLink, string> = {
  'answerLink.cannot':
    'This link cannot be opened. Reply with the digits in the message, or answer the call with the key it asks for.',
  'answerLink.sent': 'Sent {time} to {person}',
  'answerLink.press': 'I am {person}, and I answer',
  'answerLink.explain': 'Opening this page answers nothing; the press does. Then act at once as your duty requires.',
  'answerLink.answered': 'Answered: {level}. Act at once as your duty requires.',
  'answerLink.over': 'Somebody else has answered, or this is over. Nothing to do.',
  'answerLink.otherwise': 'You can also reply with the digits in the message.',
  'problem.link/over': 'The link is too old.',
  'problem.attempt/not-found': 'This is no valid link.',
};
