import { z } from 'zod';
import type { Carrier, CarrierRequest, Pending, Receipt } from '../carrier.ts';
import { nameless, refused } from '../vendor-request.ts';
import { withBalance } from '../balance.ts';
import { filledTemplate } from '../templates.ts';
import type { Templates } from '../templates.ts';
import { aliyunBalance } from './aliyun-balance.ts';
import { aliyunNumber, aliyunRequest } from './aliyun-request.ts';
import type { AliyunAccount } from './aliyun-request.ts';
import { isRefusal, unableBy } from './aliyun-voice.ts';

interface AliyunSmsOptions extends AliyunAccount {
  readonly signName: string;
  /** SMS_… by what each is for. */
  readonly templates: Templates;
  readonly slotLength: number;
  readonly url?: string | undefined;
  readonly balanceUrl?: string | undefined;
}

const Sent = z.looseObject({ BizId: z.string().min(1).max(200) });
const Details = z.looseObject({
  SmsSendDetailDTOs: z
    .looseObject({
      SmsSendDetailDTO: z.array(z.looseObject({ SendStatus: z.number(), OutId: z.string().optional() })).optional(),
    })
    .optional(),
});
const DELIVERED = 3;
const FAILED = 2;

/** 阿里云短信: one message of an approved template. It keeps no key of ours. */
export function aliyunSms({
  signName,
  templates,
  slotLength,
  url = 'https://dysmsapi.aliyuncs.com',
  balanceUrl,
  ...account
}: AliyunSmsOptions): Carrier {
  const ask = aliyunRequest(account, { url, version: '2017-05-25' });
  const balance = aliyunBalance(account, balanceUrl);

  async function message({ attemptId, to, slots }: CarrierRequest): Promise<string> {
    const { template, slots: values } = filledTemplate(templates, slots, slotLength);
    const sent = Sent.safeParse(
      await ask('SendSms', {
        PhoneNumbers: aliyunNumber(to),
        SignName: signName,
        TemplateCode: template,
        TemplateParam: JSON.stringify(Object.fromEntries(values)),
        OutId: attemptId,
      }),
    );
    if (!sent.success) throw nameless();
    return sent.data.BizId;
  }

  const details = (phone: string, day: number, more: Readonly<Record<string, string>> = {}) =>
    ask('QuerySendDetails', {
      PhoneNumber: aliyunNumber(phone),
      SendDate: dayInChina(day),
      PageSize: '50',
      CurrentPage: '1',
      ...more,
    });

  async function stateOf({ attemptId, reference, phone, askedAt }: Pending): Promise<readonly Receipt[]> {
    const answer = Details.safeParse(await details(phone, askedAt, { BizId: reference }));
    const status = answer.data?.SmsSendDetailDTOs?.SmsSendDetailDTO?.[0]?.SendStatus;
    if (status !== DELIVERED && status !== FAILED) return [];
    const event = status === DELIVERED ? 'delivered' : 'undelivered';
    return [{ attemptId, report: { reportId: `${reference}:${event}`, id: reference, event } }];
  }

  return {
    call: () => Promise.reject(refused('messages-only')),
    message,
    hangUp: () => Promise.resolve(),
    async about() {
      const about = { ...withBalance(`阿里云短信 ${signName}`, await balance()), simulated: false, page: null };
      try {
        await details('+8610000000000', account.clock.now());
      } catch (error) {
        const unable = unableBy(error);
        if (unable !== null) return { ...about, unable };
        if (!isRefusal(error)) throw error;
      }
      return about;
    },
    receipts: async (open) => (await Promise.all(open.map(stateOf))).flat(),
  };
}

/** yyyyMMdd as Aliyun counts days. */
const dayInChina = (at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(at).replaceAll('-', '');
