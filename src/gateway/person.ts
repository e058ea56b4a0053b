import type { FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.ts';
import type { Person } from '../core/proposal.ts';
import { sessionOf } from './doors.ts';

/** The person who asks; a program or a screen on a wall is none, whatever it may. @throws AppError `access/denied` */
export function personOf(request: FastifyRequest): Person {
  const { kind, account } = sessionOf(request);
  if (kind !== 'person') throw new AppError('access/denied', 'this is for somebody who is signed in');
  return { accountId: account.id, name: account.name };
}
