import { z } from 'zod';
import { seldomAsked } from '../balance.ts';
import type { Balance } from '../balance.ts';
import { nameless } from '../vendor-request.ts';
import { tencentRequest } from './tencent-request.ts';
import type { TencentAccount } from './tencent-request.ts';

/** In 分, hundredths of a yuan. */
const Account = z.looseObject({ RealBalance: z.number() });

/** What is left of an account at Tencent Cloud: DescribeAccountBalance. The key needs finance:DescribeAccountBalance. */
export function tencentBalance(
  account: TencentAccount,
  url = 'https://billing.tencentcloudapi.com',
): () => Promise<Balance> {
  const ask = tencentRequest(account, { url, service: 'billing', version: '2018-07-09' });
  return seldomAsked(account.clock, async () => {
    const said = Account.safeParse(await ask('DescribeAccountBalance', {}));
    if (!said.success) throw nameless();
    return `${(said.data.RealBalance / 100).toFixed(2)} CNY`;
  });
}
