import { z } from 'zod';
import { hasCode } from '../../../src/core/errors.ts';
import type { Carrier, CarrierRequest, Pending, Receipt } from '../carrier.ts';
import { nameless, notNow, refused } from '../vendor-request.ts';
import { cutSlots } from '../../slots.ts';
import { tencentRequest, unableBy } from './tencent-request.ts';
import type { TencentAccount } from './tencent-request.ts';
import { codeOf } from './tencent-voice.ts';

interface TencentSmsOptions extends TencentAccount {
  readonly appId: string;
  readonly signName: string;
  /** Approved, with four variables in this order: site, level, place, code. */
  readonly template: string;
  readonly slotLength: number;
  readonly url?: string | undefined;
}

const Sent = z.looseObject({
  SendStatusSet: z.array(z.looseObject({ SerialNo: z.string(), Code: z.string() })).length(1),
});
const States = z.looseObject({
  PullSmsSendStatusSet: z.array(z.looseObject({ SerialNo: z.string(), ReportStatus: z.string() })),
});
const Replies = z.looseObject({
  PullSmsReplyStatusSet: z.array(
    z.looseObject({ PhoneNumber: z.string(), ReplyContent: z.string(), ReplyUnixTime: z.number() }),
  ),
});
const PULLED_AT_MOST = 100;
/** Of a message, not of the account: the carrier behind has refused it for now. */
const PASSING = /^(?:InternalError|RequestTimeException)/u;

/** 腾讯云短信: one message of an approved template. It keeps no key of ours. What is pulled is pulled once: it is a queue. */
export function tencentSms({
  appId,
  signName,
  template,
  slotLength,
  url = 'https://sms.tencentcloudapi.com',
  ...account
}: TencentSmsOptions): Carrier {
  const ask = tencentRequest(account, { url, service: 'sms', version: '2021-01-11' });
  const pull = (action: string) => ask(action, { Limit: PULLED_AT_MOST, SmsSdkAppId: appId });

  return {
    call: () => Promise.reject(refused('messages-only')),

    async message({ attemptId, to, slots }: CarrierRequest) {
      if (slots === undefined) throw refused('no-slots');
      const { site, level, place, code } = cutSlots(slots, slotLength);
      const answer = await ask('SendSms', {
        PhoneNumberSet: [to],
        SmsSdkAppId: appId,
        SignName: signName,
        TemplateId: template,
        TemplateParamSet: [site, level, place, code],
        SessionContext: attemptId,
      });
      const sent = Sent.safeParse(answer);
      const [one] = sent.data?.SendStatusSet ?? [];
      if (one === undefined) throw nameless();
      if (one.Code === 'Ok' && one.SerialNo !== '') return one.SerialNo;
      throw PASSING.test(one.Code) ? notNow(one.Code) : refused(one.Code);
    },

    hangUp: () => Promise.resolve(),

    async about() {
      const about = { name: `腾讯云短信 ${signName}`, simulated: false, page: null };
      try {
        await ask('DescribePhoneNumberInfo', { PhoneNumberSet: ['+8610000000000'] });
      } catch (error) {
        if (!hasCode(error, 'carrier/refused')) throw error;
        const unable = unableBy(codeOf(error));
        if (unable !== null) return { ...about, unable };
      }
      return about;
    },

    async receipts(open) {
      const states = States.safeParse(await pull('PullSmsSendStatus'));
      const replies = Replies.safeParse(await pull('PullSmsReplyStatus'));
      return [
        ...(states.data?.PullSmsSendStatusSet ?? []).flatMap((state) => stateOf(state, open)),
        ...(replies.data?.PullSmsReplyStatusSet ?? []).map((reply) => ({
          from: reply.PhoneNumber,
          text: reply.ReplyContent,
          reportId: `${String(reply.ReplyUnixTime)}:${reply.ReplyContent}`,
        })),
      ];
    },
  };
}

function stateOf(
  { SerialNo: reference, ReportStatus: status }: { readonly SerialNo: string; readonly ReportStatus: string },
  open: readonly Pending[],
): readonly Receipt[] {
  const of = open.find((one) => one.reference === reference);
  if (of === undefined) return [];
  const event = status === 'SUCCESS' ? 'delivered' : 'undelivered';
  return [{ attemptId: of.attemptId, report: { reportId: `${reference}:${event}`, id: reference, event } }];
}
