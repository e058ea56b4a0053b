import { z } from 'zod';
import { seldomAsked } from '../balance.ts';
import type { Balance } from '../balance.ts';
import { nameless } from '../vendor-request.ts';
import { aliyunRequest } from './aliyun-request.ts';
import type { AliyunAccount } from './aliyun-request.ts';

const Account = z.looseObject({ Data: z.looseObject({ AvailableAmount: z.string(), Currency: z.string() }) });

/** What is left of an account at Aliyun, credit included: QueryAccountBalance of 费用与成本. The key needs bss:DescribeAcccount, as they spell it. */
export function aliyunBalance(account: AliyunAccount, url = 'https://business.aliyuncs.com'): () => Promise<Balance> {
  const ask = aliyunRequest(account, { url, version: '2017-12-14', ok: '200' });
  return seldomAsked(account.clock, async () => {
    const said = Account.safeParse(await ask('QueryAccountBalance', {}));
    if (!said.success) throw nameless();
    const { AvailableAmount: left, Currency: currency } = said.data.Data;
    return `${left} ${currency}`;
  });
}
