import { z } from 'zod';
import { AppError, hasCode } from '../../../src/core/errors.ts';
import type { Carrier, CarrierRequest, Pending, Receipt } from '../carrier.ts';
import { nameless, refused } from '../vendor-request.ts';
import type { Purpose } from '../../../src/core/purpose.ts';
import { withBalance } from '../balance.ts';
import { filledTemplate } from '../templates.ts';
import type { FilledTemplate, Templates } from '../templates.ts';
import { aliyunBalance } from './aliyun-balance.ts';
import { aliyunNumber, aliyunRequest, outIdOf } from './aliyun-request.ts';
import type { AliyunAccount } from './aliyun-request.ts';
import { resultEvent } from './aliyun-webhook.ts';

interface AliyunVoiceOptions extends AliyunAccount {
  /** The number that is shown; it was bought there. */
  readonly showNumber: string;
  readonly templates: Templates<VoiceTemplate>;
  /** TTS_… without variables: spoken after any other key. */
  readonly wrongKeyTemplate: string | null;
  /** Characters that one variable may have. */
  readonly slotLength: number;
  readonly url?: string | undefined;
  readonly balanceUrl?: string | undefined;
}

interface VoiceTemplate {
  /** TTS_…: spoken until a key is pressed, three times at most. */
  readonly said: string;
  /** TTS_…: spoken after a key that means something. */
  readonly afterKey: string;
}

const Placed = z.looseObject({ CallId: z.string().min(1).max(200) });
const Asked = z.looseObject({ Data: z.string() });
const Detail = z.looseObject({ state: z.coerce.string(), dtmf: z.string().optional() });

/** 语音 IVR. */
const IVR = '11000000300005';
const TIMES_AT_MOST = '3';
const LISTENS_MS = '6000';
const KEYS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

/**
 * 阿里云语音服务: an interactive call (IvrCall) of an approved template, answered by one key. It keeps no key of ours, and a
 * call cannot be hung up: it ends by itself after three readings.
 */
export function aliyunVoice({
  showNumber,
  templates,
  wrongKeyTemplate,
  slotLength,
  url = 'https://dyvmsapi.aliyuncs.com',
  balanceUrl,
  ...account
}: AliyunVoiceOptions): Carrier {
  const ask = aliyunRequest(account, { url, version: '2017-05-25' });
  const balance = aliyunBalance(account, balanceUrl);

  async function call({ attemptId, to, slots }: CarrierRequest): Promise<string> {
    const filled = filledTemplate(templates, slots, slotLength);
    const after = afterKeys(filled);
    const keys = KEYS.flatMap((Key) => {
      const params = after.get(Key);
      if (params !== undefined) return [{ Key, Code: filled.template.afterKey, ...params }];
      return wrongKeyTemplate === null ? [] : [{ Key, Code: wrongKeyTemplate }];
    });
    const menu = keys.flatMap((key, i) =>
      Object.entries(key).map(([name, value]) => [`MenuKeyMap.${String(i + 1)}.${name}`, value] as const),
    );
    const placed = Placed.safeParse(
      await ask('IvrCall', {
        CalledShowNumber: showNumber,
        CalledNumber: aliyunNumber(to),
        StartCode: filled.template.said,
        StartTtsParams: JSON.stringify(Object.fromEntries(filled.slots)),
        PlayTimes: TIMES_AT_MOST,
        Timeout: LISTENS_MS,
        OutId: outIdOf(attemptId),
        ...Object.fromEntries(menu),
      }),
    );
    if (!placed.success) throw nameless();
    return placed.data.CallId;
  }

  async function detailOf({ attemptId, reference, askedAt }: Pending): Promise<readonly Receipt[]> {
    const answer = Asked.safeParse(
      await ask('QueryCallDetailByCallId', { CallId: reference, ProdId: IVR, QueryDate: String(askedAt) }),
    );
    const detail = answer.success ? Detail.safeParse(parsed(answer.data.Data)) : null;
    if (detail?.success !== true) return [];
    const { state, dtmf } = detail.data;
    const tell = (report: Extract<Receipt, { report: unknown }>['report']): Receipt => ({ attemptId, report });
    const keys = Array.from(dtmf ?? '').map((digit) =>
      tell({ reportId: `${reference}:key-${digit}`, id: reference, event: 'digit', digit }),
    );
    const event = resultEvent(state);
    return event === null ? keys : [...keys, tell({ reportId: `${reference}:${state}`, id: reference, event })];
  }

  return {
    call,
    message: () => Promise.reject(refused('voice-only')),
    // It cannot: the call ends after its readings.
    hangUp: () => Promise.resolve(),
    async about() {
      // It has no request that only asks: one for a call that never was proves the account and the way there.
      const about = { ...withBalance('阿里云语音', await balance()), simulated: false, page: null };
      try {
        await ask('QueryCallDetailByCallId', { CallId: '0^0', ProdId: IVR, QueryDate: String(account.clock.now()) });
      } catch (error) {
        const unable = unableBy(error);
        if (unable !== null) return { ...about, unable };
        if (!isRefusal(error)) throw error;
      }
      return about;
    },
    receipts: async (open) => (await Promise.all(open.map(detailOf))).flat(),
  };
}

/** What households say by a key, in the words of the template after it. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['1', '已安全'],
  ['2', '正在途中'],
  ['3', '需要帮助'],
]);

/** The variables of what is said after each key that means something. */
function afterKeys({
  purpose,
  slots,
}: FilledTemplate<VoiceTemplate>): ReadonlyMap<string, { readonly TtsParams?: string }> {
  const { level, place, code } = Object.fromEntries(slots);
  const params = (values: Readonly<Record<string, string | undefined>>) => ({ TtsParams: JSON.stringify(values) });
  if (isEvacuation(purpose)) return new Map(Array.from(WORDS, ([key, word]) => [key, params({ word })] as const));
  return new Map([[code ?? '', purpose === 'call' ? params({ level, place }) : {}]]);
}

const isEvacuation = (purpose: Purpose): boolean => purpose === 'evacuation' || purpose === 'evacuation-drill';

/** Words of Aliyun for an account that cannot call, whatever is asked. */
const UNABLE =
  /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden|isp\.RAM_PERMISSION_DENY|isv\.(?:OUT_OF_SERVICE|PRODUCT_|ACCOUNT_|AMOUNT_NOT_ENOUGH))/u;

const codeOf = (error: unknown): string => (error instanceof AppError ? String(error.facts['code'] ?? '') : '');

/** Why this account calls nobody; `null`: nothing says so. */
export const unableBy = (error: unknown): string | null => {
  const code = codeOf(error);
  return UNABLE.test(code) ? code : null;
};

/** It answered, and said no to what was asked. */
export const isRefusal = (error: unknown): boolean => hasCode(error, 'carrier/refused');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
