import { describe, expect, it } from 'vitest';
import { commandAnswer, commandText, emergencyRate } from '../../../adapters/dialects/geo-hazard-command.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('commands to geological-hazard devices', () => {
  it('are written as their protocol has them', () => {
    expect(commandText({ cmd: 'sample', apikey: 'K3y', msgid: '7' })).toBe('$cmd=sample&apikey=K3y&msgid=7');
    expect(commandText(emergencyRate('K3y', '8'))).toBe('$cmd=setworkmode&apikey=K3y&msgid=8&mode=2');
  });

  it('have no part that could end it and begin another', () => {
    expect(() => commandText({ cmd: 'sample', apikey: 'a&cmd=reboot', msgid: '7' })).toThrow(RangeError);
  });

  it.each([
    ['$cmd=sample&msgid=7&result=succ', { cmd: 'sample', msgid: '7', succeeded: true }],
    ['$cmd=sample&result=fail', { cmd: 'sample', msgid: '', succeeded: false }],
    ['$cmd=sample&msgid=7', undefined],
    ['{"42":{}}', undefined],
    ['$', undefined],
    ['', undefined],
  ])('%s is answered so', (text, answer) => {
    expect(commandAnswer(bytes(text))).toEqual(answer);
  });
});
