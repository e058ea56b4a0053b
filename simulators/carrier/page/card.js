import { WORDS } from './words.js';

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** Makes an element: `make('p', 'class', 'text')`. */
function make(tag, className = '', text = '') {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/**
 * One phone on the page. Its elements are made once and then only changed, so that a half-written reply survives.
 * `act(number, gesture)` resolves to false when the phone cannot do that now.
 */
export function phoneCard(number, act) {
  const element = make('article', 'phone');
  element.dataset.number = number;
  const parts = {
    name: make('h2'),
    duty: make('p', 'duty'),
    number: make('p', 'number', number),
    status: make('p', 'status'),
    screen: make('div', 'screen'),
    ring: make('div', 'actions'),
    pad: make('div', 'pad'),
    note: make('p', 'note'),
    inbox: make('section', 'inbox'),
    thread: make('ol'),
    foot: make('p', 'foot'),
  };
  parts.status.setAttribute('role', 'status');
  const button = (className, gesture) => {
    const made = make('button', className);
    made.type = 'button';
    made.addEventListener('click', async () => {
      parts.note.textContent = (await act(number, gesture)) ? '' : WORDS[element.dataset.language].refused;
    });
    return made;
  };
  const buttons = {
    pickUp: button('answer', { do: 'pick-up' }),
    busy: button('', { do: 'busy' }),
    voicemail: button('', { do: 'voicemail' }),
    hangUp: button('hang-up', { do: 'hang-up' }),
  };
  parts.ring.append(buttons.pickUp, buttons.busy, buttons.voicemail);
  const keys = KEYS.map((digit) => {
    const key = button('key', { do: 'press', digit });
    key.textContent = digit;
    return key;
  });
  parts.pad.append(...keys, buttons.hangUp);
  const form = replyForm(number, act, parts.note, element);
  parts.inbox.append(make('h3'), parts.thread, form.element);
  const head = make('header');
  const who = make('div');
  who.append(parts.name, parts.duty, parts.number);
  head.append(who, parts.status);
  element.append(head, parts.screen, parts.ring, parts.pad, parts.note, parts.inbox, parts.foot);

  return {
    element,
    update(phone, language, now) {
      const words = WORDS[language];
      const state = phone.call?.state ?? 'idle';
      element.dataset.state = state;
      element.dataset.language = language;
      element.setAttribute('aria-label', `${phone.owner?.name[language] ?? ''} ${number}`);
      put(parts.name, phone.owner?.name[language] ?? number);
      const duty = phone.owner === null ? '' : (words.duties[phone.owner.duty] ?? phone.owner.duty);
      put(parts.duty, duty === phone.owner?.name[language] ? '' : duty);
      parts.number.hidden = phone.owner === null;
      put(parts.status, statusLine(phone.call, words, now));
      showScreen(parts.screen, phone.call, words);
      parts.ring.hidden = state !== 'ringing';
      parts.pad.hidden = state !== 'talking';
      put(buttons.pickUp, words.pickUp);
      put(buttons.busy, words.busy);
      put(buttons.voicemail, words.voicemail);
      put(buttons.hangUp, words.hangUp);
      for (const key of keys) {
        key.disabled = phone.call?.gathering !== true;
        key.setAttribute('aria-label', words.key(key.textContent));
      }
      parts.inbox.hidden = phone.messages.length === 0;
      put(parts.inbox.firstChild, words.sms);
      showThread(parts.thread, phone.messages, words);
      form.update(
        words,
        phone.messages.some((message) => message.state === 'delivered'),
      );
      put(
        parts.foot,
        [phone.calls > 0 ? words.calls(phone.calls) : '', phone.script.length > 0 ? words.script : '']
          .filter(Boolean)
          .join(' · '),
      );
    },
  };
}

/** Changes text only where it differs: a screen reader then speaks of changes alone. */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function statusLine(call, words, now) {
  if (call === null) return words.idle;
  const seconds = Math.max(0, Math.floor((now - call.since) / 1000));
  if (call.state === 'ringing' || call.state === 'talking') return words[call.state](seconds);
  if (call.state === 'ended') return `${words.ended[call.ending]} · ${clock(call.since)}`;
  return words[call.state];
}

/** What is said on the line, the newest text highlighted and the key it asks for marked. */
function showScreen(screen, call, words) {
  const said = call === null ? [] : call.heard;
  const live = call?.state === 'talking' || call?.state === 'recording';
  const content = JSON.stringify([call?.id, said.length, live, call?.pressed, call?.gathering, words.title]);
  screen.hidden = said.length === 0;
  if (screen.dataset.content === content) return;
  screen.dataset.content = content;
  screen.replaceChildren();
  if (!live && said.length > 0) screen.append(make('p', 'label', words.lastCall));
  for (const [i, text] of said.entries()) {
    const line = make('p', live && i === said.length - 1 ? 'said now' : 'said');
    line.append(...marked(text));
    screen.append(line);
  }
  if (call !== null && call.pressed.length > 0)
    screen.append(make('p', 'label', `${words.pressed} ${call.pressed.join('、')}`));
  if (call?.state === 'talking')
    screen.append(make('p', 'label', call.gathering ? words.listening : words.notListening));
  screen.scrollTop = screen.scrollHeight;
}

/** The text in pieces, with the key or code it asks for in a mark. */
function marked(text) {
  const pieces = [];
  let from = 0;
  for (const match of text.matchAll(/(?:按下?(?:数字|键)?|回复|press|reply)\s*(\d+)/giu)) {
    const start = match.index + match[0].length - match[1].length;
    pieces.push(text.slice(from, start), make('mark', '', match[1]));
    from = start + match[1].length;
  }
  return [...pieces, text.slice(from)];
}

function showThread(thread, messages, words) {
  const content = JSON.stringify([messages.map(({ id }) => id), words.title]);
  if (thread.dataset.content === content) return;
  thread.dataset.content = content;
  thread.replaceChildren(
    ...messages.map(({ text, at, state }) => {
      const item = make('li', state);
      const bubble = make('p');
      bubble.append(...marked(text));
      item.append(bubble, make('small', '', clock(at) + (state === 'undelivered' ? ` · ${words.undelivered}` : '')));
      return item;
    }),
  );
  thread.scrollTop = thread.scrollHeight;
}

function replyForm(number, act, note, card) {
  const element = make('form', 'reply');
  const input = make('input');
  input.maxLength = 500;
  input.size = 4;
  input.autocomplete = 'off';
  const send = make('button');
  element.append(input, send);
  element.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    const done = await act(number, { do: 'reply', text });
    note.textContent = done ? '' : WORDS[card.dataset.language].refused;
    if (done) input.value = '';
  });
  return {
    element,
    update(words, possible) {
      element.hidden = !possible;
      input.placeholder = words.reply;
      input.setAttribute('aria-label', `${words.reply} ${number}`);
      put(send, words.send);
    },
  };
}

/** Every number here is Chinese (+86), and China has one zone: a phone shows the time of the site whose people it rings. */
const CLOCK = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', timeStyle: 'medium', hourCycle: 'h23' });
const clock = (at) => CLOCK.format(at);
