import { z } from 'zod';
import { hasCode } from '../../../src/core/errors.ts';
import type { Carrier, CarrierRequest, Receipt } from '../carrier.ts';
import { nameless, notNow, refused } from '../vendor-request.ts';
import { withBalance } from '../balance.ts';
import { filledTemplate } from '../templates.ts';
import type { Templates } from '../templates.ts';
import { tencentBalance } from './tencent-balance.ts';
import { tencentRequest, unableBy } from './tencent-request.ts';
import type { TencentAccount } from './tencent-request.ts';
import { codeOf } from './tencent-voice.ts';

interface TencentSmsOptions extends TencentAccount {
  readonly appId: string;
  readonly signName: string;
  /** Approved, by what each is for, with its variables in their order. */
  readonly templates: Templates;
  readonly slotLength: number;
  readonly url?: string | undefined;
  readonly balanceUrl?: string | undefined;
}

const Sent = z.looseObject({
  SendStatusSet: z.array(z.looseObject({ SerialNo: z.string(), Code: z.string() })).length(1),
});
const State = z.looseObject({ SerialNo: z.string(), ReportStatus: z.string() });
const States = z.looseObject({ PullSmsSendStatusSet: z.array(State) });
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
  templates,
  slotLength,
  url = 'https://sms.tencentcloudapi.com',
  balanceUrl,
  ...account
}: TencentSmsOptions): Carrier {
  const ask = tencentRequest(account, { url, service: 'sms', version: '2021-01-11' });
  const balance = tencentBalance(account, balanceUrl);
  const pull = (action: string) => ask(action, { Limit: PULLED_AT_MOST, SmsSdkAppId: appId });

  return {
    call: () => Promise.reject(refused('messages-only')),

    async message({ attemptId, to, slots }: CarrierRequest) {
      const { template, slots: values } = filledTemplate(templates, slots, slotLength);
      const answer = await ask('SendSms', {
        PhoneNumberSet: [to],
        SmsSdkAppId: appId,
        SignName: signName,
        TemplateId: template,
        TemplateParamSet: values.map(([, value]) => value),
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
      const about = { ...withBalance(`腾讯云短信 ${signName}`, await balance()), simulated: false, page: null };
      try {
        await ask('DescribePhoneNumberInfo', { PhoneNumberSet: ['+8610000000000'] });
      } catch (error) {
        if (!hasCode(error, 'carrier/refused')) throw error;
        const unable = unableBy(codeOf(error));
        if (unable !== null) return { ...about, unable };
      }
      return about;
    },

    async receipts() {
      const states = States.safeParse(await pull('PullSmsSendStatus'));
      const replies = Replies.safeParse(await pull('PullSmsReplyStatus'));
      return [
        ...(states.data?.PullSmsSendStatusSet ?? []).map(stateOf),
        ...(replies.data?.PullSmsReplyStatusSet ?? []).map((reply) => ({
          from: reply.PhoneNumber,
          text: reply.ReplyContent,
          reportId: `${String(reply.ReplyUnixTime)}:${reply.ReplyContent}`,
        })),
      ];
    },
  };
}

/** What is pulled may be of any message of ours, also of one that nobody waits for any more. */
function stateOf({ SerialNo: reference, ReportStatus: status }: z.infer<typeof State>): Receipt {
  const event = status === 'SUCCESS' ? 'delivered' : 'undelivered';
  return { reference, report: { reportId: `${reference}:${event}`, id: reference, event } };
}
