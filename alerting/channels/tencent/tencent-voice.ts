import { z } from 'zod';
import { hasCode } from '../../../src/core/errors.ts';
import type { AppError } from '../../../src/core/errors.ts';
import type { Carrier, CarrierRequest } from '../carrier.ts';
import { nameless, refused } from '../vendor-request.ts';
import { withBalance } from '../balance.ts';
import { filledTemplate } from '../templates.ts';
import type { Templates } from '../templates.ts';
import { tencentBalance } from './tencent-balance.ts';
import { tencentRequest, unableBy } from './tencent-request.ts';
import type { TencentAccount } from './tencent-request.ts';

interface TencentVoiceOptions extends TencentAccount {
  readonly appId: string;
  /** Approved, by what each is for, with its variables in their order. */
  readonly templates: Templates;
  readonly slotLength: number;
  readonly url?: string | undefined;
  readonly balanceUrl?: string | undefined;
}

const Placed = z.looseObject({ SendStatus: z.looseObject({ CallId: z.string().min(1).max(200) }) });
const TIMES_AT_MOST = 3;

/**
 * 腾讯云语音消息: a call of an approved template; keys are told while it lasts, nothing is said after one. It keeps no key of
 * ours, and a call cannot be hung up: it ends by itself after three readings.
 */
export function tencentVoice({
  appId,
  templates,
  slotLength,
  url = 'https://vms.tencentcloudapi.com',
  balanceUrl,
  ...account
}: TencentVoiceOptions): Carrier {
  const ask = tencentRequest(account, { url, service: 'vms', version: '2020-09-02' });
  const balance = tencentBalance(account, balanceUrl);
  return {
    async call({ attemptId, to, slots }: CarrierRequest) {
      const { template, slots: values } = filledTemplate(templates, slots, slotLength);
      const placed = Placed.safeParse(
        await ask('SendTtsVoice', {
          TemplateId: template,
          CalledNumber: to,
          VoiceSdkAppid: appId,
          TemplateParamSet: values.map(([, value]) => value),
          PlayTimes: TIMES_AT_MOST,
          SessionContext: attemptId,
        }),
      );
      if (!placed.success) throw nameless();
      return placed.data.SendStatus.CallId;
    },
    message: () => Promise.reject(refused('voice-only')),
    hangUp: () => Promise.resolve(),
    async about() {
      // It has no request that only asks: one that no template matches proves the account and the way there.
      const about = { ...withBalance('腾讯云语音', await balance()), simulated: false, page: null };
      try {
        await ask('SendTtsVoice', {
          TemplateId: '0',
          CalledNumber: '0',
          VoiceSdkAppid: appId,
          TemplateParamSet: [],
        });
      } catch (error) {
        if (!hasCode(error, 'carrier/refused')) throw error;
        const unable = unableBy(codeOf(error));
        if (unable !== null) return { ...about, unable };
      }
      return about;
    },
  };
}

export const codeOf = (error: AppError): string => String(error.facts['code'] ?? '');
