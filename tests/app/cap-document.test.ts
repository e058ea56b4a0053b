import { describe, expect, it } from 'vitest';
import { capDocument } from '../../src/app/cap-document.ts';
import { AppError } from '../../src/core/errors.ts';

const cap = (inner: string, head = '') => `<?xml version="1.0" encoding="UTF-8"?>${head}
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>44010041600000_20260701120000</identifier><sender>gd@cma.gov.cn</sender>
  <sent>2026-07-01T12:00:00+08:00</sent><scope>Public</scope>${inner}</alert>`;
const info = (language: string, event: string, severity: string) => `<info><language>${language}</language>
  <category>Met</category><event>${event}</event><urgency>Immediate</urgency><severity>${severity}</severity>
  <certainty>Observed</certainty><expires>2026-07-01T18:00:00+08:00</expires>
  <area><areaDesc>清溪县 &amp; 下游</areaDesc></area></info>`;
const ALERT = '<status>Actual</status><msgType>Alert</msgType>';

function faultOf(xml: string): AppError {
  try {
    capDocument(xml);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('the document was taken');
}

describe('a CAP 1.2 document', () => {
  it('is read in both languages, with the gravest severity, its area, times and references', () => {
    const xml =
      cap(`<status>Actual</status><msgType>Update</msgType><references>gd@cma.gov.cn,first,2026-07-01T10:00:00+08:00
      gd@cma.gov.cn,second,2026-07-01T11:00:00+08:00</references>${info('en-US', 'Rainstorm', 'Moderate')}${info('zh-CN', '暴雨', 'Severe')}`);
    expect(capDocument(xml)).toEqual({
      identifier: '44010041600000_20260701120000',
      kind: 'update',
      isActual: true,
      event: { zh: '暴雨', en: 'Rainstorm' },
      level: 'orange',
      area: '清溪县 & 下游',
      sentAt: Date.UTC(2026, 6, 1, 4),
      expiresAt: Date.UTC(2026, 6, 1, 10),
      references: ['first', 'second'],
    });
  });

  it('of an exercise is not actual; a cancel needs no info', () => {
    expect(
      capDocument(cap(`<status>Exercise</status><msgType>Alert</msgType>${info('zh', '暴雨', 'Extreme')}`)),
    ).toMatchObject({
      isActual: false,
      level: 'red',
    });
    expect(capDocument(cap('<status>Actual</status><msgType>Cancel</msgType>'))).toMatchObject({ kind: 'cancel' });
  });

  it.each([
    ['alert.info.0.severity', cap(ALERT + info('zh', '暴雨', 'Orange'))],
    ['alert.info.0.event', cap(ALERT + info('zh', '', 'Severe'))],
    ['alert.msgType', cap('<status>Actual</status><msgType>Ack</msgType>')],
    ['alert.info', cap(ALERT)],
    ['alert.sent', cap(ALERT + info('zh', '暴雨', 'Severe')).replace('2026-07-01T12:00:00+08:00', 'today')],
    ['alert', '<feed></feed>'],
  ])('names the element that is wrong: %s', (field, xml) => {
    expect(faultOf(xml)).toMatchObject({ code: 'weather/bad-document', field });
  });

  it('with entities of its own is refused unread, however they are written', () => {
    const bomb = '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    expect(faultOf(cap(ALERT + info('zh', '&b;', 'Severe'), bomb)).message).toContain('document type');
    const outside = '<!DOCTYPE alert SYSTEM "file:///etc/passwd">';
    expect(faultOf(cap(ALERT + info('zh', '暴雨', 'Severe'), outside)).message).toContain('document type');
    expect(faultOf(cap(ALERT, '<!-- --><!doctype x [<!ENTITY a "b">]>')).message).toContain('document type');
  });

  it('that is broken, or too long, says so', () => {
    expect(faultOf('<alert><info></alert>').message).toContain('no XML');
    expect(faultOf(cap(`<note>${'x'.repeat(300_000)}</note>`)).message).toContain('characters');
    expect(faultOf('<a>'.repeat(5000))).toMatchObject({ code: 'weather/bad-document' });
  });
});
