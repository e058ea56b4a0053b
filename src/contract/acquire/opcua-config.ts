import { z } from 'zod';
import { LineName, SensorCode, lineHead } from './line-head.ts';
import type { LineSensor } from './line-head.ts';
import { readNodeAddress } from './node-address.ts';

/** Those the standard still holds for secure. Basic128Rsa15 and Basic256 rest on SHA-1 and are not spoken. */
export const SECURE_POLICIES = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

const Fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toLowerCase())
  .refine((text) => /^[\da-f]{64}$/.test(text), 'must be the SHA-256 of the certificate: 64 hexadecimal digits');

const Security = z
  .discriminatedUnion('policy', [
    z.strictObject({ policy: z.literal('none').describe('Messages travel in the open.') }),
    z.strictObject({
      policy: z.enum(SECURE_POLICIES).describe('One that the server offers; `tailwatch browse` prints them.'),
      mode: z
        .enum(['sign', 'sign-and-encrypt'])
        .default('sign-and-encrypt')
        .describe('sign: cannot be forged, can be read.'),
      trusted: z
        .array(Fingerprint)
        .max(8)
        .default([])
        .describe(
          "SHA-256 of the server's certificate, approved by a person who compared it at the server. Empty: nothing is read, and the connection says which certificate the server shows. Several: the next one before the server changes to it.",
        ),
    }),
  ])
  .describe('How messages are protected. none: anybody on the network can read and forge them.');

const Node = z
  .string()
  .max(1_000)
  .superRefine((text, ctx) => {
    const read = readNodeAddress(text);
    if ('fault' in read) ctx.addIssue({ code: 'custom', message: read.fault });
  });

const Sampling = z.number().min(0.1).max(3_600);
const Stale = z.number().min(10).max(604_800);

const Item = z.strictObject({
  sensor: SensorCode,
  node: Node.describe('nsu=URI;s=NAME: its namespace by URI, then its identifier. `tailwatch browse` prints them.'),
  scale: z
    .number()
    .refine((scale) => scale !== 0, 'must not be 0')
    .default(1)
    .describe("What the node's number is multiplied by to be in the sensor's unit."),
  offset: z.number().default(0).describe("Added after that, in the sensor's unit."),
  deadband: z
    .number()
    .min(0)
    .default(0)
    .describe("A change of no more than this is not sent, in the node's own unit. The node is read all the same."),
  samplingSeconds: Sampling.optional().describe("In place of the line's."),
  staleSeconds: Stale.optional().describe("In place of the line's."),
});

/** A line to an OPC UA server. */
export const OpcUaLine = z
  .strictObject({
    ...lineHead,
    protocol: z.literal('opcua').describe('OPC UA.'),
    endpoint: z
      .string()
      .max(500)
      .regex(/^opc\.tcp:\/\/(\[[\da-fA-F:]+\]|[^\s:/@[\]]+)(:\d{1,5})?(\/[^\s]*)?$/, 'must be opc.tcp://HOST:PORT/PATH')
      .describe('Where the server listens; port 4840 if left out.'),
    security: Security.default({ policy: 'none' }),
    user: z
      .strictObject({
        name: z.string().min(1).max(200).describe('As the server knows it.'),
        password: LineName.describe('Name of the secret; never the password itself.'),
      })
      .optional()
      .describe('Who signs in; nobody if left out. Only with security: a password does not travel in the open.'),
    time: z
      .enum(['source', 'server'])
      .default('source')
      .describe(
        'Which of its two times a value was measured at. server: for a server whose source time only moves when the value changes, or which gives none. Never our own.',
      ),
    samplingSeconds: Sampling.default(10).describe('How often the server looks at each node.'),
    publishSeconds: z.number().min(0.1).max(5).default(1).describe('How often it sends what it found.'),
    queue: z
      .int()
      .min(1)
      .max(10_000)
      .default(60)
      .describe('Values of a node that the server keeps while it cannot send; then the oldest goes, and that is told.'),
    staleSeconds: Stale.default(300).describe(
      'A node whose time has not moved for so long is told as silent, however good the server calls its value.',
    ),
    items: z.array(Item).min(1).max(5_000).describe('Nodes, each with the sensor it measures.'),
  })
  .superRefine(({ security, user }, ctx) => {
    if (user !== undefined && security.policy === 'none')
      ctx.addIssue({
        code: 'custom',
        path: ['user'],
        message: 'needs a `security` other than none: a password would travel in the open',
      });
  });
export type OpcUaLine = z.infer<typeof OpcUaLine>;
export type OpcUaItem = OpcUaLine['items'][number];

/** What it reports, each with its place in the line. Each node is a device of its own: one that fails says nothing of the others. */
export const sensorsOfOpcUaLine = (line: OpcUaLine): readonly LineSensor[] =>
  line.items.map(({ sensor }, i) => ({ code: sensor, device: sensor, path: ['items', i, 'sensor'] }));
