/**
 * The child of the reader: answers question after question from its socket, until that is closed or it is
 * killed. It walks by the same rules as its parent, but may touch the mounts that the question allows; when the
 * way leads onto another one that may hang, it says so and touches nothing, so that a dead mount is blamed on
 * itself alone.
 */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { printableBytes } from '../model/text.ts';
import { signalOnParentDeath } from '../native/namespaces.ts';
import { failedResult, follows } from './answer.ts';
import { Arena } from './arena.ts';
import { failedBy } from './failure.ts';
import { MountTable } from './mount-table.ts';
import { FreshTable } from './mount-tables.ts';
import { answerNode, completeTypes } from './node.ts';
import type { Request } from './port.ts';
import { encodeFrame, FrameBuffer, type Question, type Reply, socketOfChild } from './reader-frames.ts';
import { blockedReply, replyOf } from './reader-reply.ts';
import { pathOnly, Walker } from './resolve.ts';
import { systemPath } from './system-path.ts';

const bytes = (latin1: string): Buffer => Buffer.from(latin1, 'latin1');

function requestOf(question: Question): Request {
  const path = printableBytes(bytes(question.path));
  const limit = question.limit === undefined ? {} : { limit: question.limit };
  switch (question.kind) {
    case 'file':
      return {
        kind: 'file',
        path,
        ...limit,
        tail: question.tail === true,
        ...(question.offset === undefined ? {} : { offset: question.offset }),
      };
    case 'link':
      return { kind: 'link', path };
    case 'directory':
      return { kind: 'directory', path, ...limit };
    case 'stat':
      return { kind: 'stat', path, follow: question.follow === true };
    case 'attributes':
      return { kind: 'attributes', path, follow: question.follow === true };
  }
}

const tables = new Map<string, FreshTable>();

function tableAt(path: string | undefined): () => MountTable {
  if (path === undefined) {
    const none = new MountTable(new Uint8Array(0));
    return () => none;
  }
  let table = tables.get(path);
  if (table === undefined) {
    if (tables.size >= 64) tables.clear();
    table = new FreshTable(path);
    tables.set(path, table);
  }
  const fresh = table;
  return () => fresh.get();
}

function answer(question: Question, arena: Arena): { readonly head: Reply; readonly body: Uint8Array } {
  const request = requestOf(question);
  const failed = (thrown: unknown) => replyOf(failedResult(request, failedBy(thrown)));
  const at = systemPath(printableBytes(bytes(question.root)));
  let root: number;
  try {
    root = openSync(at, pathOnly);
  } catch (thrown) {
    return failed(thrown);
  }
  try {
    if (question.path === '') {
      // The link of /proc is the thing itself; answerNode closes its own descriptor.
      const descriptor = openSync(at, pathOnly);
      return replyOf(
        answerNode(request, { kind: 'node', descriptor, stats: fstatSync(descriptor), at }, arena),
      );
    }
    const walker = new Walker(
      { folder: `/proc/self/fd/${root}/`, place: question.place },
      tableAt(question.table),
      new Set(question.allowed),
    );
    try {
      const found = walker.resolve(request.path, follows(request));
      switch (found.kind) {
        case 'blocked':
          return { head: blockedReply(found), body: new Uint8Array(0) };
        case 'failed':
          return replyOf(failedResult(request, found.failed));
        case 'node':
          return replyOf(completeTypes(answerNode(request, found, arena), request.path, walker));
      }
    } finally {
      walker.release();
    }
  } catch (thrown) {
    return failed(thrown);
  } finally {
    closeSync(root);
  }
}

// Only our own parent writes to the socket, and it writes Questions.
const isQuestion = (value: unknown): value is Question =>
  typeof value === 'object' && value !== null && 'root' in value && 'path' in value && 'kind' in value;

function send(pieces: readonly Uint8Array[]): void {
  for (const piece of pieces) {
    for (let sent = 0; sent < piece.length; ) sent += writeSync(socketOfChild, piece, sent);
  }
}

/** The internal task `read`. */
export function readerChild(): number {
  signalOnParentDeath(constants.signals.SIGKILL);
  const arena = new Arena();
  const incoming = new FrameBuffer();
  send(encodeFrame('ready', new Uint8Array(0)));
  for (;;) {
    const got = readSync(socketOfChild, incoming.room, { position: null });
    if (got === 0) return 0;
    incoming.take(got);
    const frame = incoming.frame();
    if (frame === undefined) continue;
    if (!isQuestion(frame.head)) return 2;
    arena.reset();
    const { head, body } = answer(frame.head, arena);
    send(encodeFrame(head, body));
  }
}
