import { phoneCard } from './card.js';
import { soundBox } from './sound.js';
import { WORDS } from './words.js';

const byId = (id) => document.getElementById(id);
const sound = soundBox();
const cards = new Map();
let language = localStorage.getItem('language') === 'en' ? 'en' : 'zh';
let phones = [];
let lost = false;
/** This machine's clock minus the carrier's. */
let ahead = 0;

function show() {
  const words = WORDS[language];
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = words[element.dataset.word];
  byId('language').textContent = words.language;
  byId('language').lang = language === 'zh' ? 'en' : 'zh-CN';
  byId('sound').textContent = sound.on ? words.soundOn : words.soundOff;
  byId('sound').setAttribute('aria-pressed', String(sound.on));
  byId('none').hidden = phones.length > 0;
  byId('lost').hidden = !lost;
  // What was true before the connection went is not shown as true now.
  byId('phones').inert = lost;
  if (lost) {
    sound.ringing(false);
    return;
  }
  for (const phone of phones) {
    const card = cards.get(phone.number) ?? phoneCard(phone.number, act);
    if (!cards.has(phone.number)) {
      cards.set(phone.number, card);
      byId('phones').append(card.element);
    }
    card.update(phone, language, Date.now() - ahead);
  }
  const ringing = phones.filter(({ call }) => call?.state === 'ringing').length;
  document.title = ringing > 0 ? words.ringingTitle(ringing) : words.title;
  sound.ringing(ringing > 0);
  const talking = phones.map(({ call }) => call).findLast((call) => call?.state === 'talking');
  sound.speak(
    talking === undefined ? '' : `${talking.id} ${talking.heard.length}`,
    talking?.say ?? '',
    talking?.language ?? 'zh-CN',
  );
}

/** Does with a phone what a hand did on its card; says on the card when that is not possible. */
async function act(number, gesture) {
  const response = await fetch(`phones/${encodeURIComponent(number)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(gesture),
  }).catch(() => null);
  return response?.ok === true;
}

byId('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  localStorage.setItem('language', language);
  show();
});
byId('sound').addEventListener('click', () => {
  sound.toggle();
  show();
});

const events = new EventSource('events');
events.addEventListener('message', ({ data }) => {
  const state = JSON.parse(data);
  phones = state.phones;
  ahead = Date.now() - state.now;
  lost = false;
  show();
});
events.addEventListener('error', () => {
  lost = true;
  show();
});
setInterval(show, 1000);
show();
