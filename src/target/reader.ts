/**
 * Reads what may hang, in a child process that can be given up: a thread that waits inside the kernel for a dead
 * server cannot be ended, a process can be killed or at least left behind.
 *
 * The child is asked and waited for without giving up the thread, so `readNow` can use it too. That is why the
 * socket is read by hand, and looked at again and again for as long as `Patience` allows.
 */
import { readSync, writeSync } from 'node:fs';
import { bytesOf, type PathText } from '../model/text.ts';
import { childCommand } from '../native/child.ts';
import { failedResult } from './answer.ts';
import { codeOf } from './failure.ts';
import { Patience } from './patience.ts';
import type { Request, SourceResult } from './port.ts';
import {
  encodeFrame,
  entryFile,
  type Frame,
  FrameBuffer,
  type Reply,
  readerTask,
  type Way,
} from './reader-frames.ts';
import { isReply, resultOf } from './reader-reply.ts';

/** Other dangerous mounts that one path may lead onto. */
const mostCrossings = 8;

export interface Asked {
  readonly root: PathText;
  readonly table?: string;
  readonly place: string;
  readonly path: PathText;
  readonly allowed: readonly string[];
  /** Who would not answer: the key under which it is given up. */
  readonly mount: string;
  /** The same for people: `fuse on /mnt`. */
  readonly what: string;
}

const latin1 = (text: PathText): string => Buffer.from(bytesOf(text)).toString('latin1');
const clock = new Int32Array(new SharedArrayBuffer(4));
/** Sleeps without giving up the thread. */
const pause = (milliseconds: number): void => {
  Atomics.wait(clock, 0, 0, milliseconds);
};

class Child {
  readonly #process: Bun.Subprocess;
  readonly #socket: number;
  readonly #incoming = new FrameBuffer();

  constructor() {
    this.#process = Bun.spawn(childCommand(readerTask, [], entryFile), {
      // Bun makes the fourth a socket, hands its descriptor out non-blocking, and closes it with the object.
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      cwd: '/',
      env: {},
    });
    this.#process.unref();
    const socket = this.#process.stdio[3];
    if (typeof socket !== 'number') throw new TypeError('the reader has no socket');
    this.#socket = socket;
  }

  send(pieces: readonly Uint8Array[], deadline: number): boolean {
    for (const piece of pieces) {
      for (let sent = 0; sent < piece.length; ) {
        try {
          sent += writeSync(this.#socket, piece, sent);
        } catch (thrown) {
          if (codeOf(thrown) !== 'EAGAIN' || performance.now() > deadline) return false;
          pause(1);
        }
      }
    }
    return true;
  }

  receive(deadline: number): Frame | 'late' | 'ended' {
    for (let wait = 0.02; ; ) {
      try {
        const got = readSync(this.#socket, this.#incoming.room, { position: null });
        if (got === 0) return 'ended';
        this.#incoming.take(got);
        const frame = this.#incoming.frame();
        if (frame !== undefined) return frame;
        wait = 0.02;
      } catch (thrown) {
        if (codeOf(thrown) !== 'EAGAIN') return 'ended';
        if (performance.now() > deadline) return 'late';
        pause(wait);
        wait = Math.min(wait * 1.5, 2);
      }
    }
  }

  /** Where it hangs in the kernel it may stay until that lets go; nobody waits for it. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }
}

export class Reader {
  readonly #patience = new Patience();
  #child: Child | undefined;

  answer(request: Request, asked: Asked): SourceResult {
    let way: Way = {
      root: latin1(asked.root),
      ...(asked.table === undefined ? {} : { table: asked.table }),
      place: asked.place,
      path: latin1(asked.path),
      allowed: asked.allowed,
    };
    let { mount, what } = asked;
    for (let crossing = 0; crossing < mostCrossings; crossing += 1) {
      const replied = this.#ask(request, way, mount);
      if (typeof replied === 'string') {
        return failedResult(request, { status: 'timeout', reason: `${what}: ${replied}` });
      }
      const { blocked } = replied.reply;
      if (blocked === undefined) return resultOf(request, replied.reply, replied.body);
      if (blocked.danger === 'automount') return failedResult(request, leftAlone);
      mount = mountKey(blocked);
      what = mountName(blocked);
      way = { ...way, path: blocked.path, allowed: [...way.allowed, blocked.point] };
    }
    return failedResult(request, { status: 'error', reason: 'ELOOP' });
  }

  close(): void {
    this.#child?.kill();
    this.#child = undefined;
  }

  /** The reply, or why there is none. */
  #ask(
    request: Request,
    way: Way,
    mount: string,
  ): { readonly reply: Reply; readonly body: Uint8Array } | string {
    const allowance = this.#patience.for(mount);
    if (typeof allowance === 'string') return allowance;
    const { kind } = request;
    const question = {
      ...way,
      kind,
      ...('limit' in request && request.limit !== undefined ? { limit: request.limit } : {}),
      ...('offset' in request && request.offset !== undefined ? { offset: request.offset } : {}),
      ...('tail' in request && request.tail !== undefined ? { tail: request.tail } : {}),
      ...('follow' in request && request.follow !== undefined ? { follow: request.follow } : {}),
    };
    const child = this.#ready();
    if (child === undefined) return 'the reader did not start';
    const begun = performance.now();
    const deadline = begun + allowance;
    const sent = child.send(encodeFrame(question, new Uint8Array(0)), deadline);
    const frame = sent ? child.receive(deadline) : 'ended';
    const took = performance.now() - begun;
    if (typeof frame !== 'string' && isReply(frame.head)) {
      this.#patience.answered(mount, took);
      return { reply: frame.head, body: frame.body };
    }
    this.close();
    this.#patience.gaveUp(mount, took);
    return frame === 'late' ? `no answer within ${Math.round(allowance)} ms` : 'the reader ended';
  }

  /** A child that has said that it is there. A mount is not blamed for the time it needs to start. */
  #ready(): Child | undefined {
    if (this.#child !== undefined) return this.#child;
    const child = new Child();
    const begun = performance.now();
    const frame = child.receive(begun + this.#patience.forStart());
    this.#patience.started(performance.now() - begun);
    if (typeof frame === 'string' || frame.head !== 'ready') {
      child.kill();
      return undefined;
    }
    this.#child = child;
    return child;
  }
}

/** Who answers, or does not: one file system, however often and in how many namespaces it is mounted. */
export const mountKey = ({ device }: { readonly device: string }): string => `device ${device}`;

export const mountName = (mount: { readonly fileSystem: string; readonly point: string }): string =>
  `${mount.fileSystem} on ${mount.point}`;

/** An automounter would mount something because we looked. */
export const leftAlone = { status: 'denied', reason: 'an automount point: left alone' } as const;
