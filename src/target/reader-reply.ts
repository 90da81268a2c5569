/** The replies of the reader's child: made from results there, checked and made results again here. */
import { bytesOf, type Printable, printableBytes } from '../model/text.ts';
import { failedResult } from './answer.ts';
import type { DirectoryEntry, FileAttributes, FileStatus, Request, SourceResult } from './port.ts';
import type { Reply } from './reader-frames.ts';
import type { Blocked } from './resolve.ts';

const toLatin1 = (text: Printable): string => Buffer.from(bytesOf(text)).toString('latin1');
const fromLatin1 = (text: string): Printable => printableBytes(Buffer.from(text, 'latin1'));
const noBytes = new Uint8Array(0);

export function replyOf(result: SourceResult): { readonly head: Reply; readonly body: Uint8Array } {
  const { status, reason } = result;
  const outcome = { status, ...(reason === undefined ? {} : { reason }) };
  switch (result.kind) {
    case 'file':
      return { head: outcome, body: result.bytes };
    case 'link':
      return { head: { ...outcome, target: toLatin1(result.target) }, body: noBytes };
    case 'directory': {
      const entries = result.entries.map(({ name, type }) => [toLatin1(name), type] as const);
      return { head: { ...outcome, entries }, body: noBytes };
    }
    case 'stat':
      return {
        head: { ...outcome, ...(result.stat === undefined ? {} : { stat: result.stat }) },
        body: noBytes,
      };
    case 'attributes': {
      const { flags, capability } = result.attributes ?? {};
      const attributes = {
        ...(flags === undefined ? {} : { flags }),
        ...(capability === undefined ? {} : { capability: Buffer.from(capability).toString('latin1') }),
      };
      return {
        head: { ...outcome, ...(result.attributes === undefined ? {} : { attributes }) },
        body: noBytes,
      };
    }
  }
}

export function blockedReply({ mount, path }: Blocked): Reply {
  const { device, point, fileSystem } = mount;
  const danger = mount.danger === 'automount' ? 'automount' : 'may-hang';
  return { status: 'error', blocked: { device, point, danger, fileSystem, path: toLatin1(path) } };
}

const statuses: ReadonlySet<unknown> = new Set([
  ...['ok', 'empty', 'absent', 'denied', 'truncated', 'timeout', 'error'],
]);
const types: ReadonlySet<unknown> = new Set([
  ...['file', 'directory', 'link', 'fifo', 'socket', 'character', 'block', 'unknown'],
]);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const optional = (value: unknown, check: (value: unknown) => boolean): boolean =>
  value === undefined || check(value);

const isEntry = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && isText(value[0]) && types.has(value[1]);

const numbers: readonly (keyof FileStatus)[] = [
  ...(['inode', 'device', 'size', 'mode', 'links', 'uid', 'gid'] as const),
  ...(['modifiedUs', 'changedUs', 'accessedUs'] as const),
];
const isStat = (value: unknown): boolean =>
  isObject(value) && types.has(value['type']) && numbers.every((name) => typeof value[name] === 'number');

const inodeFlags: ReadonlySet<unknown> = new Set(['immutable', 'append-only']);
const isAttributes = (value: unknown): boolean =>
  isObject(value) &&
  optional(value['capability'], isText) &&
  optional(value['flags'], (flags) => Array.isArray(flags) && flags.every((flag) => inodeFlags.has(flag)));

const isBlocked = (value: unknown): boolean =>
  isObject(value) &&
  isText(value['device']) &&
  isText(value['point']) &&
  isText(value['fileSystem']) &&
  isText(value['path']) &&
  (value['danger'] === 'may-hang' || value['danger'] === 'automount');

export const isReply = (value: unknown): value is Reply =>
  isObject(value) &&
  statuses.has(value['status']) &&
  optional(value['reason'], isText) &&
  optional(value['target'], isText) &&
  optional(value['entries'], (entries) => Array.isArray(entries) && entries.every(isEntry)) &&
  optional(value['stat'], isStat) &&
  optional(value['attributes'], isAttributes) &&
  optional(value['blocked'], isBlocked);

/** @param body good until the next question: it is copied */
export function resultOf(request: Request, reply: Reply, body: Uint8Array): SourceResult {
  const outcome = {
    request,
    status: reply.status,
    ...(reply.reason === undefined ? {} : { reason: reply.reason }),
  };
  switch (request.kind) {
    case 'file':
      return { kind: 'file', ...outcome, bytes: body.length === 0 ? noBytes : Uint8Array.from(body) };
    case 'link':
      return { kind: 'link', ...outcome, target: fromLatin1(reply.target ?? '') };
    case 'directory': {
      const entries = (reply.entries ?? []).map(
        ([name, type]): DirectoryEntry => ({ name: fromLatin1(name), type }),
      );
      return { kind: 'directory', ...outcome, entries };
    }
    case 'stat':
      if (reply.status === 'ok' && reply.stat === undefined) {
        return failedResult(request, { status: 'error', reason: 'the reader left something out' });
      }
      return { kind: 'stat', ...outcome, ...(reply.stat === undefined ? {} : { stat: reply.stat }) };
    case 'attributes': {
      if (reply.attributes === undefined) return { kind: 'attributes', ...outcome };
      const { flags, capability } = reply.attributes;
      const attributes: FileAttributes = {
        ...(flags === undefined ? {} : { flags }),
        ...(capability === undefined
          ? {}
          : { capability: Uint8Array.from(Buffer.from(capability, 'latin1')) }),
      };
      return { kind: 'attributes', ...outcome, attributes };
    }
  }
}
